import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { ManagedNode } from "../../../domain/fleet/managedNode.ts";
import type { Location, Plane } from "../../../domain/plane.ts";
import { recordLines, type RecordLine } from "../../../domain/runs/runRecord.ts";
import { managedNodes } from "../../../operations/aws/nodes.ts";
import { beginRecord, type RunRecord } from "../../../operations/runs/runRecords.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../../simulator/index.ts";
import { planeOf, projectCopy, ssmOf } from "../../scripts/commandFixture.ts";

/** One location of the small stack on an embedded cloud of its own, and a record to write to. */
export interface SendFixture {
  readonly cloud: Cloud;
  readonly client: SSMClient;
  readonly location: Location;
  readonly record: RunRecord;
  readonly nodes: () => Promise<readonly ManagedNode[]>;
  readonly lines: () => readonly RecordLine[];
  /** Does something while the virtual time goes on, a minute at a time. */
  readonly while: <T>(does: Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** The small stack's plane, once for a spec file. */
export async function smallPlane(): Promise<Plane> {
  const folder = await projectCopy();
  try {
    return planeOf(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts a cloud of the stack in which nothing is wrong, and begins a record. */
export async function sendFixture(plane: Plane, name = "use1"): Promise<SendFixture> {
  const location = plane.locations[name];
  if (location === undefined) throw new Error(`no location ${name}`);
  const world = worldFromPlane(plane, { seed: 1, failureShare: 0 });
  const cloud = await startCloud({ world, now: new Date("2026-12-01T12:00:00Z"), seed: 1 });
  const client = ssmOf(cloud, plane, name);
  const root = mkdtempSync(join(tmpdir(), "patchplane-send-"));
  const begun = {
    stack: "test",
    verb: "scan" as const,
    who: { arn: "arn:aws:iam::111122223333:user/ops", failure: null },
    why: "",
    repeats: null,
    locations: [],
    targets: [],
    options: {},
  };
  const record = beginRecord(root, begun, () => cloud.now());
  return {
    cloud,
    client,
    location,
    record,
    nodes: () => managedNodes(client),
    lines: () => recordLines(record.text()) ?? [],
    while: async (does) => {
      const isOver = does.then(
        () => true,
        () => true,
      );
      while (!(await Promise.race([isOver, passed(20, false)])))
        await cloud.advanceTo(new Date(cloud.now().getTime() + 60_000));
      return does;
    },
    close: async () => {
      client.destroy();
      rmSync(root, { recursive: true });
      await cloud.close();
    },
  };
}
