/** What can be wrong with a machine for a time, or for good. */
export const faultKinds = [
  /** Systems Manager does not hear of it: the agent is down, or its network is. */
  "offline",
  /** Switched off (deallocated, in Azure's word). Its end is a boot. */
  "stopped",
  /** Another process holds the package lock: nothing can be installed. */
  "lockHeld",
  /** The package repositories do not answer. */
  "repositoryUnreachable",
  /** AWS's S3 cannot be reached, though Systems Manager can: a scan and an installation need it. */
  "s3Unreachable",
  /** Its disk is full: nothing can be installed. */
  "diskFull",
  /** Its clock is some minutes off, which AWS still takes. */
  "clockOff",
  /** A reboot while it lasts never comes back; its end is somebody's reset, which is a boot. */
  "rebootHang",
  /** AWS's endpoints cannot be reached: an onboarding fails, a registered node goes silent. */
  "noRouteToAws",
  /**
   * Security releases are installed outside Patch Manager, without a reboot, as unattended-upgrades does: once at its
   * beginning and, when it has an end, again each day until then.
   */
  "patchedElsewhere",
] as const;

/** One kind of {@link faultKinds}. */
export type FaultKind = (typeof faultKinds)[number];

/** Something wrong with a machine, in virtual time. */
export interface Fault {
  readonly kind: FaultKind;
  readonly from: Date;
  /** When it is over; undefined for good (and, of `patchedElsewhere`, for once). */
  readonly until: Date | undefined;
}

/** A fault of a world, in minutes after the world's beginning. */
export interface PlannedFault {
  readonly kind: FaultKind;
  readonly fromMinutes: number;
  /** Absent: for good. */
  readonly untilMinutes?: number;
}
