import { newestScript } from "../fleet/onboardingScripts.ts";
import { suggest } from "../nearest.ts";
import type { Plane } from "../plane.ts";
import { serverKey, type Server } from "../server.ts";
import type { Candidate } from "./candidates.ts";
import type { DiscoverFinding, DiscoverFindingId } from "./findings.ts";
import { isKnown } from "./system.ts";

/** The tag that windows go by. */
const groupTag = "PatchGroup";
/** The tag as people write it; `Patch Group` is AWS's other one, which Patch Manager takes and this stack does not. */
const otherSpelling = /^patch[ _-]?group$/i;

/** The patch group of a server's tags, and under which key it stands. */
export function patchGroupOf(
  tags: Readonly<Record<string, string>>,
): { readonly key: string; readonly group: string } | undefined {
  const key = groupTag in tags ? groupTag : Object.keys(tags).find((each) => otherSpelling.test(each));
  return key === undefined ? undefined : { key, group: tags[key] ?? "" };
}

/** A finding about a candidate. */
export function about(candidate: Candidate, id: DiscoverFindingId, detail = "", todo?: string): DiscoverFinding {
  const { site, id: server, name } = candidate;
  return { id, site, server, name, detail, ...(todo === undefined ? {} : { todo }) };
}

/** AWS's other key. Patch Manager takes either, and says nowhere which one where a server has both. */
const spacedTag = "Patch Group";

/** A finding where a server has another group by that key as well: windows and baseline may go by different ones. */
function besides(candidate: Candidate, group: string): readonly DiscoverFinding[] {
  const other = candidate.tags[spacedTag];
  if (other === undefined || other === group) return [];
  const todo = `remove "${spacedTag}": windows go by ${groupTag}, and the baseline may go by the other`;
  return [about(candidate, "patch-group-spelling", `"${spacedTag}": ${other} beside ${groupTag}: ${group}`, todo)];
}

/** Findings about the tag that names a server's patch group; nothing where it is right. */
export function groupFindings(plane: Plane, candidate: Candidate): readonly DiscoverFinding[] {
  const found = patchGroupOf(candidate.tags);
  if (found === undefined || found.group === "") {
    const differ = candidate.members?.some(({ tags }) => patchGroupOf(tags) !== undefined) === true;
    return [about(candidate, "patch-group-missing", differ ? "its instances have different ones" : "")];
  }
  const { key, group } = found;
  const known = Object.keys(plane.groups).sort();
  const { fix = "" } = known.includes(group) ? {} : suggest(group, known);
  return [
    ...(known.includes(group)
      ? []
      : [about(candidate, "patch-group-unknown", `${group}${fix === "" ? "" : `: ${fix}`}`)]),
    ...(key === groupTag
      ? besides(candidate, group)
      : [about(candidate, "patch-group-spelling", `"${key}": ${group}`)]),
  ];
}

/** The row of a server that has none, or why none is made. */
export function newRow(
  plane: Plane,
  candidate: Candidate,
): { readonly server?: Server; readonly findings: readonly DiscoverFinding[] } {
  const { id, name, cloud, site, region, tags, system, architecture: arch, size, vm } = candidate;
  const group = patchGroupOf(tags)?.group ?? "";
  const ofGroup = groupFindings(plane, candidate);
  const findings = [
    ...ofGroup,
    ...(isKnown(system) ? [] : [about(candidate, system.said === "" ? "os-unknown" : "os-unsupported", system.said)]),
    ...(arch === undefined ? [about(candidate, "arch-unknown", vm?.size ?? "")] : []),
  ];
  if (!isKnown(system) || arch === undefined || !(group in plane.groups)) return { findings };
  const { onboarding = "customScript" } = plane.subscriptions[site] ?? {};
  const [, subscriptionId = ""] = /^\/subscriptions\/([^/]+)/.exec(id) ?? [];
  const server = {
    ...{ id, name, cloud, site, region, os: system.os, release: system.release, arch },
    patchGroup: group,
    environment: tags["Environment"] ?? plane.environment,
    businessUnit: tags["BusinessUnit"] ?? "",
    owner: tags["Owner"] ?? "",
    size: Math.max(1, size),
    line: 0,
    ...(vm === undefined
      ? {}
      : {
          azure: {
            subscriptionId,
            resourceGroup: vm.resourceGroup.toLowerCase(),
            vmName: vm.name.toLowerCase(),
            vmId: vm.vmId,
            onboardingMethod: vm.otherScript === undefined ? onboarding : ("runCommand" as const),
            onboardingScript: newestScript,
            onboardingAttempt: 1,
          },
        }),
  };
  return { server, findings };
}

/** One column of a row that becomes another. */
export interface ColumnChange {
  readonly column: "region" | "os" | "release" | "arch" | "size";
  readonly is: string;
  readonly becomes: string;
}

/** A row that changes, and what of it. */
export interface RowChange {
  readonly server: Server;
  readonly becomes: Server;
  readonly columns: readonly ColumnChange[];
}

/**
 * What of a row the clouds know better: where the machine is, its system and architecture. All else is the operators'
 * own and stays: name, group, environment, business unit, owner, onboarding; a group's size unless it is told to follow.
 * An image's word for the system is none, because it knows of no upgrade.
 */
export function changedRow(server: Server, candidate: Candidate, sizes: boolean): RowChange | undefined {
  const { system, architecture, region, members, size } = candidate;
  const told = isKnown(system) && system.by === "agent" ? { os: system.os, release: system.release } : {};
  const becomes: Server = {
    ...server,
    region,
    ...told,
    ...(architecture === undefined ? {} : { arch: architecture }),
    ...(sizes && members !== undefined && size > 0 ? { size } : {}),
  };
  const columns = (["region", "os", "release", "arch", "size"] as const)
    .filter((column) => server[column] !== becomes[column])
    .map((column) => ({ column, is: String(server[column]), becomes: String(becomes[column]) }));
  return columns.length === 0 ? undefined : { server, becomes, columns };
}

/** What a server and its row are known by alike. */
export function candidateKey({ id, site }: Candidate): string {
  return serverKey({ id, site });
}
