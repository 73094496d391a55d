import type { SeedOutcome } from "../domain/rehearsal/outcome.ts";
import { breaches } from "./breaches.ts";
import { groupOutcomes } from "./groupOutcomes.ts";
import { truthOf, type Played } from "./truth.ts";
import { windowOutcomes } from "./windowOutcomes.ts";

/** Judges what was played, by the embedded cloud's journal alone: what the APIs say counts for nothing. */
export function outcomeOf(played: Played): SeedOutcome {
  const truth = truthOf(played);
  const { seed, span } = played.scenario;
  return {
    seed,
    servers: truth.machines.size,
    groups: groupOutcomes(played, truth),
    windows: windowOutcomes(truth, span.start),
    breaches: breaches(played, truth),
  };
}
