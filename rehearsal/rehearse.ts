import type { Plane } from "../domain/plane.ts";
import type { SeedOutcome } from "../domain/rehearsal/outcome.ts";
import { passedLimits } from "../domain/rehearsal/limits.ts";
import { rehearsalFigures, worsened } from "../domain/rehearsal/report.ts";
import type { RehearsalReport, RehearsalTerms } from "../domain/rehearsal/report.ts";
import type { RunSteps, Step } from "../operations/progress.ts";
import { counted } from "../domain/text.ts";
import { openPool } from "./pool.ts";
import type { Order } from "./worker.ts";

/** A version of a stack. */
export interface StackVersion {
  readonly label: string;
  readonly plane: Plane;
}

/** Plays every seed of a stack, and of its base where there is one, side by side in threads, and puts them together. */
export async function rehearse(
  stack: string,
  head: StackVersion,
  terms: RehearsalTerms,
  runSteps: RunSteps,
  base?: StackVersion,
): Promise<RehearsalReport> {
  const versions = base === undefined ? [head] : [head, base];
  const played = versions.flatMap((version) => terms.seeds.map((seed) => ({ version, seed })));
  const pool = openPool<Order, SeedOutcome>(new URL("./worker.ts", import.meta.url), played.length);
  try {
    const outcomes = await runSteps(
      played.map(({ version, seed }): Step<SeedOutcome> => {
        const title = `${stack} (${version.label}), seed ${String(seed)}`;
        const { begin, weeks, faults, reviewerDays } = terms;
        const rehearsing = {
          begin: new Date(begin),
          weeks,
          seed,
          faults,
          ...(reviewerDays === undefined ? {} : { reviewerDays }),
        };
        return {
          title,
          act: async (show) => {
            const { result, seconds } = await pool.carryOut({ plane: version.plane, rehearsing }, show);
            const line = `${title}: ${counted(weeks, "week")} played in ${String(seconds)} s`;
            return { value: result, line, failed: false };
          },
        };
      }),
    );
    const figuresOf = ({ label }: StackVersion, first: number) =>
      rehearsalFigures(label, outcomes.slice(first, first + terms.seeds.length));
    const headFigures = figuresOf(head, 0);
    const { rehearsal: limits } = head.plane;
    const passed = limits === undefined ? [] : passedLimits(headFigures, limits);
    const report = { stack, terms, head: headFigures, worse: [], passed, ...(limits === undefined ? {} : { limits }) };
    if (base === undefined) return report;
    const baseFigures = figuresOf(base, terms.seeds.length);
    return { ...report, base: baseFigures, worse: worsened(baseFigures, headFigures) };
  } finally {
    await pool.close();
  }
}
