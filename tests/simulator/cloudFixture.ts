import { SSM } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { startCloud } from "../../simulator/index.ts";
import type { Cloud, World } from "../../simulator/index.ts";
import type { MachineSpec } from "../../simulator/world/machineSpec.ts";

/** Accounts, Regions and the subscription of the specs' worlds. */
export const home = "111111111111";
export const other = "222222222222";
export const ireland = "eu-west-1";
export const subscriptionId = "11111111-2222-3333-4444-555555555555";

/** A sound EC2 instance; a spec names what matters to it. */
export function instance(id: string, given: Partial<MachineSpec> = {}): MachineSpec {
  return {
    id,
    name: id,
    cloud: "aws",
    accountId: home,
    region: ireland,
    os: "ubuntu",
    release: "22.04",
    arch: "x86_64",
    tags: {},
    running: true,
    minutesPerPatch: 1,
    ...given,
  };
}

/** A sound, running Azure VM in the resource group `rg`. */
export function azureVm(vmName: string, given: Partial<MachineSpec> = {}): MachineSpec {
  const id = `/subscriptions/${subscriptionId}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/${vmName}`;
  return instance(id, {
    name: vmName,
    cloud: "azure",
    accountId: "",
    region: "westeurope",
    azure: { subscriptionId, resourceGroup: "rg", vmName, vmId: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" },
    ...given,
  });
}

/** A world of two accounts and one subscription. */
export function worldOf(...machines: MachineSpec[]): World {
  return {
    homeAccountId: home,
    homeRegion: ireland,
    accountIds: [home, other],
    predefinedBaselines: {},
    subscriptionIds: [subscriptionId],
    machines,
  };
}

const started: Cloud[] = [];

/** Starts a cloud that {@link closeClouds} ends. */
export async function cloudWith(machines: readonly MachineSpec[], now = "2026-11-02T00:00:00Z"): Promise<Cloud> {
  const cloud = await startCloud({ world: worldOf(...machines), now: new Date(now), seed: 1 });
  started.push(cloud);
  return cloud;
}

/** Ends every cloud of the spec. */
export async function closeClouds(): Promise<void> {
  await Promise.all(started.splice(0).map((cloud) => cloud.close()));
}

const baseKey = { accessKeyId: "test", secretAccessKey: "test" };

/** An SSM client of the home account, or of the one whose role it is given. */
export function ssmOf(cloud: Cloud, region = ireland, credentials = baseKey): SSM {
  const ssm = new SSM({ endpoint: cloud.url, region, credentials, maxAttempts: 1 });
  clouds.set(ssm, cloud);
  return ssm;
}

const clouds = new WeakMap<SSM, Cloud>();
const minute = 60_000;
/** No command of a spec takes longer. */
const longestMinutes = 24 * 60;

/** Moves the clock, minute by minute, until a command has ended. */
export async function untilEnded(ssm: SSM, CommandId: string): Promise<void> {
  const cloud = clouds.get(ssm);
  for (let minutes = 0; cloud !== undefined && minutes < longestMinutes; minutes += 1) {
    const { Commands } = await ssm.listCommands({ CommandId });
    if (Commands?.[0]?.Status !== "InProgress") return;
    await cloud.advanceTo(new Date(cloud.now().getTime() + minute));
  }
  throw new Error(`command ${CommandId} has not ended within ${String(longestMinutes)} minutes`);
}

/** An SSM client with the credentials of an assumed role in an account. */
export async function ssmAs(cloud: Cloud, accountId: string, region = ireland): Promise<SSM> {
  const sts = new STSClient({ endpoint: cloud.url, region, credentials: baseKey, maxAttempts: 1 });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${accountId}:role/deploy`, RoleSessionName: "spec" }),
  );
  return ssmOf(cloud, region, {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
  });
}

/** Name and message of what a call was refused with; fails when it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw error;
  }
  throw new Error("the call was answered");
}
