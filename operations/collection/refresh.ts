import {
  DescribeAssociationExecutionsCommand,
  ListAssociationsCommand,
  StartAssociationsOnceCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { setTimeout as sleep } from "node:timers/promises";
import { regionalName } from "../../domain/stack/awsNames.ts";

/** How an inventory that is gathered anew is waited for. */
export interface RefreshPatience {
  /** When it is waited for no longer. */
  readonly minutes: number;
  /** Time between two looks. @default 15 */
  readonly everySeconds?: number;
}

/** What became of a location's refresh: undefined when every node in reach was gathered anew, else what is to be known. */
export type RefreshOutcome = string | undefined;

const everySeconds = 15;
const msPerSecond = 1_000;
const msPerMinute = 60 * msPerSecond;
const underWay: ReadonlySet<string> = new Set(["Pending", "InProgress"]);

async function associationId(client: SSMClient, name: string): Promise<string | undefined> {
  const AssociationFilterList = [{ key: "AssociationName" as const, value: name }];
  const { Associations = [] } = await client.send(new ListAssociationsCommand({ AssociationFilterList }));
  return Associations[0]?.AssociationId;
}

/** Ids of an association's runs that AWS remembers, and how the newest went; AWS lists the newest first. */
async function executions(client: SSMClient, AssociationId: string) {
  const { AssociationExecutions = [] } = await client.send(new DescribeAssociationExecutionsCommand({ AssociationId }));
  return new Map(AssociationExecutions.map(({ ExecutionId = "", Status = "" }) => [ExecutionId, Status]));
}

/**
 * Has the stack's inventory association run now, and waits for that run's end. A node that is not reached keeps its old
 * inventory, and its capture time says so.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAssociationsOnce.html
 */
export async function refreshInventory(
  client: SSMClient,
  environment: string,
  patience: RefreshPatience,
  show: (line: string) => void,
): Promise<RefreshOutcome> {
  const name = regionalName(environment, "inventory");
  const id = await associationId(client, name);
  if (id === undefined) return `there is no association ${name}: inventory is as old as it was; deploy the stack`;
  const known = await executions(client, id);
  await client.send(new StartAssociationsOnceCommand({ AssociationIds: [id] }));
  const begun = performance.now();
  for (;;) {
    const fresh = [...(await executions(client, id))].filter(([execution]) => !known.has(execution));
    const waited = performance.now() - begun;
    if (fresh.length > 0 && fresh.every(([, status]) => !underWay.has(status))) {
      const bad = fresh.find(([, status]) => status !== "Success");
      return bad === undefined ? undefined : `inventory was gathered anew, but not on every node (${bad[1]})`;
    }
    if (waited > patience.minutes * msPerMinute) {
      const what = fresh.length === 0 ? "had not begun" : "was not over";
      return `the gathering of inventory ${what} after ${String(patience.minutes)} minutes: the rest is as old as it was`;
    }
    show(`inventory is gathered anew, for ${String(Math.round(waited / msPerSecond))} s now`);
    await sleep((patience.everySeconds ?? everySeconds) * msPerSecond);
  }
}
