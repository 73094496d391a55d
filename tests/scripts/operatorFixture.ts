import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Plane } from "../../domain/plane.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { startGateway } from "../engine/gateway.ts";
import { makeOperatorDocuments } from "../operations/runs/operatorDocumentsThere.ts";
import { patchplaneEnvironment, planeOf, projectCopy, type Ended } from "./commandFixture.ts";

const known = {
  read: ["OperatorReadRole", "patchplane-operator-read-test"],
  operate: ["OperatorRole", "patchplane-operator-test"],
  install: ["InstallRole", "patchplane-operator-install-test"],
  scan: ["ScanRole", "patchplane-operator-scan-test"],
} as const;

/** Name of a location's break-glass role. */
function breakGlassRole(location: string): string {
  return `patchplane-test-${location}-break-glass`;
}

/** Roles of the bootstrap, by what they are for; each location has a break-glass role of its own. */
export type OperatorRoleName = keyof typeof known | "breakGlassOfUse1";

const usualNow = new Date("2026-12-01T12:00:00Z");

/** A cloud of the small stack in which the operators' rights are enforced, and the stack's own documents are there. */
export async function operatorCloud(plane: Plane, seed = 1, now = usualNow): Promise<Cloud> {
  const roles = Object.values(plane.locations).flatMap(({ accountId, name: location }) => {
    const values = { ...parameters, "AWS::AccountId": accountId, Environment: "test", BreakGlassLocation: location };
    const emergency = ["BreakGlassRole", breakGlassRole(location)] as const;
    return [...Object.values(known), emergency].map(([role, name]) => ({
      arn: `arn:aws:iam::${accountId}:role/${name}`,
      policies: policiesOf(role, values),
    }));
  });
  const world = worldFromPlane(plane, { seed, failureShare: 0 });
  const cloud = await startCloud({ world, now, seed, roles });
  for (const name of Object.keys(plane.locations)) await makeOperatorDocuments(cloud, plane, name);
  return cloud;
}

/** Where a block's specs run commands: a project of the small stack, and a cloud of it. */
export interface OperatorPlace {
  readonly folder: string;
  readonly plane: Plane;
  readonly cloud: Cloud;
}

/**
 * A project for all specs of a block and a cloud for each, taken away after them with the records of its runs; empty
 * until then.
 * @param prepare - what happens on the cloud before a spec begins
 * @param now - the cloud's time before that; this machine's for specs that compare both clocks, as a rerun does
 */
export function operatorPlace(
  prepare?: (cloud: Cloud, plane: Plane) => Promise<void>,
  now = (): Date => usualNow,
): OperatorPlace {
  const place = {} as { -readonly [Key in keyof OperatorPlace]: OperatorPlace[Key] };
  before(async () => {
    place.folder = await projectCopy();
    place.plane = planeOf(place.folder);
  });
  beforeEach(async () => {
    place.cloud = await operatorCloud(place.plane, 1, now());
    await prepare?.(place.cloud, place.plane);
  });
  afterEach(async () => {
    await place.cloud.close();
    await rm(join(place.folder, "runs"), { recursive: true, force: true });
  });
  after(() => rm(place.folder, { recursive: true }));
  return place;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** By whom a command is given, and where. */
interface Giving {
  /** @default "operate" */
  readonly role?: OperatorRoleName;
  /** @default the cloud's */
  readonly url?: string;
}

function started(folder: string, url: string, args: readonly string[], role: OperatorRoleName): Running {
  const roleName = role === "breakGlassOfUse1" ? breakGlassRole("use1") : known[role][1];
  const child = spawn(process.execPath, [join(folder, "scripts", "patchplane.ts"), ...args], {
    env: { ...patchplaneEnvironment(folder, url), PATCHPLANE_ROLE_NAME: roleName },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

/** What a command asks again and again while it waits for servers. */
const looks: ReadonlySet<string> = new Set(["ListCommands", "DescribeInstancePatchStates"]);
/** Milliseconds of virtual time from one such look to the next. */
const betweenLooks = 15 * 60_000;

/**
 * Starts the real file with an operator's role. The cloud's time goes on with every look at what the servers do, and not
 * otherwise: however slow a machine is, a command sees the same.
 */
export function running(
  folder: string,
  cloud: Cloud,
  args: readonly string[],
  giving?: Giving & { readonly advances?: true },
): Pick<Running, "ended">;
/** The same, with the time left to the spec. */
export function running(
  folder: string,
  cloud: Cloud,
  args: readonly string[],
  giving: Giving & { readonly advances: false },
): Running;
export function running(
  folder: string,
  cloud: Cloud,
  args: readonly string[],
  { role = "operate", url = cloud.url, advances = true }: Giving & { readonly advances?: boolean } = {},
): Pick<Running, "ended"> {
  if (!advances) return started(folder, url, args, role);
  const whileTimePasses = async (): Promise<Ended> => {
    const gateway = await startGateway(url);
    gateway.after = async ({ operation = "" }) => {
      if (looks.has(operation)) await cloud.advanceTo(new Date(cloud.now().getTime() + betweenLooks));
    };
    try {
      return await started(folder, gateway.url, args, role).ended;
    } finally {
      await gateway.close();
    }
  };
  return { ended: whileTimePasses() };
}

/** Reads JSON that a command wrote, by its checked-in schema. */
export function bySchema(name: string, text: string): unknown {
  const file = join(import.meta.dirname, "..", "..", "schemas", `${name}.schema.json`);
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, "utf8")) as Parameters<typeof z.fromJSONSchema>[0]);
  return schema.parse(JSON.parse(text));
}
