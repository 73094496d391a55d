import { partitionOf } from "../../partitions.ts";
import type { RegionState } from "../../state/region.ts";

/** An account's Region before anything was made in it. */
export function emptyRegion(accountId: string, region: string): RegionState {
  return {
    accountId,
    region,
    partition: partitionOf(region),
    baselines: new Map(),
    patchGroups: new Map(),
    defaultBaselines: new Map(),
    windows: new Map(),
    windowExecutions: new Map(),
    executionsOfWindow: new Map(),
    openExecutions: [],
    activations: new Map(),
    nodes: new Map(),
    associations: new Map(),
    documents: new Map(),
    dataSyncs: new Map(),
    serviceSettings: new Map(),
    commands: new Map(),
    tags: new Map(),
    idempotent: new Map(),
  };
}

/** ARN of something SSM keeps in a Region. */
export function ssmArn(state: RegionState, resource: string): string {
  return `arn:${state.partition}:ssm:${state.region}:${state.accountId}:${resource}`;
}
