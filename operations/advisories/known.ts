import { advisoryIndex } from "../../domain/advisories/join.ts";
import { knownAdvisories, type KnownAdvisories } from "../../domain/report/knownAdvisories.ts";
import { BrokenFile } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";
import { storedAdvisories } from "./stored.ts";

/** What the snapshot of a store knows; of one that cannot be read nothing, and why. */
export async function advisoriesOf(store: CollectionStore, asOf: Date): Promise<KnownAdvisories> {
  try {
    return knownAdvisories(advisoryIndex(await storedAdvisories(store)), asOf);
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    return { ...knownAdvisories(new Map(), asOf), gaps: () => [`Severities and CVEs: ${error.message}.`] };
  }
}
