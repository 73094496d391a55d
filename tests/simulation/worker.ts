import { obey } from "../../rehearsal/obey.ts";
import { outcomeOf, type Outcome } from "./outcome.ts";
import type { ScenarioOptions } from "./scenario.ts";

/** A seed to play. */
export interface Order {
  readonly seed: number;
  readonly options: ScenarioOptions;
}

obey(({ seed, options }: Order): Promise<Outcome> => outcomeOf(seed, options));
