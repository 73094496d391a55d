import type { MachineSpec } from "./machineSpec.ts";

/** What exists before anything is deployed. */
export interface World {
  /** Account of every access key that carries none. */
  readonly homeAccountId: string;
  /** Region of unsigned requests. */
  readonly homeRegion: string;
  readonly accountIds: readonly string[];
  /** ARNs of AWS-owned baselines by name, by `account/region`. */
  readonly predefinedBaselines: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly subscriptionIds: readonly string[];
  readonly machines: readonly MachineSpec[];
}
