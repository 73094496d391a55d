import { advisoryFile, type AdvisoryRecord } from "../../domain/advisories/advisory.ts";
import { readRecords } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";

/**
 * The snapshot of a store; none where there is none.
 * @throws BrokenFile when it cannot be read to its end
 */
export async function storedAdvisories(store: CollectionStore): Promise<readonly AdvisoryRecord[]> {
  const [folder = ""] = advisoryFile.split("/");
  if (!(await store.paths(folder)).includes(advisoryFile)) return [];
  const records: AdvisoryRecord[] = [];
  for await (const record of readRecords(store, advisoryFile)) records.push(record as AdvisoryRecord);
  return records;
}
