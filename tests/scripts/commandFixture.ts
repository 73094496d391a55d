import { spawn } from "node:child_process";
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateActivationCommand,
  CreatePatchBaselineCommand,
  RegisterPatchBaselineForPatchGroupCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { readPlane } from "../../config/file.ts";
import { baselineName } from "../../domain/stack/awsNames.ts";
import {
  activationDescription,
  activationTags,
  linuxProtectedSettings,
  onboardingResourceName,
  runCommandParameters,
  runCommandProtectedParameters,
  windowsProtectedSettings,
} from "../../domain/onboarding/payload.ts";
import { locationNameOf } from "../../domain/fleet/placement.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { isWindows, type OperatingSystem, type Server } from "../../domain/server.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { assumedClient } from "../engine/clients.ts";
import { startGateway } from "../engine/gateway.ts";

const root = join(import.meta.dirname, "..", "..");
const product = ["scripts", "config", "domain", "fleet", "operations", "render", "components"];
const copied = [...product, "engine/proxy.ts", "engine/userCache.ts", "package.json"];

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The first folder of a row of names that nobody has. What Node.js keeps of the sources it keeps by their paths: the
 * folder of the specs before has it already, and a new name would have everything compiled once more and kept for good.
 */
async function freeFolder(place = 1): Promise<string> {
  const folder = join(tmpdir(), `patchplane-command-${String(place)}`);
  try {
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return freeFolder(place + 1);
  }
}

