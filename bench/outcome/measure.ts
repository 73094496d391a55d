import { isConfirmed, type NonCompliantServer, type SeedOutcome } from "../../domain/rehearsal/outcome.ts";
import { rehearsalFigures, totalsOf } from "../../domain/rehearsal/report.ts";
import { openPool } from "../../rehearsal/pool.ts";
import { benchTime, type Session } from "../project.ts";
import { contenders, type ContenderName } from "./contenders.ts";
import type { Order } from "./worker.ts";

/** Shares of servers with a fault. */
export const worlds = [0, 0.05, 0.15] as const;

/** What came of one way to patch in one world, over all its seeds: releases are summed, all else is the worst seed's. */
export interface OutcomeFigures {
  readonly contender: ContenderName;
  readonly faults: number;
  readonly onTime: number;
  readonly late: number;
  /** Late, on servers that Systems Manager reached in time. */
  readonly lateReachable: number;
  readonly overdueServers: number;
  readonly overruns: number;
  readonly cutOff: number;
  readonly leftStopped: number;
  readonly unapproved: number;
  /** Servers of automatic groups that were non-compliant for more than 30 days. */
  readonly nonCompliant: number;
  /** Those of them of which the journal does not confirm that a fault of their own kept them from being patched. */
  readonly nonCompliantByStack: number;
}

/** Puts the seeds of one way in one world together. */
export function outcomeFigures(
  contender: ContenderName,
  faults: number,
  outcomes: readonly SeedOutcome[],
): OutcomeFigures {
  const figures = rehearsalFigures(contender, outcomes);
  const totals = totalsOf(figures);
  const worst = (of: (outcome: SeedOutcome) => number): number => Math.max(0, ...outcomes.map(of));
  const breaches = (kind: string): number =>
    worst((outcome) => outcome.breaches.filter((breach) => breach.kind === kind).length);
  const nonCompliant = (counts: (server: NonCompliantServer) => boolean): number =>
    worst((outcome) =>
      outcome.groups
        .filter(({ approval }) => approval === "automatic")
        .reduce((sum, group) => sum + group.nonCompliant.filter(counts).length, 0),
    );
  return {
    contender,
    faults,
    onTime: totals.onTime,
    late: totals.late,
    lateReachable: totals.late - figures.groups.reduce((sum, { late }) => sum + late.unreachable, 0),
    overdueServers: totals.overdueEver,
    overruns: totals.overruns,
    cutOff: totals.cutOff,
    leftStopped: breaches("leftStopped"),
    unapproved: breaches("unapproved"),
    nonCompliant: nonCompliant(() => true),
    nonCompliantByStack: nonCompliant((server) => !isConfirmed(server)),
  };
}

/** Plays every way in every world, as many at once as the machine has processors. */
export async function measureOutcomes(
  { checkout, progress, signal }: Pick<Session, "checkout" | "progress" | "signal">,
  { seeds, weeks, ways }: { readonly seeds: number; readonly weeks: number; readonly ways: readonly ContenderName[] },
): Promise<readonly OutcomeFigures[]> {
  const cells = ways.flatMap((contender) => worlds.map((faults) => ({ contender, faults })));
  const pool = openPool<Order, SeedOutcome>(new URL("./worker.ts", import.meta.url));
  const stop = (): void => void pool.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.all(
      cells.map(async ({ contender, faults }) => {
        const outcomes = await Promise.all(
          Array.from({ length: seeds }, async (_, index) => {
            const seed = index + 1;
            const { result, seconds } = await pool.carryOut({
              checkout,
              contender,
              begin: benchTime,
              weeks,
              seed,
              faults,
            });
            const world = `${String(faults * 100)} % faults, seed ${String(seed)}`;
            progress(`${contenders[contender].title}, ${world}: ${String(seconds)} s`);
            return result;
          }),
        );
        return outcomeFigures(contender, faults, outcomes);
      }),
    );
  } finally {
    await pool.close();
  }
}
