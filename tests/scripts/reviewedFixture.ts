import { rm } from "node:fs/promises";
import {
  CreateAssociationCommand,
  CreateMaintenanceWindowCommand,
  CreatePatchBaselineCommand,
  RegisterPatchBaselineForPatchGroupCommand,
  RegisterTargetWithMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
  SendCommandCommand,
  type CreatePatchBaselineCommandInput,
} from "@aws-sdk/client-ssm";
import { managed, type Plane } from "../../domain/plane.ts";
import { nowhereNear } from "../../domain/schedule/awsCron.ts";
import { baselineName, windowName } from "../../domain/stack/awsNames.ts";
import { toBaselineOverride } from "../../domain/stack/baselineOverride.ts";
import { plannedLocation } from "../../domain/stack/plannedLocation.ts";
import { startCloud, worldFromPlane, type Cloud, type KnownRole } from "../../simulator/index.ts";
import { onboard, planeOf, projectCopy, ssmOf } from "./commandFixture.ts";

/** The stack's one reviewed group. */
export const group = "prod-sensitive";

/** A project copy and a cloud in which its reviewed servers are onboarded, and their baselines are the stack's own. */
export interface ReviewedProject {
  readonly folder: string;
  readonly plane: Plane;
  readonly cloud: Cloud;
  readonly close: () => Promise<void>;
}

/** Makes the baselines of the group as the stack does, and has its packages gathered. */
export async function makeBaselines(cloud: Cloud, plane: Plane, at: string): Promise<void> {
  const client = ssmOf(cloud, plane, at);
  for (const name of Object.values(managed(plane, group)?.baselines ?? {})) {
    const baseline = plane.baselines[name];
    if (baseline === undefined) throw new Error(`no baseline ${name}`);
    const [wire] = JSON.parse(toBaselineOverride([baseline])) as CreatePatchBaselineCommandInput[];
    const made = await client.send(
      new CreatePatchBaselineCommand({ ...wire, Name: baselineName(plane.environment, name) }),
    );
    await client.send(
      new RegisterPatchBaselineForPatchGroupCommand({ BaselineId: made.BaselineId, PatchGroup: group }),
    );
  }
  await client.send(
    new CreateAssociationCommand({
      Name: "AWS-GatherSoftwareInventory",
      AssociationName: "patchplane-test-inventory",
      Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
      ScheduleExpression: "cron(0 12 * * ? *)",
    }),
  );
}

/** Scans the group's servers of a location, as its scan window does. */
export async function scan(cloud: Cloud, plane: Plane, at: string): Promise<void> {
  await ssmOf(cloud, plane, at).send(
    new SendCommandCommand({
      DocumentName: "AWS-RunPatchBaseline",
      Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
      Parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"] },
    }),
  );
}

/** Makes one, on 1 December 2026 at noon; nothing is scanned yet. */
export async function reviewedProject(
  roles: (plane: Plane) => readonly KnownRole[] = () => [],
): Promise<ReviewedProject> {
  const folder = await projectCopy();
  const plane = planeOf(folder);
  const cloud = await startCloud({
    world: worldFromPlane(plane, { seed: 1, failureShare: 0 }),
    now: new Date("2026-12-01T12:00:00Z"),
    seed: 1,
    roles: roles(plane),
  });
  for (const at of Object.keys(plane.locations)) await makeBaselines(cloud, plane, at);
  for (const server of plane.fleet)
    if (server.azure !== undefined && server.patchGroup === group) await onboard(cloud, plane, server);
  await cloud.advanceTo(new Date("2026-12-01T13:00:00Z"));
  return {
    folder,
    plane,
    cloud,
    close: async () => {
      await cloud.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Makes the reviewed window of a location as the stack does, with the approval of the plane deployed. */
export async function deployWindow(cloud: Cloud, plane: Plane, at: string): Promise<string> {
  const location = plane.locations[at];
  if (location === undefined) throw new Error(`no location ${at}`);
  const client = ssmOf(cloud, plane, at);
  const planned = plannedLocation(plane, location);
  const name = windowName(plane.environment, "mw-install-sensitive", "");
  const { window, tasks, approved } = planned.windows.get(name) ?? {};
  const [task] = tasks ?? [];
  if (window === undefined || task === undefined) throw new Error("no window, or nothing is approved");
  const { WindowId = "" } = await client.send(
    new CreateMaintenanceWindowCommand({
      Name: name,
      Schedule: nowhereNear,
      ScheduleTimezone: "UTC",
      Duration: window.durationHours,
      Cutoff: window.cutoffHours,
      EndDate: approved?.approval.expires,
      AllowUnassociatedTargets: false,
      Tags: Object.entries(planned.tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const { WindowTargetId = "" } = await client.send(
    new RegisterTargetWithMaintenanceWindowCommand({
      WindowId,
      ResourceType: "INSTANCE",
      Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
    }),
  );
  await client.send(
    new RegisterTaskWithMaintenanceWindowCommand({
      WindowId,
      TaskType: "RUN_COMMAND",
      TaskArn: task.document,
      Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId] }],
      MaxConcurrency: task.maxConcurrency,
      MaxErrors: task.maxErrors,
      TaskInvocationParameters: {
        RunCommand: {
          Parameters: Object.fromEntries(Object.entries(task.parameters).map(([key, value]) => [key, [value]])),
        },
      },
    }),
  );
  return WindowId;
}
