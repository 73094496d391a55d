import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import type { Approval, Plane } from "../plane.ts";
import { isOrdinaryInstall, machineCount } from "../fleet/placement.ts";
import { operatingSystemOf, operatingSystems, type OperatingSystem, type Server } from "../server.ts";

/** A patch as an approvals file names it, with its OS. */
export interface ApprovedEntry {
  readonly os: string;
  readonly id: string;
  readonly title: string | null;
  /** Machines of the group that run the OS on the entry's architecture: nothing else can match. */
  readonly servers: number;
}

/** What becomes of the approval in force of a group. */
export interface ApprovalChange {
  readonly group: string;
  readonly state: "added" | "removed" | "changed";
  /** The file in force afterwards; null when there is none. */
  readonly file: string | null;
  readonly expires: string | null;
  readonly note: string | null;
  /** The scan that was looked at, as the file names it. */
  readonly scan: string | null;
  readonly added: readonly ApprovedEntry[];
  readonly removed: readonly ApprovedEntry[];
  /** Entries in force before and after. */
  readonly kept: number;
  /** Machines of the group that any entry in force afterwards can match. */
  readonly servers: number;
  /** The windows that install by it, and whether an operator has to open them. */
  readonly windows: readonly { readonly name: string; readonly onDemand: boolean }[];
}

/** The fleet file's architectures on which a package of one of the package managers' own is found; rpm keeps `noarch`. */
const architectures: Readonly<Record<string, readonly Server["arch"][]>> = {
  amd64: ["x86_64"],
  x86_64: ["x86_64"],
  i386: ["x86_64"],
  i686: ["x86_64"],
  arm64: ["arm64"],
  aarch64: ["arm64"],
  armhf: ["arm64"],
  noarch: ["x86_64", "arm64"],
};

/** The servers of a group that an entry can match: by OS, and on Linux by the architecture at the id's end. */
function matching(plane: Plane, group: string, os: OperatingSystem, id: string): readonly Server[] {
  const found = architectures[id.slice(id.lastIndexOf(".") + 1)] ?? [];
  return plane.fleet.filter(
    (server) =>
      server.patchGroup === group &&
      operatingSystemOf(server) === os &&
      (os === "WINDOWS" || found.includes(server.arch)),
  );
}

function entriesOf(plane: Plane, approval: Approval | undefined): ReadonlyMap<string, ApprovedEntry> {
  const entries = operatingSystems.flatMap((os) =>
    (approval?.patches[os] ?? []).map(({ id, title }) => ({
      os,
      id,
      title: title ?? null,
      servers: machineCount(matching(plane, approval?.group ?? "", os, id)),
    })),
  );
  return new Map(entries.map((entry) => [JSON.stringify([entry.os, entry.id, entry.title]), entry]));
}

/** Machines that any entry can match. */
function reached(plane: Plane, approval: Approval | undefined): number {
  const servers = operatingSystems.flatMap((os) =>
    (approval?.patches[os] ?? []).flatMap(({ id }) => matching(plane, approval?.group ?? "", os, id)),
  );
  return machineCount([...new Set(servers)]);
}

/** Groups whose approval in force differs, by name. */
export function approvalChanges(before: Plane, after: Plane): readonly ApprovalChange[] {
  const groups = [...new Set([...Object.keys(before.approvals), ...Object.keys(after.approvals)])].sort();
  return groups.flatMap((group): readonly ApprovalChange[] => {
    const [was, is] = [before.approvals[group], after.approvals[group]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const [old, now] = [entriesOf(before, was), entriesOf(after, is)];
    const added = [...now].filter(([key]) => !old.has(key)).map(([, entry]) => entry);
    const removed = [...old].filter(([key]) => !now.has(key)).map(([, entry]) => entry);
    return [
      {
        group,
        state: was === undefined ? "added" : is === undefined ? "removed" : "changed",
        file: is?.file ?? null,
        expires: is?.expires ?? null,
        note: is?.note ?? null,
        scan: is?.scanId ?? null,
        added,
        removed,
        kept: now.size - added.length,
        servers: reached(after, is),
        windows: Object.values(after.windows)
          .filter((window) => isOrdinaryInstall(window) && window.groups.includes(group))
          .map(({ name, onDemand }) => ({ name, onDemand })),
      },
    ];
  });
}

/** Findings about approvals that have ended. */
export function expiredApprovals(plane: Plane, asOf: Date): readonly Finding[] {
  return Object.values(plane.approvals)
    .filter(({ expires }) => new Date(expires) <= asOf)
    .map(({ group, file, expires }) =>
      finding("approval-expired", {
        file,
        path: "expires",
        message: `the approval of group ${group} has ended`,
        value: expires,
        fix: "remove the file, or merge a newer approval",
      }),
    );
}
