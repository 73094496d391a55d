import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { readPlane } from "../config/file.ts";
import { onboardingScriptsFolder } from "../config/onboardingScripts.ts";
import { formatFault } from "../domain/fault.ts";
import type { Plane } from "../domain/plane.ts";
import type { Server } from "../domain/server.ts";
import type { Progress } from "../engine/resolve.ts";
import { writeFleet } from "../fleet/write.ts";

/** Stack that is measured: the checked-in production one. */
export const stackName = "prod";

/** The instant that clouds begin at and dates are counted from; any would do. */
export const benchTime = "2026-12-01T12:00:00Z";

/** What every part of the benchmark works with. */
export interface Session {
  readonly checkout: string;
  /** Temporary folder that is removed at the end. */
  readonly folder: string;
  /** The checked-in stack's, whose shape every drawn fleet has. */
  readonly plane: Plane;
  readonly seed: number;
  /** How often each thing is measured. */
  readonly rounds: number;
  /** Ends what runs. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * The plane of a project.
 *
 * @throws Error that lists the faults of its files
 */
export function readProject(root: string): Plane {
  const read = readPlane(root, stackName);
  if ("faults" in read) throw new Error(read.faults.map(formatFault).join("\n"));
  return read.plane;
}

/**
 * Writes a project with the checked-in stack file on another fleet. Its locations take the advanced tier, because the
 * standard one takes 1,000 hybrid nodes at most.
 *
 * @param root folder to make
 * @param plane the checked-in stack's
 */
export async function writeProject(
  checkout: string,
  root: string,
  plane: Plane,
  fleet: readonly Server[],
): Promise<void> {
  await mkdir(join(root, "fleet"), { recursive: true });
  for (const name of ["Pulumi.yaml", "approvals", onboardingScriptsFolder]) {
    await cp(join(checkout, name), join(root, name), { recursive: true });
  }
  const stackFile = `Pulumi.${stackName}.yaml`;
  const document = parseDocument(await readFile(join(checkout, stackFile), "utf8"));
  for (const location of Object.keys(plane.locations)) {
    document.setIn(["config", "patchplane:locations", location, "instanceTier"], "advanced");
  }
  await writeFile(join(root, stackFile), document.toString());
  await writeFile(join(root, "fleet", `${stackName}.csv`), writeFleet(fleet, plane.subscriptions));
}
