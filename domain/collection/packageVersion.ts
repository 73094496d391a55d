import type { ApplicationRecord } from "./records.ts";

/** A version without an epoch that says nothing. */
export function withoutZeroEpoch(version: string): string {
  return version.replace(/^(?:0|\(none\)):/, "");
}

/** The whole version of an inventory's row, `[epoch:]version[-release]`: rpm has it in three fields. */
export function packageVersion({
  Version,
  Release = "",
  Epoch = "",
}: Pick<ApplicationRecord, "Version" | "Release" | "Epoch">): string {
  const epoch = Epoch === "" ? "" : `${Epoch}:`;
  return withoutZeroEpoch(`${epoch}${Version}${Release === "" ? "" : `-${Release}`}`);
}
