/** How a `vm_id` compares with the one that Azure has. */
export type VmIdMatch = "same" | "swapped" | "other";

/** Bytes of a GUID's first three fields in the other order. */
function swapped(guid: string): string {
  const [first = "", second = "", third = "", ...rest] = guid.split("-");
  const turned = [first, second, third].map((field) => (field.match(/../g) ?? []).toReversed().join(""));
  return [...turned, ...rest].join("-");
}

/**
 * Compares a row's `vm_id` with Azure's. `swapped` is the same id as a generation 1 VM's SMBIOS shows it, by
 * `dmidecode` for instance: its first three fields are in the other byte order.
 * https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
 */
export function compareVmId(row: string, azure: string): VmIdMatch {
  const [is, has] = [row.toLowerCase(), azure.toLowerCase()];
  if (is === has) return "same";
  return swapped(is) === has ? "swapped" : "other";
}

/** What to do about a row whose `vm_id` is not Azure's. */
export function vmIdAdvice(match: Exclude<VmIdMatch, "same">, azure: string): string {
  return match === "swapped"
    ? `set vm_id to ${azure}, run pulumi up, then npx patchplane tags --apply`
    : `set vm_id to ${azure} and raise onboarding_attempt in its row, then run pulumi up`;
}