/** A copy of the project in a folder of its own, with the one small stack `test`. */
export async function projectCopy(): Promise<string> {
  const folder = await freeFolder();
  await Promise.all(copied.map((name) => cp(join(root, name), join(folder, name), { recursive: true })));
  await rm(join(folder, "fleet", "prod.csv"));
  await rm(join(folder, "fleet", "nonprod.csv"));
  await cp(join(root, "tests", "engine", "fixture"), folder, { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What the real file's environment says of an endpoint. */
export function patchplaneEnvironment(folder: string, url: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    // Not below HOME, which may be the checkout: what a command caches must not look like a change of it.
    XDG_CACHE_HOME: join(tmpdir(), "patchplane-command-cache"),
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "embedded",
    AWS_SECRET_ACCESS_KEY: "embedded",
    AZURE_RESOURCE_MANAGER_ENDPOINT: url,
  };
}

/** Runs the real file against an endpoint; `lines` closes its output after so many bytes have come. */
export async function patchplane(
  folder: string,
  url: string,
  args: readonly string[],
  options: { readonly closeEarly?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(folder, "scripts", "patchplane.ts"), ...args], {
    cwd: tmpdir(),
    env: { ...patchplaneEnvironment(folder, url), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  if (options.closeEarly === true) child.stdout.destroy();
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

/** The plane of a project copy's stack. */
export function planeOf(folder: string): Plane {
  const resolved = readPlane(folder, "test");
  if ("faults" in resolved) throw new Error(JSON.stringify(resolved.faults));
  return resolved.plane;
}

/** The client a spec arranges a location with. */
export function ssmOf(cloud: Cloud, plane: Plane, name: string): SSMClient {
  const location = plane.locations[name];
  if (location === undefined) throw new Error(`no location ${name}`);
  return assumedClient(cloud.url, location.region, location.accountId);
}

async function makeBaselines(cloud: Cloud, plane: Plane, location: Location): Promise<void> {
  const client = ssmOf(cloud, plane, location.name);
  const made = new Map<string, string | undefined>();
  for (const group of Object.values(plane.groups)) {
    if (group.kind !== "managed") continue;
    for (const [os, name] of Object.entries(group.baselines) as [OperatingSystem, string][]) {
      if (!made.has(name)) {
        const request = { Name: baselineName(plane.environment, name), OperatingSystem: os };
        made.set(name, (await client.send(new CreatePatchBaselineCommand(request))).BaselineId);
      }
      await client.send(
        new RegisterPatchBaselineForPatchGroupCommand({ BaselineId: made.get(name), PatchGroup: group.name }),
      );
    }
  }
}

/** Onboards a Linux VM as the program does: an activation with the row's tags, then the extension or run command. */
export async function onboard(cloud: Cloud, plane: Plane, server: Server): Promise<void> {
  const location = plane.locations[locationNameOf(plane, server)];
  if (location === undefined || server.azure === undefined) throw new Error(`${server.id} is not an Azure row`);
  const { ActivationId = "", ActivationCode = "" } = await ssmOf(cloud, plane, location.name).send(
    new CreateActivationCommand({
      IamRole: "hybrid",
      Description: activationDescription(server.azure.onboardingAttempt),
      RegistrationLimit: 1,
      Tags: Object.entries(activationTags(server)).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const details = { activationId: ActivationId, activationCode: ActivationCode, region: location.region };
  const windows = isWindows(server);
  const scripts = loadOnboardingScripts(root)[server.azure.onboardingScript] ?? { linux: "", windows: "" };
  const extension = {
    publisher: windows ? "Microsoft.Compute" : "Microsoft.Azure.Extensions",
    type: windows ? "CustomScriptExtension" : "CustomScript",
    typeHandlerVersion: windows ? "1.10" : "2.1",
    protectedSettings: windows
      ? windowsProtectedSettings(scripts, details)
      : linuxProtectedSettings(scripts.linux, details),
  };
  const command = {
    source: { script: windows ? scripts.windows : scripts.linux },
    parameters: runCommandParameters(windows, details),
    protectedParameters: runCommandProtectedParameters(windows, ActivationCode),
  };
  const byExtension = server.azure.onboardingMethod === "customScript";
  const [kind, properties] = byExtension ? ["extensions", extension] : ["runCommands", command];
  const path = `${server.id}/${kind}/${onboardingResourceName}?api-version=2024-11-01`;
  const put = await fetch(`${cloud.url}${path}`, {
    method: "PUT",
    body: JSON.stringify({ location: server.region, properties }),
  });
  const operation = put.headers.get("azure-asyncoperation");
  // An operation settles when it is polled to its end: twice.
  for (let polls = 0; operation !== null && polls < 2; polls += 1) await fetch(operation);
}

/** Scans every node of every group, and lets the clock run until all have reported. */
export async function scanAll(cloud: Cloud, plane: Plane, until: string): Promise<void> {
  for (const location of Object.values(plane.locations)) {
    await ssmOf(cloud, plane, location.name).send(
      new SendCommandCommand({
        DocumentName: "AWS-RunPatchBaseline",
        Targets: [{ Key: "tag:PatchGroup", Values: Object.keys(plane.groups).slice(0, 5) }],
        Parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"] },
        MaxConcurrency: "100%",
      }),
    );
  }
  await cloud.advanceTo(new Date(until));
}

/** A cloud of the stack in which everything is deployed, onboarded and scanned on 1 December 2026. */
export async function deployedCloud(plane: Plane, onboarded: (server: Server) => boolean = () => true): Promise<Cloud> {
  const cloud = await startCloud({
    world: worldFromPlane(plane, { seed: 1, failureShare: 0 }),
    now: new Date("2026-12-01T12:00:00Z"),
    seed: 1,
  });
  for (const location of Object.values(plane.locations)) await makeBaselines(cloud, plane, location);
  for (const server of plane.fleet)
    if (server.cloud === "azure" && onboarded(server)) await onboard(cloud, plane, server);
  await scanAll(cloud, plane, "2026-12-01T14:00:00Z");
  return cloud;
}

/** A project copy, its plane, and a cloud in which that is deployed. */
export interface DeployedProject {
  readonly folder: string;
  readonly plane: Plane;
  readonly cloud: Cloud;
}

/** Has one made before the specs of a block, and taken away after them; it is empty until they begin. */
export function deployedProject(onboarded?: (server: Server) => boolean): DeployedProject {
  const project = {} as DeployedProject;
  before(async () => {
    const folder = await projectCopy();
    const plane = planeOf(folder);
    Object.assign(project, { folder, plane, cloud: await deployedCloud(plane, onboarded) });
  });
  after(async () => {
    await project.cloud.close();
    await rm(project.folder, { recursive: true });
  });
  return project;
}

/** An address in front of a cloud that counts its requests and refuses those of one Region, or of one operation. */
export async function gate(
  cloud: Cloud,
  refusedRegion?: string,
  refusedOperation?: string,
): Promise<{ readonly url: string; readonly seen: readonly string[]; readonly close: () => Promise<void> }> {
  const gateway = await startGateway(cloud.url);
  const seen: string[] = [];
  const refusal = { __type: "AccessDeniedException", message: "not authorized to perform it" };
  gateway.before = ({ method, path, operation, region, service }) => {
    seen.push(operation ?? `${method} ${path}`);
    const ofRegion = refusedRegion !== undefined && region === refusedRegion && service === "ssm";
    const ofOperation = refusedOperation !== undefined && operation === refusedOperation;
    return ofRegion || ofOperation ? { status: 400, body: JSON.stringify(refusal) } : undefined;
  };
  return { url: gateway.url, seen, close: () => gateway.close() };
}
