import type { RunRecord } from "../collection/records.ts";
import type { Location } from "../plane.ts";
import type { Caller, Run } from "../runs/runRecord.ts";
import type { Outcome } from "../status/outcome.ts";
import type { OpeningEvidence } from "./opening.ts";

/** A location before anything is done: what is there, or why that is not known. */
export type FoundOpenings = OpeningEvidence | { readonly location: Location; readonly failure: string };

/** How the run of an opened window ended. */
export type FollowedRun =
  | { readonly kind: "ended"; readonly run: string; readonly status: string; readonly records: readonly RunRecord[] }
  /** Somebody gave the window another time, or disabled it. */
  | { readonly kind: "changed" }
  /** It should have begun by then, and did not. */
  | { readonly kind: "late" };

/** What was done in a location. */
export interface OpenedLocation {
  readonly location: Pick<Location, "name" | "accountId" | "region">;
  /** The window's id in AWS; empty where it is not known. */
  readonly windowId: string;
  /** `unread`: nothing was tried. `unknown`: no answer came, so AWS may have done it. */
  readonly outcome: "done" | "refused" | "unknown" | "unread";
  readonly failure?: string;
  /** When AWS says that it will open. */
  readonly opens?: Date;
  readonly followed?: FollowedRun;
}

/** What came of `open-window`, or of its `--close`. */
export interface Opened {
  readonly task: "open" | "close";
  readonly window: string;
  /** The reviewed group that the window is of. */
  readonly group: string;
  /** Names of servers by their nodes, of those that the last scans were read of. */
  readonly names: ReadonlyMap<string, string>;
  readonly at: Date;
  readonly closes: Date;
  readonly declined: boolean;
  /** Id of the record; undefined where nothing was done. */
  readonly run?: string;
  readonly who?: Caller;
  readonly why: string;
  readonly locations: readonly OpenedLocation[];
  /** Locations whose bucket did not take the record. */
  readonly unkept: readonly { readonly location: string; readonly failure: string }[];
}

/** Whether every server of a followed run did what it was told. */
function isSuccess(followed: FollowedRun | undefined): boolean {
  if (followed === undefined) return true;
  return followed.kind === "ended" && followed.records.every(({ status }) => status === "Success");
}

/** Whether a window was given its time, and AWS names none at which it opens: by AWS's clock that time is past. */
export function isTimeless({ outcome, opens, followed }: OpenedLocation): boolean {
  return outcome === "done" && opens === undefined && followed?.kind !== "ended";
}

/** How the command ends. */
export function openedOutcome({ task, declined, locations }: Opened): Outcome {
  if (locations.some(({ outcome }) => outcome !== "done") && !declined) return "unreadable";
  const isOpened = task === "close" || !locations.some(isTimeless);
  return declined || !isOpened || !locations.every(({ followed }) => isSuccess(followed)) ? "findings" : "fine";
}

/** Openings of a window that are on record as not ended. */
export function openOpenings(runs: readonly Run[], window: string): readonly Run[] {
  return runs.filter(({ ended, options }) => ended === undefined && options["window"] === window);
}
