import type { Approval, ApprovedPatch } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";

/** An update as its id and exact version say it; no version on Windows. */
export interface UpdateName {
  readonly id: string;
  readonly version: string;
}

/** Whether an entry names an update: what it says of the version has to be that version, as on the node. */
export function namesUpdate({ id, title }: ApprovedPatch, update: UpdateName): boolean {
  return id === update.id && (title === undefined || title === update.version);
}

/** The entry of an approvals file that lets an update through; undefined where none does. */
export function entryFor(
  approval: Approval | undefined,
  os: OperatingSystem,
  update: UpdateName,
): ApprovedPatch | undefined {
  return approval?.patches[os]?.find((entry) => namesUpdate(entry, update));
}
