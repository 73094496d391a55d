import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { CreateAssociationCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { isReviewed } from "../domain/plane.ts";
import { ssmClient } from "../operations/aws/clients.ts";
import { drawFleet, startCloud, worldFromPlane } from "../simulator/index.ts";
import type { FarTask } from "./far.ts";
import type { FarFleet } from "./farVerbs.ts";
import { benchTime, readProject } from "./project.ts";

/* A process that is a cloud, as far from who reads it as calls take; it ends with the process that asked for it. */

/** What the cloud is made of. */
export interface FarCloudTask extends Pick<FarTask, "checkout" | "servers" | "seed" | "latencyMs"> {
  /** Whether its servers are scanned. */
  readonly scanned: boolean;
}

/** A cloud that is there. */
export interface FarCloud {
  readonly url: string;
  readonly fleet: FarFleet;
}

/** Locations of the checked-in stack that the fleet is in. */
const locationsFilled = 2;
const begin = new Date(benchTime);
const ready = new Date("2026-12-01T14:00:00Z");

/** EC2 instances in the shape of the checked-in stack's, all of one reviewed group and not of any window. */
function drawnFleet({ checkout, servers, seed }: FarCloudTask): FarFleet {
  const whole = readProject(checkout);
  const group = Object.keys(whole.groups).find((name) => isReviewed(whole, name));
  if (group === undefined) throw new Error("the checked-in stack has no reviewed group");
  const instances = whole.fleet.filter(({ id }) => id.startsWith("i-"));
  const names = [...new Set(instances.map(({ site }) => site))].sort().slice(0, locationsFilled);
  const own = instances.filter(({ site }) => names.includes(site));
  const plane = {
    ...whole,
    locations: Object.fromEntries(Object.entries(whole.locations).filter(([name]) => names.includes(name))),
    subscriptions: {},
    windows: {},
    approvals: {},
    fleet: drawFleet(own, { servers, seed }).map((server) => ({ ...server, patchGroup: group })),
  };
  return { plane, group, begin, ready };
}

/** An address in front of a cloud that every request reaches late. */
async function farAway(url: string, latencyMs: number): Promise<string> {
  const { hostname, port } = new URL(url);
  // Without waiting for more to send, or the far end's late acknowledgements would come on top.
  const noDelay = true;
  const server = createServer({ noDelay }, (socket) => {
    const beyond = connect({ port: Number(port), host: hostname, noDelay });
    socket.on("data", (chunk) => void setTimeout(() => beyond.write(chunk), latencyMs));
    beyond.pipe(socket);
    socket.on("close", () => beyond.destroy());
    for (const end of [socket, beyond]) end.on("error", () => socket.destroy());
  });
  server.listen(0, hostname);
  await once(server, "listening");
  return `http://${hostname}:${String((server.address() as AddressInfo).port)}`;
}

process.once("disconnect", () => {
  process.exit();
});
const [task] = (await once(process, "message")) as [FarCloudTask];
const { seed, latencyMs, scanned } = task;
const fleet = drawnFleet(task);
const { plane, group } = fleet;
const cloud = await startCloud({ world: worldFromPlane(plane, { seed, failureShare: 0 }), now: begin, seed });
process.env["AWS_ENDPOINT_URL"] = cloud.url;
for (const location of Object.values(plane.locations)) {
  const client = ssmClient(location);
  await client.send(
    new CreateAssociationCommand({
      Name: "AWS-GatherSoftwareInventory",
      Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      MaxConcurrency: "100%",
    }),
  );
  if (scanned) {
    await client.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunPatchBaseline",
        Parameters: { Operation: ["Scan"] },
        Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
        MaxConcurrency: "100%",
        MaxErrors: "100%",
      }),
    );
  }
  client.destroy();
}
await cloud.advanceTo(ready);
const made: FarCloud = { url: await farAway(cloud.url, latencyMs), fleet };
process.send?.(made);
