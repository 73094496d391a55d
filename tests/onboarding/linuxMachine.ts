import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import {
  linuxProtectedSettings,
  runCommandParameters,
  runCommandProtectedParameters,
} from "../../domain/onboarding/payload.ts";
import type { OnboardingMethod } from "../../domain/server.ts";

export const activation = {
  activationId: "a1b2c3d4-0000-4000-8000-1234567890ab",
  activationCode: "S3cret+Code/0fTheTest",
  region: "eu-central-1",
} as const;

export const otherRegion = "us-east-1";
export const oldId = "mi-0aaaaaaaaaaaaaaaa";
export const newId = "mi-0bbbbbbbbbbbbbbbb";
export const pinnedFingerprint = "1C5B395CBE5E74E2F1CA21592784DBF388D19D46";

/** What the machine under test is like; the defaults are a fresh Ubuntu VM on which everything works. */
export interface Machine {
  readonly packageManager: "apt" | "yum" | "none";
  readonly architecture: string;
  readonly user: number;
  /** Seconds since 1970. */
  readonly now: number;
  readonly registered?: { readonly id: string; readonly region: string };
  /** Which agents are installed before and after. */
  readonly agents: readonly ("snap" | "package")[];
  readonly snapd: boolean;
  readonly agentRuns: boolean;
  readonly curl: boolean;
  readonly systemd: boolean;
  readonly verifier: "gpg" | "gpgv" | "none";
  readonly signature: "good" | "bad" | "another key" | "expired key";
  /** Exit status of curl by a part of the URL; 0 for any other. */
  readonly curlStatus: Readonly<Record<string, number>>;
  readonly lock?: { readonly file: string; readonly releasedAfterSleeps?: number };
  /** What `/var/run/yum.pid` names, and whether that process is still there. */
  readonly yum?: { readonly pid: number; readonly alive: boolean };
  readonly installer: {
    readonly status: number;
    readonly says: string;
    readonly registers?: { readonly id: string; readonly region: string };
  };
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
  verifier: "gpgv",
  signature: "good",
  curlStatus: {},
  installer: { status: 0, says: "done", registers: { id: newId, region: activation.region } },
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
  /** Files under the machine's root that hold the activation code, but the installer's own call log. */
  readonly filesWithCode: readonly string[];
  /** Fingerprint of the key that the verifier was given. */
  readonly keyFingerprint: string;
  /** Folders of the script's own that are still there. */
  readonly leftovers: readonly string[];
}

const realTools = "bash sh sed grep rm mkdir mktemp chmod base64 timeout tail stat cat cp".split(" ");

function realPath(tool: string): string {
  const found = (process.env["PATH"] ?? "/usr/bin:/bin")
    .split(delimiter)
    .map((folder) => join(folder, tool))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`the machine that runs the tests has no ${tool}`);
  return found;
}

/** OpenPGP version 4 fingerprint of a binary key's first packet (RFC 4880, 12.2). */
export function openPgpFingerprint(key: Buffer): string {
  if (key[0] !== 0x99) throw new Error("not an old-format public key packet with a two-byte length");
  return createHash("sha1")
    .update(key.subarray(0, 3 + key.readUInt16BE(1)))
    .digest("hex")
    .toUpperCase();
}

function shell(lines: readonly string[]): string {
  return ["#!/bin/bash", ...lines, ""].join("\n");
}

function registrationText(registration: { readonly id: string; readonly region: string }): string {
  return JSON.stringify({ ManagedInstanceID: registration.id, Region: registration.region });
}

class Root {
  readonly path = mkdtempSync(join(tmpdir(), "patchplane-onboarding-"));
  readonly bin = this.folder("bin");
  readonly log = join(this.path, "calls.log");
  readonly installerLog = join(this.path, "installer-calls.log");
  readonly registration = join(this.folder("var/lib/amazon/ssm"), "registration");

