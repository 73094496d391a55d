import type { RebootOption } from "@aws-sdk/client-ssm";
import type { BaselineContent } from "./baselines.ts";
import type { PatchCounts } from "./journal.ts";
import type { PackageState } from "../world/packageState.ts";
import type { PackageTable } from "../world/packageRow.ts";

/** What an operation reports, apart from its rows. */
export interface ReportHead {
  readonly baselineId: string;
  readonly patchGroup: string;
  readonly snapshotId: string;
  readonly operation: "Scan" | "Install";
  readonly rebootOption: RebootOption;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly installOverrideList: string | undefined;
  readonly lastNoRebootInstall: Date | undefined;
}

/** What an install could not bring onto the machine counts as failed: everything missing, or certain rows of it. */
export type Failing = "none" | "missing" | ReadonlySet<number>;

/**
 * What a baseline makes of a machine at an instant. It holds the packages as they were then, not a line for each: lines
 * are made by `rowsOf` when somebody asks, so that thousands of nodes stay small.
 */
export interface Assessment {
  readonly table: PackageTable;
  readonly baseline: BaselineContent;
  readonly at: Date;
  readonly installed: Uint16Array;
  readonly installedAt: Uint32Array;
  readonly older: PackageState["older"];
  readonly awaitingReboot: ReadonlySet<number>;
  readonly failing: Failing;
  readonly counts: PatchCounts;
}

/** What the last scan or install of a node reported; the next one overwrites it whole. */
export interface PatchReport extends ReportHead {
  readonly assessment: Assessment;
}
