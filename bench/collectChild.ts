import { once } from "node:events";
import { ListInventoryEntriesCommand, type ListInventoryEntriesResult } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Location } from "../domain/plane.ts";
import { ssmClient } from "../operations/aws/clients.ts";
import { collect } from "../operations/collect.ts";
import { nodesAtOnce } from "../operations/collection/readLocation.ts";
import { openWork } from "../operations/collection/work.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import { drawFleet } from "../simulator/index.ts";
import { answer, childTask, peakMebibytes, timed } from "./child.ts";
import type { CollectCost, CollectTask } from "./collect.ts";
import type { CollectCloud } from "./collectCloud.ts";
import { readProject } from "./project.ts";

/** Locations that are read side by side. */
const locationsRead = 2;

const { checkout, servers, seed, latencyMs, folder } = childTask() as CollectTask;
const whole = readProject(checkout);
const sites = new Set(whole.fleet.filter(({ id }) => id.startsWith("i-")).map(({ site }) => site));
const names = [...sites].sort().slice(0, locationsRead);
const instances = whole.fleet.filter(({ id, site }) => id.startsWith("i-") && names.includes(site));
const plane = {
  ...whole,
  locations: Object.fromEntries(Object.entries(whole.locations).filter(([name]) => names.includes(name))),
  subscriptions: {},
  windows: {},
  fleet: drawFleet(instances, { servers, seed }),
};
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAPATCHPLANESANDBX", AWS_SECRET_ACCESS_KEY: "sandbox" });
const workerData: CollectCloud = { plane, seed, latencyMs };
const worker = new Worker(new URL("collectCloud.ts", import.meta.url), { workerData });
const [url] = (await once(worker, "message")) as [string];
process.env["AWS_ENDPOINT_URL"] = url;
const begun = new Date("2026-12-01T14:00:00Z");
const { value, seconds } = await timed(() =>
  collect(plane, {
    scope: {
      runSteps: async (steps) => {
        const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
        return outcomes.map((outcome) => outcome.value);
      },
    },
    store: folderStore(join(folder, "collections")),
    work: openWork(join(folder, "work"), ["bench"], begun, true),
  }),
);
const read = value.locations
  .flatMap((each) => each.servers)
  .filter(({ inventoryCaptured }) => inventoryCaptured !== "");
if (read.length !== servers) throw new Error(`${String(read.length)} servers have packages; wanted ${String(servers)}`);
const mebibytes = peakMebibytes();

/** The same pages by the SDK alone, as many at a time, and nothing done with them. */
async function bare(location: Location, ids: readonly string[]): Promise<void> {
  const client = ssmClient(location);
  const read = async (InstanceId: string): Promise<void> => {
    let NextToken: string | undefined;
    do {
      const request = { InstanceId, TypeName: "AWS:Application", MaxResults: 50 };
      const page: ListInventoryEntriesResult = await client.send(
        new ListInventoryEntriesCommand({ ...request, NextToken }),
      );
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  };
  await pMap(ids, read, { concurrency: nodesAtOnce });
  client.destroy();
}

const { seconds: leastSeconds } = await timed(() =>
  Promise.all(
    value.locations.map((each) =>
      bare(
        each.location,
        each.servers.map(({ resourceId }) => resourceId),
      ),
    ),
  ),
);
const calls = value.locations.reduce((sum, { record }) => sum + Number(record.apiCalls), 0);
const cost: CollectCost = { seconds, mebibytes, calls, leastSeconds };
await worker.terminate();
await answer(cost);
