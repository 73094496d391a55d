import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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

/** The plane of the files in a folder. */
export function planeOf(root: string): Plane {
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

const digestFile = "as-made.sha256";

/** Digest of what was copied into a folder, as it stands there now. */
async function groundDigest(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = paths.filter((path) =>
    copied.some((name) => path === join(root, name) || path.startsWith(join(root, name, "/"))),
  );
  const hash = createHash("sha256");
  for (const path of own.sort()) hash.update(path).update(await readFile(path));
  return hash.digest("hex");
}

/**
 * Makes room for a kept demo: the one before goes when it stands as it was made, and is put aside when somebody has
 * edited its files.
 * @returns where it was put, if it was
 */
export async function makeRoom(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const made = await readFile(join(folder, digestFile), "utf8").catch(() => undefined);
  if (made === (await groundDigest(folder))) {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
  const free = (number: number): string =>
    existsSync(`${folder}-${String(number)}`) ? free(number + 1) : `${folder}-${String(number)}`;
  const aside = free(1);
  await rename(folder, aside);
  return aside;
}

/** Remembers how the files of a kept demo were made, for {@link makeRoom}. */
export async function rememberGround(folder: string): Promise<void> {
  await writeFile(join(folder, digestFile), await groundDigest(folder));
}

/**
 * Copies stack files, fleet and approvals of the checkout into a folder for this run: a temporary one, or with `--keep`
 * `.patchplane/demo`, for which one that was edited is put aside. `--servers` replaces the fleet by a drawn one of the same shape, on the advanced
 * tier where the standard one is too small.
 */
export async function prepareGround(run: DemoRun): Promise<{ readonly root: string; readonly plane: Plane }> {
  const { keep, servers, seed } = run.options;
  const kept = join(run.projectRoot, ".patchplane", "demo");
  if (keep) {
    const aside = await makeRoom(kept);
    if (aside !== undefined) run.printed.push(`The demo kept before was edited; its files are in ${aside} now.`);
    await mkdir(kept, { recursive: true });
  }
  const root = keep ? kept : await mkdtemp(join(tmpdir(), "patchplane-demo-"));
  run.root = root;
  for (const name of copied) await cp(join(run.projectRoot, name), join(root, name), { recursive: true });
  if (servers !== undefined) await writeDrawnFleet(root, planeOf(root), servers, seed);
  if (keep) await rememberGround(root);
  return { root, plane: planeOf(root) };
}
