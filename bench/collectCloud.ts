import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { CreateAssociationCommand } from "@aws-sdk/client-ssm";
import type { Plane } from "../domain/plane.ts";
import { ssmClient } from "../operations/aws/clients.ts";
import { startCloud, worldFromPlane } from "../simulator/index.ts";

/** A cloud in a thread of its own, as far from who collects as calls take. */
export interface CollectCloud {
  readonly plane: Plane;
  readonly seed: number;
  readonly latencyMs: number;
}

const begin = new Date("2026-12-01T12:00:00Z");
const gathered = new Date("2026-12-01T13:00:00Z");

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

const { plane, seed, latencyMs } = workerData as CollectCloud;
const cloud = await startCloud({ world: worldFromPlane(plane, { seed, failureShare: 0 }), now: begin, seed });
Object.assign(process.env, { AWS_ENDPOINT_URL: cloud.url });
for (const location of Object.values(plane.locations)) {
  const client = ssmClient(location);
  await client.send(
    new CreateAssociationCommand({
      Name: "AWS-GatherSoftwareInventory",
      Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      MaxConcurrency: "100%",
    }),
  );
  client.destroy();
}
await cloud.advanceTo(gathered);
parentPort?.postMessage(await farAway(cloud.url, latencyMs));
