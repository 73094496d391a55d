import type { Location, Subscription } from "../../domain/plane.ts";

/** One reading of a project's fleet. */
export interface FleetTask {
  /** `rows`: the fleet file alone, parsed and validated; `plane`: the stack file, the fleet and every check. */
  readonly reading: "rows" | "plane";
  /** Folder of the project. */
  readonly root: string;
  /** Rows that must come out of it. */
  readonly rows: number;
  /** What the rows' sites are compared with. */
  readonly locations: Readonly<Record<string, Location>>;
  readonly subscriptions: Readonly<Record<string, Subscription>>;
}
