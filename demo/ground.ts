import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { readPlane } from "../config/file.ts";
import { formatFault } from "../domain/fault.ts";
import type { Plane } from "../domain/plane.ts";
import { writeFleet } from "../fleet/write.ts";
import { drawFleet } from "../simulator/index.ts";
import { DemoFailed, type DemoRun } from "./run.ts";

/** The stack the demo runs. */
export const stackName = "prod";
const stackFile = `Pulumi.${stackName}.yaml`;
const fleetFile = `fleet/${stackName}.csv`;
const copied = ["Pulumi.yaml", stackFile, "fleet", "approvals"];
/** Hybrid nodes of one location on the standard tier. */
const standardTierNodes = 1000;

/** Digest of the checkout's stack files and fleet: what the engine would rewrite if it were let near them. */
export async function inputsDigest(projectRoot: string): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(projectRoot)).filter((name) => name.startsWith("Pulumi")).sort();
  for (const name of [...names, fleetFile]) hash.update(name).update(await readFile(join(projectRoot, name)));
  return hash.digest("hex");
}

function planeOf(root: string): Plane {
  const read = readPlane(root, stackName);
  if ("faults" in read) throw new DemoFailed(read.faults.map(formatFault).join("\n"));
  return read.plane;
}

/** The locations that take more hybrid nodes than the standard tier does. */
function crowded(plane: Plane, fleet: Plane["fleet"]): readonly string[] {
  const nodes = fleet.filter((server) => server.cloud === "azure");
  const counts = Map.groupBy(nodes, (server) => plane.subscriptions[server.site]?.location ?? "");
  return [...counts].filter(([, servers]) => servers.length > standardTierNodes).map(([location]) => location);
}

async function writeDrawnFleet(root: string, plane: Plane, servers: number, seed: number): Promise<void> {
  const fleet = drawFleet(plane.fleet, { servers, seed });
  await writeFile(join(root, fleetFile), writeFleet(fleet, plane.subscriptions));
  const document = parseDocument(await readFile(join(root, stackFile), "utf8"));
  for (const location of crowded(plane, fleet))
    document.setIn(["config", "patchplane:locations", location, "instanceTier"], "advanced");
  await writeFile(join(root, stackFile), document.toString());
}

/**
 * Copies stack files, fleet and approvals of the checkout into a folder for this run: a temporary one, or with `--keep`
 * `.patchplane/demo`, emptied first. `--servers` replaces the fleet by a drawn one of the same shape, on the advanced
 * tier where the standard one is too small.
 */
export async function prepareGround(run: DemoRun): Promise<{ readonly root: string; readonly plane: Plane }> {
  const { keep, servers, seed } = run.options;
  const kept = join(run.projectRoot, ".patchplane", "demo");
  if (keep) {
    await rm(kept, { recursive: true, force: true });
    await mkdir(kept, { recursive: true });
  }
  const root = keep ? kept : await mkdtemp(join(tmpdir(), "patchplane-demo-"));
  run.root = root;
  for (const name of copied) await cp(join(run.projectRoot, name), join(root, name), { recursive: true });
  const plane = planeOf(root);
  if (servers === undefined) return { root, plane };
  await writeDrawnFleet(root, plane, servers, seed);
  return { root, plane: planeOf(root) };
}
