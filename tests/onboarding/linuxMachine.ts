import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  linuxProtectedSettings,
  runCommandParameters,
  runCommandProtectedParameters,
} from "../../domain/onboarding/payload.ts";
import type { OnboardingMethod } from "../../domain/server.ts";
import { build, type Root } from "./linuxStubs.ts";

export const activation = {
  activationId: "a1b2c3d4-0000-4000-8000-1234567890ab",
  activationCode: "S3cret+Code/0fTheTest",
  region: "eu-central-1",
} as const;

export const otherRegion = "us-east-1";
export const oldId = "mi-0aaaaaaaaaaaaaaaa";
export const newId = "mi-0bbbbbbbbbbbbbbbb";
export const pinnedFingerprint = "1C5B395CBE5E74E2F1CA21592784DBF388D19D46";

/** How one run of ssm-setup-cli ends. */
export interface InstallerRun {
  readonly status: number;
  readonly says: string;
  readonly registers?: Registration;
  /** What dpkg says of the package afterwards, where it is another thing than before. */
  readonly leaves?: string;
}

/** What the agent's registration file holds. */
export interface Registration {
  readonly id: string;
  readonly region: string;
}

/** What the machine under test is like; the defaults are a fresh Ubuntu VM on which everything works. */
export interface Machine {
  readonly packageManager: "apt" | "yum" | "none";
  readonly architecture: string;
  readonly user: number;
  /** Seconds since 1970. */
  readonly now: number;
  readonly registered?: Registration;
  /** Which agents are installed before and after. */
  readonly agents: readonly ("snap" | "package")[];
  readonly snapd: boolean;
  /** `restarts`: systemd starts it for ever, each time as another process. */
  readonly agentRuns: boolean | "restarts";
  readonly curl: boolean;
  readonly systemd: boolean;
  readonly verifiers: readonly ("gpg" | "gpgv")[];
  readonly signature: "good" | "bad" | "another key" | "unknown key" | "expired key";
  /** Exit status of curl by a part of the URL; 0 for any other. */
  readonly curlStatus: Readonly<Record<string, number>>;
  readonly lock?: { readonly file: string; readonly releasedAfterSleeps?: number };
  /** What `/var/run/yum.pid` names, and whether that process is still there. */
  readonly yum?: { readonly pid: number; readonly alive: boolean };
  /** What dpkg says of the package; by default what `agents` means. */
  readonly dpkgStatus?: string;
  /** Each try's outcome; the last one goes for those after it. */
  readonly installer: readonly [InstallerRun, ...InstallerRun[]];
}

const freshMachine: Machine = {
  packageManager: "apt",
  architecture: "x86_64",
  user: 0,
  now: Date.UTC(2026, 10, 23) / 1000,
  agents: [],
  snapd: false,
  agentRuns: true,
  curl: true,
  systemd: true,
  verifiers: ["gpg", "gpgv"],
  signature: "good",
  curlStatus: {},
  installer: [{ status: 0, says: "done", registers: { id: newId, region: activation.region } }],
};

/** What one run of the script left behind. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every stub's call, `name arg arg …`, but the installer's. */
  readonly calls: readonly string[];
  /** Arguments of each run of ssm-setup-cli. */
  readonly installerCalls: readonly string[];
  /** Whether each run of it found the program `snap`. */
  readonly installerFoundSnap: readonly boolean[];
  /** Content of the agent's vault at the end. */
  readonly vault: string;
  /** Files under the machine's root that hold the activation code, but the installer's own call log. */
  readonly filesWithCode: readonly string[];
  /** The keyring that the verifier was given. */
  readonly keyring: Buffer;
  /** Fingerprint of its first key. */
  readonly keyFingerprint: string;
  /** Folders of the script's own that are still there. */
  readonly leftovers: readonly string[];
}

/** OpenPGP version 4 fingerprint of a binary key's first packet (RFC 4880, 12.2). */
export function openPgpFingerprint(key: Buffer): string {
  if (key[0] !== 0x99) throw new Error("not an old-format public key packet with a two-byte length");
  return createHash("sha1")
    .update(key.subarray(0, 3 + key.readUInt16BE(1)))
    .digest("hex")
    .toUpperCase();
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

function filesHolding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, "utf8").includes(text));
}

function command(
  root: Root,
  method: OnboardingMethod,
  script: string,
): { argv: string[]; env: Record<string, string> } {
  if (method === "customScript") {
    // As the handler does: decoded into its download folder, then handed to sh.
    const payload = Buffer.from(linuxProtectedSettings(script, activation).script, "base64");
    const file = root.file("var/lib/waagent/custom-script/download/0/script.sh", payload.toString("utf8"));
    chmodSync(file, 0o500);
    return { argv: ["/bin/sh", "-c", file], env: {} };
  }
  const file = root.file("var/lib/waagent/run-command-handler/download/0/script.sh", script);
  const parameters = [
    ...runCommandParameters(false, activation),
    ...runCommandProtectedParameters(false, activation.activationCode),
  ];
  return { argv: ["/bin/bash", file], env: Object.fromEntries(parameters.map(({ name, value }) => [name, value])) };
}

/** Runs the script on a made-up machine: a temporary root, and a PATH of stubs. `env` wins over the method's own. */
export function onboard(
  script: string,
  method: OnboardingMethod,
  differences: Partial<Machine> = {},
  env: Readonly<Record<string, string>> = {},
): Run {
  const root = build({ ...freshMachine, ...differences });
  try {
    const { argv, env: methodEnv } = command(root, method, script);
    const [program = "", ...args] = argv;
    const run = spawnSync(program, args, {
      encoding: "utf8",
      env: { PATH: root.bin, PATCHPLANE_ROOT: root.path, PATCHPLANE_LOCK_WAIT_SECONDS: "30", ...methodEnv, ...env },
    });
    const keyring = join(root.path, "keyring");
    return {
      status: run.status,
      stdout: run.stdout,
      stderr: run.stderr,
      calls: lines(root.log),
      installerCalls: lines(root.installerLog),
      installerFoundSnap: lines(root.snapLog).map((line) => line !== "none"),
      vault: existsSync(root.vault) ? readFileSync(root.vault, "utf8") : "",
      filesWithCode: filesHolding(root.path, activation.activationCode).filter((file) => file !== root.installerLog),
      keyring: existsSync(keyring) ? readFileSync(keyring) : Buffer.of(),
      keyFingerprint: existsSync(keyring) ? openPgpFingerprint(readFileSync(keyring)) : "",
      leftovers: readdirSync(join(root.path, "var/lib")).filter((name) => name.startsWith("patchplane")),
    };
  } finally {
    rmSync(root.path, { recursive: true, force: true });
  }
}
