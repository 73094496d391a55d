import { rm } from "node:fs/promises";
import {
  CreateAssociationCommand,
  CreatePatchBaselineCommand,
  RegisterPatchBaselineForPatchGroupCommand,
  SendCommandCommand,
  type CreatePatchBaselineCommandInput,
} from "@aws-sdk/client-ssm";
import { managed, type Plane } from "../../domain/plane.ts";
import { baselineName } from "../../domain/stack/awsNames.ts";
import { toBaselineOverride } from "../../domain/stack/baselineOverride.ts";
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

async function makeBaselines(cloud: Cloud, plane: Plane, at: string): Promise<void> {
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
