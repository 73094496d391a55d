import { isRefused } from "./inputChecks.ts";
import type { Json, PluginClient, Resource } from "../simulator/plugins/pluginClient.ts";

/** What a provider showed of a type that is not Systems Manager's own, or of an edit of it. */
export interface RecordedAnswer {
  readonly title: string;
  /** Each change as `kind path`, what replaces it behind it; of inputs that were refused, that. */
  readonly answer: readonly string[];
}

/** A resource with the edits that are made of it. */
export interface Subject {
  readonly type: string;
  readonly inputs: Json;
  /** Edits that an update makes in place. */
  readonly updates: Readonly<Record<string, Json>>;
  /** Other edits, of which the difference alone is asked for. */
  readonly differences: Readonly<Record<string, Json>>;
  /** Inputs that mean the same as those after the updates. */
  readonly same?: Readonly<Record<string, Json>>;
  /** Inputs that a preview refuses. */
  readonly faults: Readonly<Record<string, Json>>;
}

/** A resource that a plugin has made, and what it showed meanwhile. */
interface Answered {
  readonly made: Resource;
  readonly answers: readonly RecordedAnswer[];
}

/** Inputs as the engine sends them: without those that are left out. */
function given(inputs: Json): Json {
  return JSON.parse(JSON.stringify(inputs)) as Json;
}

/** `Bucket` of `aws:s3/bucket:Bucket`. */
function shortType(type: string): string {
  return type.split(":").at(-1) ?? "";
}

async function differenceOf(client: PluginClient, made: Resource, inputs: Json): Promise<readonly string[]> {
  const { changes, replaces } = await client.diff(made, given(inputs));
  // The real provider lists these beside any other change of a table, and not alone: what it has sent as an empty map.
  const told = changes.filter((change) => !/^add .*\.parameters$/.test(change));
  return [...told.sort(), ...(replaces.length === 0 ? [] : [`replaced by ${[...replaces].sort().join(", ")}`])];
}

/** Makes, reads and edits one resource by a plugin, and tells what it showed. */
export async function answersOf(client: PluginClient, subject: Subject): Promise<Answered> {
  const { type, inputs, updates, differences, same = {}, faults } = subject;
  const answers: RecordedAnswer[] = [];
  const tell = (title: string, answer: readonly string[]): void => {
    answers.push({ title: `${shortType(type)}: ${title}`, answer });
  };
  let made = await client.create(type, inputs);
  tell("made", await differenceOf(client, made, inputs));
  const read = await client.refresh(made);
  tell("read", read === undefined ? ["gone"] : await differenceOf(client, read, inputs));
  for (const [title, edit] of Object.entries({ ...updates, ...differences }))
    tell(title, await differenceOf(client, made, { ...inputs, ...edit }));
  let now = inputs;
  for (const [title, edit] of Object.entries(updates)) {
    now = { ...now, ...edit };
    made = await client.update(made, given(now));
    const again = await client.refresh(made);
    tell(`${title}, updated and read`, again === undefined ? ["gone"] : await differenceOf(client, again, now));
  }
  for (const [title, edit] of Object.entries(same)) tell(title, await differenceOf(client, made, { ...now, ...edit }));
  for (const [title, fault] of Object.entries(faults)) {
    const refused = await isRefused(client.preview(type, given({ ...inputs, ...fault })));
    tell(`fault: ${title}`, [refused ? "refused" : "taken"]);
  }
  return { made, answers };
}

/** Removes what was made, the last first, and tells what is there all the same. */
export async function removedAnswers(
  client: PluginClient,
  kept: readonly Resource[],
): Promise<readonly RecordedAnswer[]> {
  const answers: RecordedAnswer[] = [];
  for (const made of kept.toReversed()) {
    await client.delete(made);
    const left = await client.refresh(made);
    answers.push({ title: `${shortType(made.type)}: removed`, answer: left === undefined ? [] : ["there"] });
  }
  return answers;
}
