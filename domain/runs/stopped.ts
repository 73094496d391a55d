import type { Location } from "../plane.ts";
import type { Outcome } from "../status/outcome.ts";
import type { FoundCommand, Stoppable } from "./stoppable.ts";
import type { Caller, ActionResult, Run } from "./runRecord.ts";
import type { HeldWindow } from "./stopRecord.ts";

/** What was found in a location, before anything is done. */
export interface FoundLocation {
  readonly location: Location;
  /** What could be stopped, or why it is not known. */
  readonly found: Stoppable | { readonly failure: string };
}

/** What a stop or its resumption did in a location. */
export interface StoppedLocation {
  readonly location: Pick<Location, "name" | "accountId" | "region">;
  readonly results: readonly ActionResult[];
  /** Commands that patch, go on, and cannot be told to be the stack's. */
  readonly left: readonly FoundCommand[];
  /** How many of the stack's windows were disabled before. */
  readonly disabledBefore: number;
  /** Why it could not be read, or not to its end. */
  readonly failure?: string;
}

/** What came of `stop`. */
export interface Stopped {
  readonly task: "stop" | "resume";
  /** Id of the record; undefined where there was nothing to do, or the answer was no. */
  readonly run?: string;
  readonly declined: boolean;
  readonly who?: Caller;
  readonly why: string;
  readonly locations: readonly StoppedLocation[];
  /** Stops of this stack whose windows are disabled, apart from this one. */
  readonly open: readonly Run[];
  /** Windows that a resumption left as they are. */
  readonly held: readonly HeldWindow[];
  /** Locations whose bucket did not take the record. */
  readonly unkept: readonly { readonly location: string; readonly failure: string }[];
}

/** Whether there is anything to stop. */
export function isAnything({ found }: FoundLocation): boolean {
  return !("failure" in found) && found.windows.length + found.runs.length + found.commands.length > 0;
}

/** A location as it was found, where nothing is done. */
export function untouched({ location, found }: FoundLocation): StoppedLocation {
  if ("failure" in found) return { location, results: [], left: [], disabledBefore: 0, failure: found.failure };
  return { location, results: [], left: found.left, disabledBefore: found.disabled };
}

/** How the command ends. */
export function stopOutcome({ declined, locations, held, unkept }: Stopped): Outcome {
  const failed = locations.some(
    ({ failure, results }) => failure !== undefined || results.some(({ outcome }) => outcome !== "done"),
  );
  if (failed || unkept.length > 0) return "unreadable";
  const left = locations.some((each) => each.left.length > 0);
  return declined || held.length > 0 || left ? "findings" : "fine";
}
