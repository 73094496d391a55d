import type { SSMClient } from "@aws-sdk/client-ssm";
import type { Plane } from "../../domain/plane.ts";
import type { UnknownReason, Verdict } from "../../domain/status/verdict.ts";
import { ssmClient } from "../../operations/aws/clients.ts";
import { fleetStatus } from "../../operations/status.ts";
import { activations } from "../../operations/aws/nodes.ts";
import type { RunSteps } from "../../operations/progress.ts";

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

const quietly: RunSteps = async (steps) => {
  const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
  return outcomes.map((outcome) => outcome.value);
};

/** Points the SDK's own settings at an embedded cloud while something runs. */
async function pointedAt<T>(url: string, action: () => Promise<T>): Promise<T> {
  const settings = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "embedded", AWS_SECRET_ACCESS_KEY: "embedded" };
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  try {
    return await action();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
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
    const status = await fleetStatus(plane, asOf, scope);
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
