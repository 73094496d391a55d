import { z } from "zod";
import { byText } from "../text.ts";

const text = z.string();
const who = z.strictObject({ arn: text.nullable(), failure: text.nullable() });
const place = z.strictObject({ name: text, accountId: text, region: text });
/** The process that is at a run: whether it is still there can be told on its own machine. */
const ownProcess = z.strictObject({ host: text, pid: z.int() });

/** The commands that keep a record: each changes something in AWS, or on servers. */
export const runVerbs = ["stop", "scan", "install", "reboot", "open-window", "verify", "offboard", "drill"] as const;
const verb = z.enum(runVerbs);

/** What runs do in AWS, one call each. */
const action = z.enum([
  "disableWindow",
  "cancelRun",
  "cancelCommand",
  "enableWindow",
  "openWindow",
  "closeWindow",
  "sendCommand",
  "deregisterNode",
  "tellTopic",
]);
/** `id`: what the call is about, by AWS's id; of a command, which has none before it is sent, its comment. */
const about = { at: text, location: text, action, id: text, name: text };

/** What came of a run on one server, worst first; `unknown` is never fine. */
export const nodeOutcomes = ["failed", "cutOff", "unreachable", "notReached", "unknown", "done"] as const;
/** `node` is empty where Systems Manager had none for the server. */
const target = z.strictObject({ location: text, node: text, server: text, name: text, group: text });
const result = {
  location: text,
  node: text,
  outcome: z.enum(nodeOutcomes),
  /** In words; empty where the outcome says it all. */
  reason: text,
  /** Id of the command, where one was sent. */
  command: text.nullable(),
};

/** One line of a run's record, `runs/<id>.jsonl`: appended, never rewritten. */
const recordLine = z.discriminatedUnion("line", [
  z.strictObject({
    line: z.literal("begun"),
    schema: z.literal("patchplane/run-record/1"),
    at: text,
    id: text,
    stack: text,
    verb,
    who,
    process: ownProcess.optional(),
    why: text,
    /** Id of the run whose missed servers these are. */
    repeats: text.nullable(),
    locations: z.array(place),
    /** The servers that it is to reach; none of a run that is about windows. */
    targets: z.array(target),
    /** What else was asked for, by the command's own options. */
    options: z.record(text, z.json()),
  }),
  z.strictObject({ line: z.literal("resumed"), at: text, who, process: ownProcess.optional(), why: text }),
  // Written before the call, so that a process that ends in its midst leaves no call unsaid.
  z.strictObject({ line: z.literal("asked"), ...about, nodes: z.array(text).optional() }),
  z.strictObject({
    line: z.literal("answered"),
    ...about,
    outcome: z.enum(["done", "refused", "unknown"]),
    failure: text.nullable(),
    /** AWS's id of what the call made. */
    got: text.optional(),
  }),
  z.strictObject({ line: z.literal("result"), at: text, ...result }),
  z.strictObject({ line: z.literal("failed"), at: text, location: text, failure: text }),
  // A person, or a fault, broke it off: nobody is at it any more, and what it sent may go on.
  z.strictObject({ line: z.literal("interrupted"), at: text }),
  z.strictObject({ line: z.literal("ended"), at: text }),
]);

/** A line of a record. */
export type RecordLine = z.infer<typeof recordLine>;
type Line<Kind extends RecordLine["line"]> = Extract<RecordLine, { line: Kind }>;

/** Who ran a command: the ARN that STS knows the credentials by, or why it could not be told. */
export type Caller = z.infer<typeof who>;

/** One of {@link runVerbs}. */
export type RunVerb = z.infer<typeof verb>;

/** A server that a run is to reach. */
export type RunTarget = z.infer<typeof target>;

/** What came of a run on one server. */
export type NodeResult = Omit<Line<"result">, "line" | "at">;

/** One call that changes something; `name` is the window's, or the command's document. */
export type RunAction = Omit<Line<"asked">, "line" | "at">;

/** What came of it. `unknown`: no answer came, so AWS may have done it or not. */
export interface ActionResult extends RunAction, Pick<Line<"answered">, "outcome" | "failure" | "got"> {}

/** What a record begins with. */
export type RunBegun = Omit<Line<"begun">, "line" | "schema">;

