import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partitionFile } from "../../domain/collection/layout.ts";
import type { Collected } from "../../domain/collection/collected.ts";
import type { CollectionRecords, RecordType } from "../../domain/collection/records.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { collect, type CollectTask } from "../../operations/collect.ts";
import { openWork } from "../../operations/collection/work.ts";
import { folderStore } from "../../operations/store/folderStore.ts";
import { readRecords } from "../../operations/store/records.ts";
import type { CollectionStore } from "../../operations/store/store.ts";
import type { Cloud } from "../../simulator/index.ts";
import { ssmOf } from "../simulator/cloudFixture.ts";
import { pointedAt, quietly } from "./reading.ts";

/** A folder for the store and the work of a spec's collections. */
export interface CollectPlace {
  readonly store: CollectionStore;
  /** Collects at the cloud's present; `url` is another address of it. */
  readonly run: (
    plane: Plane,
    cloud: Cloud,
    more?: Partial<CollectTask> & {
      readonly url?: string;
      readonly groups?: readonly string[];
      readonly fresh?: boolean;
    },
  ) => Promise<Collected>;
  readonly rows: <Type extends RecordType>(
    type: Type,
    collected: string,
    location: Location,
  ) => Promise<readonly CollectionRecords[Type][]>;
  readonly close: () => Promise<void>;
}

export async function collectPlace(): Promise<CollectPlace> {
  const folder = await mkdtemp(join(tmpdir(), "patchplane-collect-"));
  const store = folderStore(join(folder, "collections"));
  return {
    store,
    run: (plane, cloud, { url = cloud.url, groups, fresh = false, ...more } = {}) => {
      const work = openWork(join(folder, "work"), ["a spec"], cloud.now(), fresh);
      const scope = { runSteps: quietly, ...(groups === undefined ? {} : { groups }) };
      const task: CollectTask = { scope, store, work, clock: () => cloud.now(), ...more };
      return pointedAt(url, () => collect(plane, task));
    },
    rows: async <Type extends RecordType>(type: Type, collected: string, { accountId, region }: Location) => {
      const found = await Array.fromAsync(readRecords(store, partitionFile({ type, collected, accountId, region })));
      return found as readonly CollectionRecords[Type][];
    },
    close: () => rm(folder, { recursive: true }),
  };
}

/** Makes the stack's inventory association, which gathers at once and then every day at noon. */
export async function makeInventory(cloud: Cloud, group: string): Promise<void> {
  await ssmOf(cloud).createAssociation({
    Name: "AWS-GatherSoftwareInventory",
    AssociationName: "patchplane-prod-inventory",
    Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
    ScheduleExpression: "cron(0 12 * * ? *)",
  });
}