  folder(path: string): string {
    const folder = join(this.path, path);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  file(path: string, text: string): string {
    this.folder(dirname(path));
    const file = join(this.path, path);
    writeFileSync(file, text);
    return file;
  }

  stub(name: string, lines: readonly string[]): void {
    const inherited = "${PATCHPLANE_ACTIVATION_CODE:+ inherits $PATCHPLANE_ACTIVATION_CODE}";
    const text = shell([`echo "${name} $*${inherited}" >>'${this.log}'`, ...lines]);
    writeFileSync(join(this.bin, name), text);
    chmodSync(join(this.bin, name), 0o755);
  }
}

function stubNetwork(root: Root, machine: Machine): void {
  const { installer } = machine;
  const registers =
    installer.registers === undefined
      ? []
      : [`printf '%s' '${registrationText(installer.registers)}' >'${root.registration}'`];
  const setupCli = root.file(
    "served/ssm-setup-cli",
    shell([
      `echo "$*" >>'${root.installerLog}'`,
      ...registers,
      `printf '%s\\n' "registering with $3"`,
      `printf '%s\\n' '${installer.says}'`,
      `exit ${String(installer.status)}`,
    ]),
  );
  if (!machine.curl) return;
  root.stub("curl", [
    'for url; do :; done; out=; while [ $# -gt 0 ]; do [ "$1" = --output ] && out="$2"; shift; done',
    `case "$url" in`,
    ...Object.entries(machine.curlStatus).map(
      ([part, status]) => `  *${part}*) echo "curl: ($status)" >&2; exit ${String(status)} ;;`,
    ),
    `  *.sig) echo signature >"$out" ;;`,
    `  */ssm-setup-cli) cp '${setupCli}' "$out" ;;`,
    "esac",
  ]);
}

function stubVerifier(root: Root, machine: Machine): void {
  if (machine.verifier === "none") return;
  const fingerprint = machine.signature === "another key" ? "0".repeat(40) : pinnedFingerprint;
  const good = [
    `echo "[GNUPG:] ${machine.signature === "expired key" ? "EXPKEYSIG" : "GOODSIG"} ${fingerprint.slice(-16)} SSM Agent"`,
    `echo "[GNUPG:] VALIDSIG ${fingerprint} 2026-11-01 1793500000 0 4 0 1 8 00 ${fingerprint}"`,
  ];
  root.stub(machine.verifier, [
    `while [ $# -gt 0 ]; do if [ "$1" = --keyring ]; then cp "$2" '${join(root.path, "keyring")}'; fi; shift; done`,
    ...(machine.signature === "bad" ? ['echo "[GNUPG:] BADSIG 0000000000000000 SSM Agent"', "exit 1"] : good),
  ]);
}

function stubPackages(root: Root, machine: Machine): void {
  const snap = machine.agents.includes("snap");
  const packaged = machine.agents.includes("package");
  if (machine.snapd) root.stub("snap", [`exit ${snap ? "0" : "1"}`]);
  if (machine.packageManager === "apt") {
    root.stub("apt-get", []);
    root.stub("dpkg", packaged ? ["echo 'Status: install ok installed'"] : ["exit 1"]);
  }
  if (machine.packageManager === "yum") {
    root.stub("yum", []);
    root.stub("rpm", [`exit ${packaged ? "0" : "1"}`]);
  }
}

function stubLocks(root: Root, machine: Machine): void {
  let locks = "1: FLOCK  ADVISORY  WRITE 612 00:19:1 0 EOF\n";
  if (machine.lock !== undefined) {
    const inode = statSync(root.file(machine.lock.file, "")).ino;
    locks += `2: POSIX  ADVISORY  WRITE 4711 08:01:${String(inode)} 0 EOF\n`;
  }
  const kernelLocks = root.file("proc/locks", locks);
  if (machine.yum !== undefined) {
    root.file("var/run/yum.pid", `${String(machine.yum.pid)}\n`);
    if (machine.yum.alive) root.folder(`proc/${String(machine.yum.pid)}`);
  }
  const release = machine.lock?.releasedAfterSleeps;
  root.stub(
    "sleep",
    release === undefined
      ? []
      : [`[ "$(grep -c '^sleep ' '${root.log}')" -ge ${String(release)} ] && : >'${kernelLocks}'`, "exit 0"],
  );
}

function build(machine: Machine): Root {
  const root = new Root();
  for (const tool of realTools) symlinkSync(realPath(tool), join(root.bin, tool));
  root.stub("id", [`echo ${String(machine.user)}`]);
  root.stub("uname", [`echo ${machine.architecture}`]);
  root.stub("date", [`echo ${String(machine.now)}`]);
  if (machine.systemd) root.stub("systemctl", [`[ "$1" != is-active ] || exit ${machine.agentRuns ? "0" : "3"}`]);
  if (machine.registered !== undefined) writeFileSync(root.registration, registrationText(machine.registered));
  stubNetwork(root, machine);
  stubVerifier(root, machine);
  stubPackages(root, machine);
  stubLocks(root, machine);
  return root;
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
      filesWithCode: filesHolding(root.path, activation.activationCode).filter((file) => file !== root.installerLog),
      keyFingerprint: existsSync(keyring) ? openPgpFingerprint(readFileSync(keyring)) : "",
      leftovers: readdirSync(join(root.path, "var/lib")).filter((name) => name.startsWith("patchplane")),
    };
  } finally {
    rmSync(root.path, { recursive: true, force: true });
  }
}
