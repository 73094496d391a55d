import { advisoryFile, type AdvisoryRecord } from "../../domain/advisories/advisory.ts";
import { readRecords } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";

/**
 * The snapshot of a store; none where there is none.
 * @param wants - which of its lines are needed; of each operating system one is kept in any case, because its date says
 *   how old the snapshot is
 * @throws BrokenFile when it cannot be read to its end
 */
export async function storedAdvisories(
  store: CollectionStore,
  wants: (record: AdvisoryRecord) => boolean = () => true,
): Promise<readonly AdvisoryRecord[]> {
  const [folder = ""] = advisoryFile.split("/");
  if (!(await store.paths(folder)).includes(advisoryFile)) return [];
  const records: AdvisoryRecord[] = [];
  const families = new Set<string>();
  for await (const each of readRecords(store, advisoryFile)) {
    const record = each as AdvisoryRecord;
    if (families.has(record.os_family) && !wants(record)) continue;
    families.add(record.os_family);
    records.push(record);
  }
  return records;
}
