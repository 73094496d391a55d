import type { ServerRecord } from "../collection/records.ts";
import type { Cell, Tone } from "./report.ts";

/** What a collection says of a server as a whole, worst first; a server counts once. */
export const serverStates = ["unknown", "failed", "missing", "pending reboot", "compliant"] as const;

/** One of {@link serverStates}. */
export type ServerState = (typeof serverStates)[number];

/** A server of a collection, with the counts of its last patch operation. */
export interface CountedServer {
  readonly accountId: string;
  readonly region: string;
  readonly server: ServerRecord;
  /** Left out where no operation reported. */
  readonly counts?: {
    readonly missing: number;
    readonly failed: number;
    readonly rejected: number;
    readonly pendingReboot: number;
  };
}

/** Servers of a group in a collection, by what it says of them. */
export interface TrendRow extends Readonly<Record<ServerState, number>> {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly group: string;
  /** How many of the unknown are those of locations that the collection lacks; left out where it has all. */
  readonly unread?: number;
}

/** How states are meant. */
export const stateTones: Readonly<Record<ServerState, Tone>> = {
  unknown: "unknown",
  failed: "bad",
  missing: "warning",
  "pending reboot": "warning",
  compliant: "good",
};

/** Of a server that nobody could read, or that never reported, nothing is known: it is not compliant. */
export function serverState({ server, counts }: CountedServer): ServerState {
  if (server.state !== "collected" || counts === undefined) return "unknown";
  if (counts.failed + counts.rejected > 0) return "failed";
  if (counts.missing > 0) return "missing";
  return counts.pendingReboot > 0 ? "pending reboot" : "compliant";
}

/** How updates stand to their time limits, as they are counted. */
export const ages = ["onTime", "due", "overdue"] as const;

/** A part of a whole in percent, with one decimal; none of nothing. */
export function percent(part: number, whole: number): Cell {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 10;
}
