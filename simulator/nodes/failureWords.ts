import type { FaultKind } from "../world/faultKinds.ts";
import type { MachineSpec } from "../world/machineSpec.ts";
import { operatingSystemOf } from "../world/operatingSystems.ts";

/** Faults of which a machine's package manager has words of its own. */
export type ToldKind = Extract<FaultKind, "repositoryUnreachable" | "lockHeld" | "diskFull">;

/** What patching writes, and what the readiness document's check of the same thing does. */
interface Words {
  readonly patching: string;
  readonly check: string;
}

const aptDisk = "E: You don't have enough free space in /var/cache/apt/archives/.";
const rpmDisk = "At least 118MB more space needed on the / filesystem.";
const smallRoot = "/ has 12 MiB free, and 1024 are wanted";

const apt: Readonly<Record<ToldKind, Words>> = {
  repositoryUnreachable: {
    patching: "E: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/jammy/InRelease  Connection timed out",
    check: "http://archive.ubuntu.com/ubuntu/dists/jammy/InRelease: Connection timed out",
  },
  lockHeld: {
    patching: "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)",
    check: "/var/lib/dpkg/lock-frontend is held by process 4711 (unattended-upgr)",
  },
  diskFull: { patching: aptDisk, check: smallRoot },
};

const yum: Readonly<Record<ToldKind, Words>> = {
  repositoryUnreachable: {
    patching: "Cannot find a valid baseurl for repo: amzn2-core/2/x86_64",
    check: "makecache ended with 1: Cannot find a valid baseurl for repo: amzn2-core/2/x86_64",
  },
  lockHeld: {
    patching: "Another app is currently holding the yum lock; waiting for it to exit...",
    check: "/var/run/yum.pid names process 4711 (yum)",
  },
  diskFull: { patching: rpmDisk, check: smallRoot },
};

const dnf: Readonly<Record<ToldKind, Words>> = {
  repositoryUnreachable: {
    patching: "Error: Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml",
    check: "makecache ended with 1: Error: Failed to download metadata for repo 'amazonlinux'",
  },
  lockHeld: {
    patching: "Waiting for process with pid 4711 to finish.",
    check: "/var/lib/dnf/rpmdb_lock.pid names process 4711 (dnf)",
  },
  diskFull: { patching: rpmDisk, check: smallRoot },
};

const windows: Readonly<Record<ToldKind, Words>> = {
  repositoryUnreachable: {
    patching: "Exception from HRESULT: 0x80072EE2",
    check: "fe2.update.microsoft.com: no answer",
  },
  lockHeld: {
    patching: "Exception from HRESULT: 0x80240016",
    check: "an installation by Windows Update is under way",
  },
  diskFull: {
    patching: "Exception from HRESULT: 0x80070070",
    check: "C: has 12 MiB free, and 4096 are wanted",
  },
};

/** In which words a machine's package manager says what is wrong, as the tools write them. */
export function failureWords(spec: Pick<MachineSpec, "os" | "release">, kind: ToldKind): Words {
  const os = operatingSystemOf(spec);
  if (os === "WINDOWS") return windows[kind];
  if (os === "AMAZON_LINUX_2") return yum[kind];
  return (os === "AMAZON_LINUX_2023" ? dnf : apt)[kind];
}
