import { DeregisterManagedInstanceCommand, type SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Leaving } from "../domain/discover/offboard.ts";
import type { Location, Plane } from "../domain/plane.ts";
import type { ActionResult } from "../domain/runs/runRecord.ts";
import { ssmClient } from "./aws/clients.ts";
import { awsFailure, isRefusal } from "./aws/failure.ts";
import { hybridNodeTags } from "./aws/nodes.ts";
import type { Scope } from "./fleetNodes.ts";
import type { RunRecord } from "./runs/runRecords.ts";

const wholeLimit = 10 * 60_000;
/** Nodes at a time in one location. */
const concurrency = 4;

/** Looks at a node's own tags once more, because its registration cannot be brought back. */
async function deregister(client: SSMClient, { node, vmId }: Leaving): Promise<void> {
  const tags = (await hybridNodeTags(client, [node.id])).get(node.id);
  const own = tags?.["AzureVmId"]?.toLowerCase();
  if (own !== undefined && own !== vmId) throw new OtherVm(own);
  await client.send(new DeregisterManagedInstanceCommand({ InstanceId: node.id }));
}

/** A node's own tag names another VM than its activation does. */
class OtherVm extends Error {
  constructor(vmId: string) {
    super(`its own AzureVmId is ${vmId}, and its activation's another: look at it by hand`);
    this.name = "OtherVm";
  }
}

async function recorded(
  client: SSMClient,
  location: Location,
  record: RunRecord,
  leaving: Leaving,
): Promise<ActionResult> {
  const { id, name } = leaving.node;
  const action = { location: location.name, action: "deregisterNode" as const, id, name };
  record.write({ line: "asked", ...action });
  const end = await deregister(client, leaving).then(
    () => ({ outcome: "done" as const, failure: null }),
    (error: unknown) =>
      error instanceof OtherVm
        ? { outcome: "refused" as const, failure: error.message }
        : {
            outcome: isRefusal(error) ? ("refused" as const) : ("unknown" as const),
            failure: awsFailure(error, location),
          },
  );
  record.write({ line: "answered", ...action, ...end });
  return { ...action, ...end };
}

/**
 * Deregisters nodes, 2 calls each; what fails is a row, and the rest goes on.
 * @param signal - aborted, nothing new begins
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeregisterManagedInstance.html
 */
export async function deregisterNodes(
  plane: Plane,
  leaving: readonly Leaving[],
  { runSteps }: Pick<Scope, "runSteps">,
  record: RunRecord,
  signal: AbortSignal,
): Promise<readonly ActionResult[]> {
  const byLocation = Map.groupBy(leaving, ({ location }) => location);
  const locations = Object.values(plane.locations).filter(({ name }) => byLocation.has(name));
  const results = await runSteps<readonly ActionResult[]>(
    locations.map((location) => ({
      title: location.name,
      act: async (show) => {
        const client = ssmClient(location, wholeLimit);
        try {
          const own = byLocation.get(location.name) ?? [];
          let count = 0;
          const done = async (each: Leaving): Promise<readonly ActionResult[]> => {
            if (signal.aborted) return [];
            const result = await recorded(client, location, record, each);
            show(`${String((count += 1))} of ${String(own.length)}`);
            return [result];
          };
          const value = (await pMap(own, done, { concurrency })).flat();
          const failed = value.filter(({ outcome }) => outcome !== "done").length;
          const line = `${location.name}: ${String(value.length - failed)} of ${String(own.length)} deregistered`;
          return { value, line, failed: failed > 0 };
        } finally {
          client.destroy();
        }
      },
    })),
  );
  return results.flat();
}