/** A run as its record tells it. */
export interface Run extends RunBegun {
  /** Every action once, with its last outcome. */
  readonly actions: readonly ActionResult[];
  /** Every server once, with its last result; none of one that is not known yet. */
  readonly results: readonly NodeResult[];
  /** When it was last heard of. */
  readonly heard: string;
  /** Who is at it, or was last: who began it, or who took it up again. */
  readonly by: Caller;
  /** When it came to its end, by the last line that says so; undefined while it goes on, or where it was broken off. */
  readonly ended?: string;
  /** When it was broken off, and nobody took it up again; undefined also where the process had no time to say so. */
  readonly interrupted?: string;
}

/** Lines of a record's text, without one that was cut off when a process was killed; undefined where it is no record. */
export function recordLines(record: string): readonly RecordLine[] | undefined {
  const lines = record.split("\n").flatMap((line) => {
    try {
      return [recordLine.safeParse(JSON.parse(line)).data];
    } catch {
      return [];
    }
  });
  const known = lines.filter((line) => line !== undefined);
  return known.length === lines.length ? known : undefined;
}

const unanswered = { outcome: "unknown", failure: "the process ended before the answer came" } as const;

/**
 * What a record tells of a run; undefined where it does not begin as one.
 * @param lines - in the order they were written
 */
export function runOf([first, ...lines]: readonly RecordLine[]): Run | undefined {
  if (first?.line !== "begun") return undefined;
  const actions = new Map<string, ActionResult>();
  const results = new Map<string, Line<"result">>();
  let last: Pick<Run, "heard" | "by" | "process" | "ended" | "interrupted"> = {
    heard: first.at,
    by: first.who,
    ...(first.process === undefined ? {} : { process: first.process }),
  };
  for (const each of lines) {
    last = { ...last, heard: byText(each.at, last.heard) > 0 ? each.at : last.heard };
    if (each.line === "ended" || each.line === "interrupted") last = { ...last, [each.line]: each.at };
    if (each.line === "resumed")
      last = { heard: last.heard, by: each.who, ...(each.process === undefined ? {} : { process: each.process }) };
    if (each.line === "result") {
      const key = JSON.stringify([each.location, each.node]);
      // Of what two wrote without knowing of each other the newest counts, wherever its line stands.
      if (byText(each.at, results.get(key)?.at ?? "") >= 0) results.set(key, each);
    }
    if (each.line !== "asked" && each.line !== "answered") continue;
    const { line, at: _at, ...what } = each;
    const key = JSON.stringify([each.location, each.action, each.id]);
    const before = actions.get(key);
    actions.set(key, line === "asked" ? { ...what, ...unanswered } : { ...before, ...(what as ActionResult) });
  }
  const { line: _line, schema: _schema, process: _process, ...begun } = first;
  return {
    ...begun,
    ...last,
    actions: [...actions.values()],
    results: [...results.values()].map(({ line: _line, at: _at, ...end }) => end),
  };
}

/** Whole lines of a copy; the last one may have been cut off. */
function wholeLines(copy: string): readonly string[] {
  return copy.split("\n").slice(0, -1);
}

/** Whether two have gone on with a run without knowing of each other: no text of its record has all that the others have. */
export function hasDiverged(texts: readonly string[]): boolean {
  const whole = texts.map((text) => text.slice(0, text.lastIndexOf("\n") + 1)).toSorted((a, b) => b.length - a.length);
  return whole.some((text) => whole[0]?.startsWith(text) === false);
}

/**
 * One record of its copies. Each is a beginning of the longest, unless two have gone on with a run without knowing of
 * each other: then what the longer ones say more comes at the end, and nothing that somebody wrote is lost.
 * @param own - what is kept in its order, and only added to
 */
export function mergedRecord(own: string, copies: readonly string[]): string {
  const lines = [...wholeLines(own)];
  const known = new Set(lines);
  for (const copy of copies.toSorted((a, b) => b.length - a.length))
    for (const line of wholeLines(copy)) {
      if (known.has(line)) continue;
      known.add(line);
      lines.push(line);
    }
  return lines.map((line) => `${line}\n`).join("");
}
