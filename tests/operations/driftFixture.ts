import { join } from "node:path";
import {
  CreateMaintenanceWindowCommand,
  DescribeMaintenanceWindowsCommand,
  DescribeMaintenanceWindowTargetsCommand,
  DescribeMaintenanceWindowTasksCommand,
  DescribePatchBaselinesCommand,
  RegisterTargetWithMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
} from "@aws-sdk/client-ssm";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import type { LivePlan, LivePlanLocation } from "../../domain/drift/judgeLocation.ts";
import type { Plane } from "../../domain/plane.ts";
import { livePlan } from "../../operations/drift.ts";
import type { Scope } from "../../operations/fleetNodes.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { root } from "../config/sources.ts";
import { planeOf } from "../scripts/commandFixture.ts";
import { openStack } from "../../rehearsal/stack.ts";
import { pointedAt, quietly } from "./reading.ts";

/** The plane of the engine suite's small stack. */
export function smallPlane(): Plane {
  return planeOf(join(root, "tests", "engine", "fixture"));
}

/** A cloud of a plane's servers, on 1 December 2026. */
export async function cloudOf(plane: Plane, stopped: readonly string[] = []): Promise<Cloud> {
  const world = worldFromPlane(plane, { seed: 1, failureShare: 0 });
  const machines = world.machines.map((each) => ({ ...each, running: !stopped.includes(each.name) }));
  return startCloud({ world: { ...world, machines }, now: new Date("2026-12-01T12:00:00Z"), seed: 1 });
}

/** Deploys a plane as the engine does. */
export async function justDeployed(cloud: Cloud, plane: Plane): Promise<void> {
  await openStack(cloud.url, loadOnboardingScripts(root)).deploy(plane);
}

/** Deploys a plane, and lets a day pass in which every node is scanned. */
export async function deployed(cloud: Cloud, plane: Plane): Promise<void> {
  await justDeployed(cloud, plane);
  await cloud.advanceTo(new Date(cloud.now().getTime() + 86_400_000));
}

/** What the cloud knows of a plane, asked at an address. */
export async function looked(
  cloud: Cloud,
  plane: Plane,
  more: { readonly url?: string; readonly coming?: Plane; readonly scope?: Partial<Scope> } = {},
): Promise<LivePlan> {
  const url = more.url ?? cloud.url;
  const scope = { azure: { url, token: false }, runSteps: quietly, ...more.scope };
  return pointedAt(url, () => livePlan(plane, cloud.now(), scope, more.coming));
}

/** The row of a location. */
export function rowOf(plan: LivePlan, name: string): LivePlanLocation {
  const row = plan.locations.find((location) => location.name === name);
  if (row === undefined) throw new Error(`no row of ${name}`);
  return row;
}

/** Ids and paths of all findings. */
export function found(plan: LivePlan): readonly string[] {
  return plan.locations.flatMap(({ findings }) => findings.map(({ id, path }) => `${id} ${path}`));
}

/** Id of the window of a name. */
export async function windowId(client: SSMClient, name: string): Promise<string> {
  const request = { Filters: [{ Key: "Name", Values: [name] }] };
  const { WindowIdentities = [] } = await client.send(new DescribeMaintenanceWindowsCommand(request));
  return WindowIdentities[0]?.WindowId ?? "";
}

/** Id of the baseline of a name. */
export async function baselineId(client: SSMClient, name: string): Promise<string> {
  const request = { Filters: [{ Key: "NAME_PREFIX", Values: [name] }] };
  const { BaselineIdentities = [] } = await client.send(new DescribePatchBaselinesCommand(request));
  return BaselineIdentities.find(({ BaselineName }) => BaselineName === name)?.BaselineId ?? "";
}

/** The first target and the first task of a window. */
export async function partsOf(client: SSMClient, WindowId: string) {
  const { Targets = [] } = await client.send(new DescribeMaintenanceWindowTargetsCommand({ WindowId }));
  const { Tasks = [] } = await client.send(new DescribeMaintenanceWindowTasksCommand({ WindowId }));
  const [target] = Targets;
  const [task] = Tasks;
  if (target === undefined || task === undefined) throw new Error(`${WindowId} has no target or no task`);
  return { target, task };
}

/** What a window of somebody else selects and runs. */
export interface Foreign {
  readonly key: string;
  readonly values: readonly string[];
  readonly document?: string;
}

/** Makes a window of somebody else, with a target and a task; answers its id. */
export async function foreignWindow(client: SSMClient, name: string, foreign?: Foreign): Promise<string> {
  const { WindowId } = await client.send(
    new CreateMaintenanceWindowCommand({
      Name: name,
      Schedule: "cron(0 2 ? * SUN *)",
      Duration: 2,
      Cutoff: 1,
      AllowUnassociatedTargets: false,
    }),
  );
  if (WindowId === undefined) throw new Error("no window was made");
  if (foreign === undefined) return WindowId;
  const { WindowTargetId = "" } = await client.send(
    new RegisterTargetWithMaintenanceWindowCommand({
      WindowId,
      ResourceType: "INSTANCE",
      Targets: [{ Key: foreign.key, Values: [...foreign.values] }],
    }),
  );
  await client.send(
    new RegisterTaskWithMaintenanceWindowCommand({
      WindowId,
      TaskType: "RUN_COMMAND",
      TaskArn: foreign.document ?? "AWS-RunPatchBaseline",
      Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId] }],
      MaxConcurrency: "1",
      MaxErrors: "1",
      ...(foreign.document === undefined
        ? { TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Install"] } } } }
        : {}),
    }),
  );
  return WindowId;
}
