import type { OutcomeFigures } from "./outcome/measure.ts";
import type { ChangesAnswer } from "./changes.ts";
import type { Cost } from "./child.ts";
import type { FarCost, FarVerb } from "./far.ts";
import type { ComparedProgram } from "./preview/task.ts";
import type { SimulatorCost } from "./simulator.ts";

/** One preview of each compared program, one soon after the other. */
export type PreviewRound = Readonly<Record<ComparedProgram, Cost>>;

/** Previews of so many Azure VMs. */
export interface PreviewFigures {
  readonly vms: number;
  readonly rounds: readonly PreviewRound[];
}

/** Previews of the whole checked-in stack, and of as many bare resources in as many providers. */
export interface WholeFigures {
  readonly resources: number;
  readonly rounds: readonly { readonly whole: Cost; readonly bare: Cost }[];
}

/** Starts and scans of an embedded cloud. */
export interface SimulatorFigures {
  readonly servers: number;
  readonly costs: readonly SimulatorCost[];
}

/** Readings of a fleet file. */
export interface FleetFigures {
  readonly rows: number;
  /** Parsed and validated alone. */
  readonly readFleet: readonly Cost[];
  /** With its stack file and every check of the plane. */
  readonly readPlane: readonly Cost[];
}

/** What a command costs for a fleet of so many servers. */
export interface CommandFigures {
  readonly servers: number;
  readonly costs: readonly Cost[];
}

/** What one page of a report cost. */
export interface PageCost {
  readonly megabytes: number;
  readonly writeSeconds: number;
  /** From the beginning of the navigation in Chromium until tables can be sorted and narrowed. */
  readonly readySeconds: number;
}

/** Pages of so many rows. */
export interface PageFigures {
  readonly rows: number;
  readonly costs: readonly PageCost[];
}

/** Comparisons of two collections of so many rows. */
export interface ChangesFigures {
  readonly rows: number;
  /** The first, which makes the copies that the others read. */
  readonly copy: ChangesAnswer;
  readonly rounds: readonly { readonly engine: ChangesAnswer; readonly join: ChangesAnswer }[];
}

/** Readings of a fleet in a cloud that is far away. */
export interface FarFigures {
  readonly verb: FarVerb;
  readonly servers: number;
  readonly costs: readonly FarCost[];
}

/** Everything that was measured; a part that was left out is empty. */
export interface Results {
  readonly previews: readonly PreviewFigures[];
  /** Left out with the previews. */
  readonly whole?: WholeFigures;
  readonly simulator: readonly SimulatorFigures[];
  readonly fleet: readonly FleetFigures[];
  /** Plans of a change to every server. */
  readonly plans: readonly CommandFigures[];
  /** Quarters that are rehearsed. */
  readonly rehearsals: readonly CommandFigures[];
  readonly pages: readonly PageFigures[];
  readonly outcomes: readonly OutcomeFigures[];
  readonly changes: readonly ChangesFigures[];
  readonly far: readonly FarFigures[];
}

/** Middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Median of a measure over costs. */
export function medianCost(costs: readonly Cost[], measure: keyof Cost): number {
  return median(costs.map((cost) => cost[measure]));
}

/**
 * The component's cost as a multiple of another program's: the median of the rounds' own ratios, because what else a
 * machine does in a round slows both.
 */
export function ratioTo(
  program: Exclude<ComparedProgram, "component">,
  rounds: readonly PreviewRound[],
  measure: keyof Cost,
): number {
  return median(rounds.map((round) => round.component[measure] / round[program][measure]));
}
