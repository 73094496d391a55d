import type { SSMClient } from "@aws-sdk/client-ssm";
import type { Plane } from "../../domain/plane.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import type { UnknownReason, Verdict } from "../../domain/status/verdict.ts";
import { ssmClient } from "../../operations/aws/clients.ts";
import { readFleet } from "../../operations/status.ts";
import { activations } from "../../operations/aws/nodes.ts";
import { pointedAt, quietly } from "../operations/reading.ts";

/** One machine of `status`. */
export interface ObservedServer {
  /** Id of the fleet's row; of an Auto Scaling group's, the instance's. */
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason?: UnknownReason;
}

/** What the commands' own operations say of a fleet, through the AWS SDK over HTTP. */
export interface Observed {
  readonly servers: readonly ObservedServer[];
  /** How often each hybrid activation was used, by its id. */
  readonly registrations: Readonly<Record<string, number>>;
}

async function uses(client: SSMClient): Promise<readonly (readonly [string, number])[]> {
  const found = await activations(client);
  client.destroy();
  return [...found.values()].map(({ id, registrations }) => [id, registrations] as const);
}

/** Asks for the state of a fleet as `status` does. */
export function observe(url: string, plane: Plane, asOf: Date): Promise<Observed> {
  return pointedAt(url, async () => {
    const scope = { azure: { url, token: false }, runSteps: quietly };
    const status = judgeFleet(plane, await readFleet(plane, scope, asOf), asOf);
    const used = await Promise.all(Object.values(plane.locations).map((location) => uses(ssmClient(location))));
    return {
      servers: status.servers.map(({ server, node, judgement }) => ({
        id: server.id.startsWith("asg:") ? (node?.id ?? server.id) : server.id,
        ...judgement,
      })),
      registrations: Object.fromEntries(used.flat()),
    };
  });
}
