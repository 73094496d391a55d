import { finding } from "./checkTable.ts";
import { joined, whichServers } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import type { Plane } from "../plane.ts";
import { releasesByOs, type OsName, type Server } from "../server.ts";
import {
  vendorSupportCheckedOn,
  vendorSupportTable,
  type ReleaseSupport,
  type SupportPhase,
} from "./vendorSupportTable.ts";
import { day } from "../time.ts";

export { vendorSupportCheckedOn } from "./vendorSupportTable.ts";

/** Days before the end of support from which on it is a finding; and the age at which the table is one itself. */
export const vendorSupportDays = { notice: 180, tableAge: 180 } as const;

const vendors: Readonly<Record<OsName, string>> = {
  "amazon-linux": "Amazon Linux",
  debian: "Debian",
  ubuntu: "Ubuntu",
  "windows-server": "Windows Server",
};

/** Whole days from a date to the UTC day of an instant; negative before it. */
function daysSince(date: string, asOf: Date): number {
  return Math.floor(asOf.getTime() / day) - Date.parse(`${date}T00:00:00Z`) / day;
}

/** How many days ago the table of vendor support was last compared with the vendors' pages. */
export function vendorTableAge(asOf: Date): number {
  return daysSince(vendorSupportCheckedOn, asOf);
}

/** Whether the table is so old that its dates have to be looked up again. */
export function isVendorTableOld(asOf: Date): boolean {
  return vendorTableAge(asOf) > vendorSupportDays.tableAge;
}

/** A release's support, typed by its text: the fleet file's reader lets no other through. */
function supportOf({ os, release }: Pick<Server, "os" | "release">): ReleaseSupport | undefined {
  const releases: Readonly<Record<string, ReleaseSupport>> = vendorSupportTable[os];
  return releases[release];
}

function inDays(days: number): string {
  return days === 0 ? "today" : days === 1 ? "in 1 day" : `in ${String(days)} days`;
}

function dated({ ends, unconfirmed }: SupportPhase): string {
  return unconfirmed === true ? `${ends} (day unconfirmed)` : ends;
}

/** What the support of a release comes to, and what to do about it; undefined while it is more than a notice away. */
export interface SupportVerdict {
  readonly message: string;
  readonly fix: string;
  /** The phases the verdict goes by. */
  readonly phases: readonly SupportPhase[];
}

function lastIncluded(support: ReleaseSupport): SupportPhase {
  return support.findLast((phase) => phase.access === "included") ?? support[0];
}

function supportEnds(phase: SupportPhase, daysLeft: number): string {
  return daysLeft >= 0
    ? `${phase.name} ends ${inDays(daysLeft)}, on ${dated(phase)}`
    : `${phase.name} ended on ${dated(phase)}`;
}

/** What an Ubuntu server without the subscription reports: nothing, which reads as compliant. */
const silence = "without it nothing is missing in reports";

/**
 * Judges one release at an instant. Support lasts through the last day of its last included phase; separate ones
 * (Ubuntu Pro, Extended Security Updates) never make it longer, because a fleet file does not tell who is enrolled.
 */
export function supportVerdict(os: OsName, support: ReleaseSupport, asOf: Date): SupportVerdict | undefined {
  const included = lastIncluded(support);
  const daysLeft = -daysSince(included.ends, asOf);
  if (daysLeft > vendorSupportDays.notice) return undefined;
  const separate = support.filter((phase) => phase.access === "separate");
  const open = separate.find((phase) => daysSince(phase.ends, asOf) <= 0);
  const ends = supportEnds(included, daysLeft);
  const upgrade = "move the servers to a newer release";
  if (open === undefined) {
    const last = separate.at(-1);
    const more = last === undefined ? "" : `, and ${last.name} on ${dated(last)}`;
    const after = daysLeft >= 0 ? "there are no security updates after that" : "there are no security updates any more";
    return { message: `${ends}${more}; ${after}`, fix: upgrade, phases: [included, ...(last ? [last] : [])] };
  }
  const openLeft = -daysSince(open.ends, asOf);
  const until = openLeft <= vendorSupportDays.notice ? `which ends ${inDays(openLeft)}, on` : "until";
  const apart = os === "ubuntu" ? `; ${silence}` : "";
  const when = daysLeft >= 0 ? "after that" : "now";
  return {
    message: `${ends}; security updates come ${when} with ${open.name} only, ${until} ${dated(open)}${apart}`,
    fix: `${upgrade}, or enrol them in ${open.name} and switch the check off with that reason`,
    phases: [included, open],
  };
}

/** What the support of a server's release comes to; undefined while it is more than a notice away. */
export function releaseVerdict(server: Pick<Server, "os" | "release">, asOf: Date): SupportVerdict | undefined {
  const support = supportOf(server);
  return support === undefined ? undefined : supportVerdict(server.os, support, asOf);
}

function releaseFinding(os: OsName, release: string, servers: readonly Server[], asOf: Date): readonly Finding[] {
  const verdict = releaseVerdict({ os, release }, asOf);
  if (verdict === undefined) return [];
  const groups = [...new Set(servers.map((server) => server.patchGroup))].sort();
  const which = `${whichServers(servers)} of ${groups.length === 1 ? "group" : "groups"} ${groups.join(", ")}`;
  const sources = [...new Set(verdict.phases.map((phase) => phase.source))].join(", ");
  return [
    finding("vendor-support", {
      path: `fleet.${os} ${release}`,
      message: `${vendors[os]} ${release}, ${which}: ${verdict.message}`,
      fix: `${verdict.fix}; see ${sources}`,
    }),
  ];
}

function tableFindings(asOf: Date): readonly Finding[] {
  if (!isVendorTableOld(asOf)) return [];
  return [
    finding("vendor-table-age", {
      path: "vendorSupportCheckedOn",
      message: `the table of vendor support was checked ${String(vendorTableAge(asOf))} days ago`,
      value: vendorSupportCheckedOn,
      allowed: `at most ${String(vendorSupportDays.tableAge)} days`,
      fix: "compare domain/checks/vendorSupportTable.ts with the pages it names, then set the date in it",
    }),
  ];
}

/**
 * Findings about releases whose vendor publishes no more security updates to everybody, or will stop within
 * {@link vendorSupportDays}: one per release, whatever its number of servers. Servers that are patched elsewhere are
 * left out. It needs the date, so a preview does not ask it: `patchplane plan` does.
 * @param asOf - the instant whose UTC day is today
 */
export function vendorSupportFindings(plane: Plane, asOf: Date): readonly Finding[] {
  const own = plane.fleet.filter((server) => plane.groups[server.patchGroup]?.kind !== "elsewhere");
  const byRelease = Map.groupBy(own, ({ os, release }) => `${os} ${release}`);
  const releases = (Object.keys(releasesByOs) as OsName[]).flatMap((os) =>
    releasesByOs[os].map((release) => ({ os, release })),
  );
  return [
    ...releases.flatMap(({ os, release }) => {
      const servers = byRelease.get(`${os} ${release}`);
      return servers === undefined ? [] : releaseFinding(os, release, joined([servers]), asOf);
    }),
    ...tableFindings(asOf),
  ];
}
