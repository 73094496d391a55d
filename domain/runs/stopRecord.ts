import { z } from "zod";

const text = z.string();
const who = z.strictObject({ arn: text.nullable(), failure: text.nullable() });
/** What a stop and its resumption do in AWS, one call each. */
const action = z.enum(["disableWindow", "cancelRun", "cancelCommand", "enableWindow"]);
const about = { at: text, location: text, action, id: text, name: text };

/** One line of a run's record, `runs/<id>.jsonl`: appended, never rewritten. */
const recordLine = z.discriminatedUnion("line", [
  z.strictObject({
    line: z.literal("begun"),
    schema: z.literal("patchplane/stop-record/1"),
    at: text,
    id: text,
    stack: text,
    who,
    why: text,
    locations: z.array(z.strictObject({ name: text, accountId: text, region: text })),
  }),
  z.strictObject({ line: z.literal("resumed"), at: text, who, why: text }),
  // Written before the call, so that a process that ends in its midst leaves no call unsaid.
  z.strictObject({ line: z.literal("asked"), ...about }),
  z.strictObject({
    line: z.literal("answered"),
    ...about,
    outcome: z.enum(["done", "refused", "unknown"]),
    failure: text.nullable(),
  }),
  z.strictObject({ line: z.literal("failed"), at: text, location: text, failure: text }),
  z.strictObject({ line: z.literal("ended"), at: text }),
]);

/** A line of a record. */
export type RecordLine = z.infer<typeof recordLine>;

/** Who ran a command: the ARN that STS knows the credentials by, or why it could not be told. */
export type Caller = z.infer<typeof who>;

/** One call that changes something in AWS; `name` is the window's, or the command's document. */
export type StopAction = Pick<Extract<RecordLine, { line: "asked" }>, "location" | "action" | "id" | "name">;

/**
 * What came of it. `unknown`: no answer came, so AWS may have done it or not.
 */
export interface StopResult extends StopAction {
  readonly outcome: "done" | "refused" | "unknown";
  /** Null where it was done. */
  readonly failure: string | null;
}

/** A stop as its record tells it. */
export interface StopRun extends Omit<Extract<RecordLine, { line: "begun" }>, "line" | "schema"> {
  /** Every action once, with its last outcome. */
  readonly results: readonly StopResult[];
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
 * What a record tells of a stop; undefined where it does not begin as one.
 * @param lines - in the order they were written
 */
export function stopRun([first, ...lines]: readonly RecordLine[]): StopRun | undefined {
  if (first?.line !== "begun") return undefined;
  const results = new Map<string, StopResult>();
  for (const each of lines) {
    if (each.line !== "asked" && each.line !== "answered") continue;
    const { location, action: act, id, name } = each;
    const end = each.line === "asked" ? unanswered : { outcome: each.outcome, failure: each.failure };
    results.set(JSON.stringify([location, act, id]), { location, action: act, id, name, ...end });
  }
  const { id, at, stack, who: caller, why, locations } = first;
  return { id, at, stack, who: caller, why, locations, results: [...results.values()] };
}

/**
 * The windows that a stop disabled, or may have, and that nobody has enabled again through it: what its resumption
 * enables, and nothing else. A stop that has some is open.
 */
export function windowsToEnable({ results }: Pick<StopRun, "results">): readonly StopResult[] {
  const enabled = results.filter((each) => each.action === "enableWindow" && each.outcome === "done");
  return results.filter(
    ({ action: act, outcome, location, id }) =>
      act === "disableWindow" &&
      outcome !== "refused" &&
      !enabled.some((each) => each.id === id && each.location === location),
  );
}

/** A window that a later stop, which is open too, holds disabled. */
export interface HeldWindow extends StopAction {
  /** Id of that stop. */
  readonly by: string;
}

/** What a resumption enables of a stop, and what another operator's later stop keeps disabled. */
export function toResume(
  run: StopRun,
  stops: readonly StopRun[],
): { readonly windows: readonly StopAction[]; readonly held: readonly HeldWindow[] } {
  const later = stops.filter((each) => each.stack === run.stack && each.at > run.at && each.id !== run.id);
  const windows = windowsToEnable(run).map(({ location, id, name }): StopAction => {
    return { location, action: "enableWindow", id, name };
  });
  const heldBy = (window: StopAction): StopRun | undefined =>
    later.find((stop) =>
      windowsToEnable(stop).some((each) => each.id === window.id && each.location === window.location),
    );
  return {
    windows: windows.filter((window) => heldBy(window) === undefined),
    held: windows.flatMap((window) => {
      const by = heldBy(window);
      return by === undefined ? [] : [{ ...window, by: by.id }];
    }),
  };
}
