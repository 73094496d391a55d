import { chmodSync, existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pinnedFingerprint, type InstallerRun, type Machine, type Registration } from "./linuxMachine.ts";

const realTools = "bash sh sed grep rm mkdir mktemp chmod base64 timeout tail stat cat cp ln mv".split(" ");

function realPath(tool: string): string {
  const found = (process.env["PATH"] ?? "/usr/bin:/bin")
    .split(delimiter)
    .map((folder) => join(folder, tool))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`the machine that runs the tests has no ${tool}`);
  return found;
}

function shell(lines: readonly string[]): string {
  return ["#!/bin/bash", ...lines, ""].join("\n");
}

function registrationText(registration: Registration): string {
  return JSON.stringify({ ManagedInstanceID: registration.id, Region: registration.region });
}

/** The machine's own file system: a temporary folder, with a folder of stubs. */
export class Root {
  readonly path = mkdtempSync(join(tmpdir(), "patchplane-onboarding-"));
  readonly bin = this.folder("bin");
  readonly log = join(this.path, "calls.log");
  readonly installerLog = join(this.path, "installer-calls.log");
  readonly snapLog = join(this.path, "found-snap.log");
  readonly vault = join(this.folder("var/lib/amazon/ssm/Vault/Store"), "RegistrationKey");
  readonly dpkg = join(this.path, "dpkg-status");
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

/** Lines of ssm-setup-cli: with `-override` it empties the vault first, as the real one does. */
function setupCli(root: Root, { installer }: Machine): readonly string[] {
  const outcome = (run: InstallerRun): readonly string[] => [
    ...(run.registers === undefined
      ? []
      : [
          `printf '%s' '${registrationText(run.registers)}' >'${root.registration}'`,
          `printf 'key of ${run.registers.id}' >'${root.vault}'`,
        ]),
    ...(run.leaves === undefined ? [] : [`echo 'Status: ${run.leaves}' >'${root.dpkg}'`]),
    `cat <<'SAYS'`,
    run.says,
    "SAYS",
    `exit ${String(run.status)} ;;`,
  ];
  return [
    `echo "$*" >>'${root.installerLog}'`,
    `{ command -v snap || echo none; } >>'${root.snapLog}'`,
    `case "$*" in *-override*) mkdir -p '${dirname(root.vault)}'; : >'${root.vault}' ;; esac`,
    `printf '%s\\n' "registering with $3"`,
    `case "$(grep -c . '${root.installerLog}')" in`,
    ...installer.flatMap((run, index) => [
      index === installer.length - 1 ? "*)" : `${String(index + 1)})`,
      ...outcome(run),
    ]),
    "esac",
  ];
}

function stubNetwork(root: Root, machine: Machine): void {
  const served = root.file("served/ssm-setup-cli", shell(setupCli(root, machine)));
  if (!machine.curl) return;
  root.stub("curl", [
    'for url; do :; done; out=; while [ $# -gt 0 ]; do [ "$1" = --output ] && out="$2"; shift; done',
    `case "$url" in`,
    ...Object.entries(machine.curlStatus).map(
      ([part, status]) => `  *${part}*) echo "curl: ($status)" >&2; exit ${String(status)} ;;`,
    ),
    `  *.sig) echo signature >"$out" ;;`,
    `  */ssm-setup-cli) cp '${served}' "$out" ;;`,
    "esac",
  ]);
}

function stubVerifier(root: Root, machine: Machine): void {
  const fingerprint = machine.signature === "another key" ? "0".repeat(40) : pinnedFingerprint;
  const good = [
    `echo "[GNUPG:] ${machine.signature === "expired key" ? "EXPKEYSIG" : "GOODSIG"} ${fingerprint.slice(-16)} SSM Agent"`,
    `echo "[GNUPG:] VALIDSIG ${fingerprint} 2026-11-01 1793500000 0 4 0 1 8 00 ${fingerprint}"`,
  ];
  const bad = {
    bad: ['echo "[GNUPG:] BADSIG 0000000000000000 SSM Agent"', "exit 1"],
    "unknown key": ['echo "[GNUPG:] NO_PUBKEY 00112233AABBCCDD"', "exit 2"],
  };
  for (const verifier of machine.verifiers) {
    root.stub(verifier, [
      `while [ $# -gt 0 ]; do if [ "$1" = --keyring ]; then cp "$2" '${join(root.path, "keyring")}'; fi; shift; done`,
      ...(machine.signature === "bad" || machine.signature === "unknown key" ? bad[machine.signature] : good),
    ]);
  }
}

function stubPackages(root: Root, machine: Machine): void {
  const snap = machine.agents.includes("snap");
  const packaged = machine.agents.includes("package");
  const status = machine.dpkgStatus ?? (packaged ? "install ok installed" : undefined);
  if (machine.snapd) root.stub("snap", [`[ "$*" != "list amazon-ssm-agent" ] || exit ${snap ? "0" : "1"}`]);
  if (machine.packageManager === "apt") {
    root.stub("apt-get", []);
    if (status !== undefined) writeFileSync(root.dpkg, `Status: ${status}\n`);
    root.stub("dpkg", [
      `case "$1" in --purge) if grep -q unknown '${root.dpkg}'; then rm '${root.dpkg}'; else echo 'Status: unknown ok not-installed' >'${root.dpkg}'; fi; exit 0 ;; esac`,
      `cat '${root.dpkg}' 2>/dev/null`,
    ]);
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

/** Lines of systemctl: whether the agent's service is active, and as which process. */
function systemctl(root: Root, { agentRuns, snapd }: Machine): readonly string[] {
  const pid = agentRuns === "restarts" ? `$(grep -c 'systemctl show' '${root.log}')` : agentRuns ? "4711" : "0";
  return [
    `case "$*" in`,
    `  *snapd*) exit ${snapd ? "0" : "3"} ;;`,
    `  is-active*) exit ${agentRuns === false ? "3" : "0"} ;;`,
    `  show*) echo "MainPID=${pid}" ;;`,
    "esac",
  ];
}

/** Makes a machine's file system. */
export function build(machine: Machine): Root {
  const root = new Root();
  for (const tool of realTools) symlinkSync(realPath(tool), join(root.bin, tool));
  root.stub("id", [`echo ${String(machine.user)}`]);
  root.stub("uname", [`echo ${machine.architecture}`]);
  root.stub("date", [`echo ${String(machine.now)}`]);
  if (machine.systemd) root.stub("systemctl", systemctl(root, machine));
  if (machine.registered !== undefined) {
    writeFileSync(root.registration, registrationText(machine.registered));
    writeFileSync(root.vault, `key of ${machine.registered.id}`);
  }
  stubNetwork(root, machine);
  stubVerifier(root, machine);
  stubPackages(root, machine);
  stubLocks(root, machine);
  return root;
}
