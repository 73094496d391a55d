import type { Plane } from "../../domain/plane.ts";
import type { SeedOutcome } from "../../domain/rehearsal/outcome.ts";
import { obey } from "../../rehearsal/obey.ts";
import { outcomeOf } from "../../rehearsal/outcome.ts";
import { play } from "../../rehearsal/play.ts";
import { readProject } from "../project.ts";
import { contenders, type Contender, type ContenderName } from "./contenders.ts";

/** One world, patched one way. */
export interface Order {
  readonly checkout: string;
  readonly contender: ContenderName;
  readonly begin: string;
  readonly weeks: number;
  readonly seed: number;
  /** Share of servers with a fault, 0–1. */
  readonly faults: number;
}

const reviewerDays = 3;

/** A fleet patched one way, and judged by what the shipped stack's groups and baselines ask for. */
async function outcomeOfContender(shipped: Plane, contender: Contender, order: Order): Promise<SeedOutcome> {
  const plane = contender.plane(shipped);
  const { weeks, seed, faults } = order;
  const terms = { begin: new Date(order.begin), weeks, seed, faults };
  const played = await play(
    plane,
    contender.reviewed ? { ...terms, reviewerDays } : terms,
    undefined,
    contender.acts ?? {},
  );
  if (contender.reviewed) return outcomeOf(played);
  const judging = { ...shipped, windows: plane.windows, approvals: {} };
  return outcomeOf({
    ...played,
    scenario: { ...played.scenario, deployments: [{ at: terms.begin, plane: judging }] },
  });
}

obey(async (order: Order) => outcomeOfContender(readProject(order.checkout), contenders[order.contender], order));
