import type { Plane } from "../domain/plane.ts";
import type { SeedOutcome } from "../domain/rehearsal/outcome.ts";
import { obey } from "./obey.ts";
import { outcomeOf } from "./outcome.ts";
import { play, type Rehearsing } from "./play.ts";

/** A seed of a stack to play and to judge. */
export interface Order {
  readonly plane: Plane;
  readonly rehearsing: Rehearsing;
}

obey(async ({ plane, rehearsing }: Order, show): Promise<SeedOutcome> => {
  const played = await play(plane, rehearsing, (week) => {
    show(`week ${String(week)} of ${String(rehearsing.weeks)}`);
  });
  return outcomeOf(played);
});
