import { fork } from "node:child_process";
import { once } from "node:events";
import { answeredCalls, ssmClient } from "../operations/aws/clients.ts";
import { nodesAtOnce } from "../operations/collection/readLocation.ts";
import { answer, childTask, peakMebibytes, timed } from "./child.ts";
import type { FarCost, FarTask } from "./far.ts";
import type { FarCloud, FarCloudTask } from "./farCloud.ts";
import { farVerbs, nodesOf } from "./farVerbs.ts";

/** Nodes whose time, one after another, stands for all. */
const nodesInSequence = 40;

const { verb, folder, ...task } = childTask() as FarTask;
const { scanned, act, bare } = farVerbs[verb];
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAPATCHPLANESANDBX", AWS_SECRET_ACCESS_KEY: "sandbox" });
// In a process of its own, so that nothing of the cloud counts as the command's.
const cloud = fork(new URL("farCloud.ts", import.meta.url), { serialization: "advanced" });
const wanted: FarCloudTask = { ...task, scanned };
cloud.send(wanted);
const [{ url, fleet }] = (await once(cloud, "message")) as [FarCloud];
process.env["AWS_ENDPOINT_URL"] = url;
const nodes = nodesOf(fleet);

/** Makes the calls of some nodes by the SDK alone, and tells how many they were. */
async function alone({ location, ids }: (typeof nodes)[number], atOnce: number): Promise<number> {
  const client = ssmClient(location);
  await bare(client, ids, atOnce);
  client.destroy();
  return answeredCalls(client);
}

// First, because a process that has made no call yet is slow for a while, which is none of the comparison's.
const [first] = nodes;
if (first === undefined) throw new Error("the checked-in stack has no location with instances");
const few = first.ids.slice(0, nodesInSequence);
const sequence = await timed(() => alone({ ...first, ids: few }, 1));
const { value: read, ...times } = await timed(() => act(fleet, folder));
const mebibytes = peakMebibytes();
if (read !== task.servers) throw new Error(`${verb} read ${String(read)} servers; wanted ${String(task.servers)}`);
const { value: calls, ...least } = await timed(() => Promise.all(nodes.map((each) => alone(each, nodesAtOnce))));
const cost: FarCost = {
  ...times,
  mebibytes,
  least: { ...least, calls: calls.reduce((sum, count) => sum + count, 0) },
  sequentialSeconds: (sequence.seconds * task.servers) / few.length,
};
cloud.disconnect();
await answer(cost);
