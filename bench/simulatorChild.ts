import {
  CreateMaintenanceWindowCommand,
  RegisterTargetWithMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
} from "@aws-sdk/client-ssm";
import type { Location } from "../domain/plane.ts";
import { ssmClient } from "../operations/aws/clients.ts";
import { drawFleet, startCloud, worldFromPlane } from "../simulator/index.ts";
import { answer, childTask, peakMebibytes, timed } from "./child.ts";
import { benchTime, readProject } from "./project.ts";
import type { SimulatorCost, SimulatorTask } from "./simulator.ts";

const begin = new Date(benchTime);
const afterScan = new Date("2026-12-02T12:00:00Z");

/** A daily scan of every server of a location, made as any client of the API makes one. */
async function makeScanWindow(location: Location, patchGroups: readonly string[]): Promise<void> {
  const client = ssmClient(location);
  const window = { Name: "mw-scan", Schedule: "cron(0 4 ? * * *)", Duration: 2, Cutoff: 1 };
  const { WindowId } = await client.send(
    new CreateMaintenanceWindowCommand({ ...window, AllowUnassociatedTargets: false }),
  );
  const Targets = [{ Key: "tag:PatchGroup", Values: [...patchGroups] }];
  const { WindowTargetId = "" } = await client.send(
    new RegisterTargetWithMaintenanceWindowCommand({ WindowId, ResourceType: "INSTANCE", Targets }),
  );
  await client.send(
    new RegisterTaskWithMaintenanceWindowCommand({
      WindowId,
      TaskType: "RUN_COMMAND",
      TaskArn: "AWS-RunPatchBaseline",
      Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId] }],
      MaxConcurrency: "100%",
      MaxErrors: "100%",
      TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Scan"] } } },
    }),
  );
  client.destroy();
}

const { checkout, servers, seed } = childTask() as SimulatorTask;
const plane = readProject(checkout);
const instances = plane.fleet.filter((server) => server.id.startsWith("i-"));
const fleet = drawFleet(instances, { servers, seed });
const { value: cloud, seconds: startSeconds } = await timed(() =>
  startCloud({ world: worldFromPlane({ ...plane, fleet }, { seed }), now: begin, seed }),
);
// The SDK's own variables, as an operator's tool would be pointed here.
Object.assign(process.env, {
  AWS_ENDPOINT_URL: cloud.url,
  AWS_ACCESS_KEY_ID: "AKIAPATCHPLANESANDBX",
  AWS_SECRET_ACCESS_KEY: "sandbox",
});
const patchGroups = [...new Set(fleet.map((server) => server.patchGroup))];
for (const location of Object.values(plane.locations)) await makeScanWindow(location, patchGroups);
const { seconds: scanSeconds } = await timed(() => cloud.advanceTo(afterScan));
const reached = cloud.journal.entries.reduce((sum, entry) => sum + (entry.kind === "windowRun" ? entry.nodes : 0), 0);
if (reached !== servers) throw new Error(`${String(reached)} servers were scanned; wanted ${String(servers)}`);
const cost: SimulatorCost = { servers, startSeconds, scanSeconds, mebibytes: peakMebibytes() };
await cloud.close();
await answer(cost);
