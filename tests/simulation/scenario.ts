import type { Plane } from "../../domain/plane.ts";
import { writeFleet } from "../../fleet/write.ts";
import { worldFromPlane, type World } from "../../simulator/index.ts";
import { planeOf, resolve } from "../config/sources.ts";
import { drawApprovals } from "./drawApprovals.ts";
import { drawPolicy, noWindows, type Settings } from "./drawPolicy.ts";
import { drawServers } from "./drawServers.ts";
import { drawsOf } from "./draws.ts";
import type { Span } from "./drawWindow.ts";

/** A deployment of the program: from an instant on, one plane is in force. */
export interface Deployment {
  readonly at: Date;
  readonly plane: Plane;
  /** Approvals files by path. */
  readonly approvals: Readonly<Record<string, string>>;
}

/** Everything a seed decides. */
export interface Scenario {
  readonly seed: number;
  readonly span: Span;
  readonly settings: Settings;
  readonly world: World;
  /** In order; the first one at the start. They differ in their approvals alone. */
  readonly deployments: readonly Deployment[];
  /** When the APIs are asked, in order; the last one is the end. */
  readonly lookAt: readonly Date[];
}

/** What may be asked of a scenario besides its seed. */
export interface ScenarioOptions {
  /** Rows of the fleet. @defaultValue drawn, 20–60 */
  readonly servers?: number;
}

const day = 86_400_000;
const hour = 3_600_000;
/** Windows open at quarter hours; beside them it is clear what was deployed when one did. */
const besides = 7 * 60_000;
const earliest = Date.UTC(2026, 8, 1);

/** Draws a scenario: the same seed and options give the same one. */
export function drawScenario(seed: number, options: ScenarioOptions = {}): Scenario {
  const draws = drawsOf(seed);
  // Half a year of possible beginnings holds changes of the clocks on both hemispheres.
  const start = new Date(earliest + draws.whole("first hour", 0, 210 * 24) * hour);
  // Both are drawn towards the small end, which finds the same and takes half the time.
  const days = Math.floor(14 + 28 * draws.unit("days") ** 2);
  const span = { start, end: new Date(start.getTime() + days * day) };
  const policy = drawPolicy(draws.within("policy"), span);
  const servers = drawServers(
    draws.within("fleet"),
    policy,
    options.servers ?? Math.floor(20 + 41 * draws.unit("servers") ** 2),
  );
  const fleet = writeFleet(servers);
  const planeWith = (approvals: Readonly<Record<string, string>>, settings = policy.settings): Plane =>
    planeOf(resolve(settings, { "fleet.csv": fleet, ...approvals })).plane;
  // Without windows, which take the longest to check: only places and servers are asked for.
  const bare = planeWith({}, { ...policy.settings, windows: noWindows });
  const world = worldFromPlane(bare, { seed, failureShare: draws.pick("failing", [0, 0.05, 0.2]) });
  const ground = { world, plane: bare, seed, start };
  const changeAt = new Date(start.getTime() + draws.whole("days to the change", 4, days - 5) * day + besides);
  const deployments = [start, changeAt].map((at): Deployment => {
    const approvals = drawApprovals(draws.within(`approvals of ${at.toISOString()}`), ground, policy.groups, at);
    return { at, approvals, plane: planeWith(approvals) };
  });
  const between = [1, 2].map(
    (nth) => new Date(start.getTime() + draws.whole(`look ${String(nth)}`, 1, days * 24 - 1) * hour + besides),
  );
  return {
    seed,
    span,
    settings: policy.settings,
    world,
    deployments,
    lookAt: [...between, span.end].toSorted((a, b) => a.getTime() - b.getTime()),
  };
}
