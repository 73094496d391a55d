import { suggest } from "../../domain/nearest.ts";
import { instantOf } from "../../domain/collection/stamp.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Engine } from "./engine.ts";

/** The collections of a report. */
export interface Chosen {
  /** Left out where one collection is looked at. */
  readonly before?: string;
  readonly after: string;
}

/** The collections of a report, or why they cannot be told. */
export type Choice = Chosen | { readonly faults: readonly Fault[] };

/** What says which collections are meant; the last two where nothing does. */
export interface ChoiceQuestion {
  readonly run?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Stamps, or what they begin with. */
  readonly pair?: readonly [string, string];
  readonly asOf: Date;
}

const collectFix = "make collections, one before and one after what is asked about: npx patchplane collect";

function fault(path: string, message: string, more: Partial<Fault> = {}): Choice {
  return { faults: [{ path, message, fix: collectFix, ...more }] };
}

function upTo(stamps: readonly string[], end: Date): readonly string[] {
  return stamps.filter((stamp) => (instantOf(stamp)?.getTime() ?? Infinity) <= end.getTime());
}

/** The last stamp that begins so: a date means the last collection of the day. */
function named(stamps: readonly string[], text: string): string | undefined {
  return stamps.filter((stamp) => stamp.startsWith(text)).at(-1);
}

function ofPair(stamps: readonly string[], [from, to]: readonly [string, string]): Choice {
  const [before, after] = [named(stamps, from), named(stamps, to)];
  const unknown = [from, to].filter((text) => named(stamps, text) === undefined);
  if (before === undefined || after === undefined) {
    return {
      faults: unknown.map((text) => {
        return { path: "--collection", message: "no such collection", value: text, ...suggest(text, stamps) };
      }),
    };
  }
  if (before < after) return { before, after };
  return fault("--collection", "the second is not after the first", {
    value: `${from}..${to}`,
    fix: "name two collections, the earlier first",
  });
}

function ofTime(stamps: readonly string[], { since, until, asOf }: ChoiceQuestion): Choice {
  const known = upTo(stamps, until ?? asOf);
  const after = known.at(-1);
  const earlier = known.slice(0, -1);
  const before = since === undefined ? earlier.at(-1) : (upTo(earlier, since).at(-1) ?? earlier[0]);
  if (before === undefined || after === undefined) {
    const path = until === undefined ? "--store" : "--until";
    return fault(path, `two collections are compared, and there ${known.length === 1 ? "is one" : "is none"}`);
  }
  return { before, after };
}

async function ofRun(engine: Engine, stamps: readonly string[], run: string): Promise<Choice> {
  const rows = await engine.rows("runs", { before: "0", after: "9", run });
  const times = (column: string): readonly string[] =>
    rows.map((row) => row[column] ?? "").filter((text) => text !== "");
  const started = times("started").toSorted()[0];
  const ended = times("ended").toSorted().at(-1);
  if (started === undefined || ended === undefined) {
    const all = await engine.rows("runs", { before: "0", after: "9", run: "*" });
    const known = [...new Set(all.flatMap((row) => [row["run_id"] ?? "", row["command_id"] ?? ""]))].sort();
    return fault("--run", "no collection has such a run that has ended", { value: run, ...suggest(run, known) });
  }
  const before = upTo(stamps, new Date(started)).at(-1);
  const after = stamps.find((stamp) => (instantOf(stamp)?.getTime() ?? 0) >= Date.parse(ended));
  if (before === undefined) return fault("--run", `no collection was made before the run began at ${started}`);
  if (after === undefined) return fault("--run", `no collection was made after the run ended at ${ended}`);
  return { before, after };
}

/** Which two of the collections are compared. */
export async function chosenCollections(
  engine: Engine,
  stamps: readonly string[],
  question: ChoiceQuestion,
): Promise<Choice> {
  if (question.run !== undefined) return ofRun(engine, stamps, question.run);
  return question.pair === undefined ? ofTime(stamps, question) : ofPair(stamps, question.pair);
}

/** The one collection that a report on a state is of: the named one, else the last. */
export function newestCollection(stamps: readonly string[], { until, asOf, pair }: ChoiceQuestion): Choice {
  const after = pair === undefined ? upTo(stamps, until ?? asOf).at(-1) : named(stamps, pair[1]);
  return after === undefined ? fault("--store", "there is no collection of that time") : { after };
}
