import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { readPlane } from "../../config/file.ts";
import { loadPlane } from "../../config/load.ts";
import { buildFunctionCode } from "../../config/functionCode.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { loadReportSql } from "../../config/reportSql.ts";
import { resolveEngine } from "../../engine/resolve.ts";
import { openSandbox } from "../../engine/sandbox.ts";
import { program } from "../../program.ts";
import { makeProviders } from "../../providers.ts";
import { startCloud, worldFromPlane } from "../../simulator/index.ts";
import type { Cloud } from "../../simulator/index.ts";

const projectRoot = join(import.meta.dirname, "..", "..");
const stackName = "test";
const vmName = "app-1";

/** The activation of a VM that was stopped while the stack came up: made, and not used. */
export interface StoppedVm {
  readonly cloud: Cloud;
  /** Folder of the stack file and the fleet. */
  readonly folder: string;
  /** Name in the fleet. */
  readonly name: string;
  readonly id: string;
  readonly code: string;
  readonly region: string;
  /** Credentials of the account that holds it. */
  readonly credentials: ReturnType<typeof fromTemporaryCredentials>;
  close(): Promise<void>;
}

interface Deployment {
  readonly deployment: {
    readonly resources: readonly { readonly urn: string; readonly id?: string; readonly outputs?: object }[];
  };
}

/** The engine writes a secret into the exported state as `{ <signature>: …, plaintext: "<JSON>" }`. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  const { plaintext } = value as { readonly plaintext: string };
  return JSON.parse(plaintext) as string;
}

/**
 * Deploys the engine suite's fixture on an embedded cloud while one VM is stopped: its extension fails, everything else
 * comes up, and the code of its activation is still good.
 */
export async function stoppedVmActivation(now = new Date("2026-12-01T06:00:00Z")): Promise<StoppedVm> {
  const root = await mkdtemp(join(tmpdir(), "patchplane-stopped-"));
  await cp(join(projectRoot, "tests/engine/fixture"), root, { recursive: true });
  const read = readPlane(root, stackName);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults, undefined, 1));
  const drawn = worldFromPlane(read.plane, { seed: 1, failureShare: 0 });
  const machines = drawn.machines.map((each) => (each.azure?.vmName === vmName ? { ...each, running: false } : each));
  const cloud = await startCloud({ world: { ...drawn, machines }, now, seed: 1 });
  const sandbox = await openSandbox({
    engine: await resolveEngine(() => undefined),
    root,
    folder: join(root, ".patchplane"),
    cloudUrl: cloud.url,
    plugins: join(projectRoot, "simulator", "plugins", "bin"),
    program: () => {
      const plane = loadPlane(root);
      const scripts = loadOnboardingScripts(projectRoot);
      const functions = buildFunctionCode(projectRoot);
      return Promise.resolve({
        ...program(plane, makeProviders(plane), scripts, functions, loadReportSql(projectRoot)),
      });
    },
  });
  const stack = await sandbox.stack(stackName);
  const failure = await stack.up({ continueOnError: true }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure === undefined) throw new Error(`${vmName} is stopped, and its extension came up all the same`);
  const { deployment } = (await stack.exportStack()) as Deployment;
  const found = deployment.resources.find(({ urn }) => urn.endsWith(`/${vmName}-activation`));
  const outputs = (found?.outputs ?? {}) as { readonly activationCode?: unknown };
  const location = Object.values(read.plane.locations).find(({ name }) => name === "use1");
  if (found?.id === undefined || location === undefined) throw new Error(`no activation of ${vmName} in the state`);
  const params = { RoleArn: location.roleArn ?? "", RoleSessionName: "judge" };
  const masterCredentials = { accessKeyId: "AKIATEST", secretAccessKey: "x" };
  return {
    cloud,
    folder: root,
    name: vmName,
    id: found.id,
    code: plain(outputs.activationCode),
    region: location.region,
    credentials: fromTemporaryCredentials({
      params,
      masterCredentials,
      clientConfig: { region: location.region, endpoint: cloud.url },
    }),
    close: async () => {
      await cloud.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
