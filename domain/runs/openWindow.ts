import type { Fault } from "../fault.ts";
import { firstOf } from "../text.ts";
import { instantText } from "../time.ts";
import { groupOf, type Reachable } from "./serversRun.ts";

/** A maintenance window that is open. */
export interface OpenWindow {
  readonly location: string;
  /** As AWS shows it. */
  readonly name: string;
  /** Patch groups. */
  readonly groups: readonly string[];
  /** When it has reached its cutoff, and begins nothing more. */
  readonly until: Date;
}

/** The windows in which something is done, or why it may not be. */
export type InWindow = { readonly why: string; readonly until: Date } | { readonly faults: readonly Fault[] };

const mostNamed = 10;

/**
 * Whether every one of some servers has a window of its group open; what is done there ends with the first that does.
 * @param option - by which it is said why it is not left to a window
 */
export function inWindow(servers: readonly Reachable[], open: readonly OpenWindow[], option: string): InWindow {
  const windowsOf = (placed: Reachable): readonly OpenWindow[] =>
    open.filter(({ location, groups }) => location === placed.location && groups.includes(groupOf(placed)));
  const outside = servers.filter((each) => windowsOf(each).length === 0).map(({ server }) => server.name);
  if (outside.length > 0)
    return {
      faults: [
        {
          path: option,
          message: `no window is open now for ${firstOf(outside, mostNamed)}`,
          fix: `leave it to their window, or say why it is not: ${option} "..."`,
        },
      ],
    };
  const used = servers.flatMap(
    (each) => windowsOf(each).toSorted((a, b) => b.until.getTime() - a.until.getTime())[0] ?? [],
  );
  const until = new Date(Math.min(...used.map((window) => window.until.getTime())));
  const names = [...new Set(used.map(({ name }) => name))].sort();
  return { why: `in the open window ${names.join(" and ")}, until ${instantText(until)}`, until };
}
