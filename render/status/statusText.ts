import type { OnboardingState } from "../../domain/onboarding/state.ts";
import { unknownReasons, type UnknownReason } from "../../domain/status/verdict.ts";
import {
  hasOtherTag,
  statusFindings,
  wantsOnboarding,
  type FleetStatus,
  type ServerStatus,
} from "../../domain/status/fleetStatus.ts";
import { counted } from "../../domain/text.ts";
import { firstLines, firstNames, section } from "../listing.ts";
import { statusTable, type StatusRow } from "./statusTable.ts";
import { isAutoScaling } from "../../domain/server.ts";

const reasonWords: Readonly<Record<UnknownReason, string>> = {
  locationUnreadable: "their location could not be read",
  noNode: "no managed node: stopped, terminated, or never registered",
  groupWithoutBaseline: "their group selects no baseline for the OS",
  baselineNotDeployed: "their baseline is not in the account: run pulumi up",
  neverScanned: "never scanned",
  stale: "not scanned since the last scan window, or for 8 days where there is none",
  otherBaseline: "scanned with another baseline than their group's",
};

/** Worst first. */
const stateWords: Readonly<Partial<Record<OnboardingState, string>>> = {
  failed: "onboarding failed",
  registeredElsewhere: "already registered elsewhere",
  deregistered: "deregistered",
  codeExpired: "code expired unused",
  connectionLost: "connection lost",
  stopped: "stopped",
  noVm: "not in Azure",
  notDeployed: "not deployed yet",
  unreadable: "unknown: Azure not readable",
};

/** An entry of the table. */
export function statusRow({ server, location, judgement, machines }: ServerStatus): StatusRow {
  return {
    location,
    group: server.patchGroup,
    os: `${server.os} ${server.release}`,
    verdict: judgement.verdict,
    machines,
  };
}

/** A server's name; an Auto Scaling instance's is its node's id. */
function nameOf({ server, node }: ServerStatus): string {
  return isAutoScaling(server) ? `${server.name} ${node?.id ?? ""}`.trim() : server.name;
}

function unreadable({ locations, unreadableSubscriptions }: FleetStatus): readonly string[] {
  return [
    ...locations.flatMap(({ location, failure }) => (failure === undefined ? [] : [`${location.name}: ${failure}`])),
    ...unreadableSubscriptions.map(({ name, failure }) => `Azure subscription ${name}: ${failure}`),
  ];
}

function failed(servers: readonly ServerStatus[]): readonly string[] {
  const lines = servers
    .filter(({ judgement }) => judgement.verdict === "failed")
    .map((server) => {
      const parts = [
        [server.scan?.failed ?? 0, "failed"],
        [server.scan?.rejected ?? 0, "rejected, yet installed"],
      ] as const;
      const words = parts
        .filter(([count]) => count > 0)
        .map(([count, what]) => `${counted(count, "patch", "patches")} ${what}`);
      return `${nameOf(server)} (${server.location}): ${words.join(", ")}`;
    });
  return firstLines(lines);
}

function unknown(servers: readonly ServerStatus[]): readonly string[] {
  return unknownReasons.flatMap((reason) => {
    const members = servers.filter(({ judgement }) => judgement.verdict === "unknown" && judgement.reason === reason);
    if (members.length === 0) return [];
    const machines = members.reduce((sum, server) => sum + server.machines, 0);
    return [`${String(machines)} ${reasonWords[reason]}`, `  ${firstNames(members.map(nameOf))}`];
  });
}

/** VMs with the same words share a line. */
function onboardingLines(servers: readonly ServerStatus[]): readonly string[] {
  const same = Map.groupBy(servers, ({ onboarding: own }) =>
    own === undefined ? "" : [own.detail, ...(own.todo === undefined ? [] : [own.todo])].join("; "),
  );
  return [...same].map(([words, members]) => `${firstNames(members.map(({ server }) => server.name))}: ${words}`);
}

function onboarding(servers: readonly ServerStatus[]): readonly string[] {
  const wanting = servers.filter(wantsOnboarding);
  return Object.entries(stateWords).flatMap(([state, words]) => {
    const members = wanting.filter((server) => server.onboarding?.state === state);
    if (members.length === 0) return [];
    return [`${String(members.length)} ${words}`, ...firstLines(onboardingLines(members)).map((line) => `  ${line}`)];
  });
}

function tags(servers: readonly ServerStatus[]): readonly string[] {
  const others = servers.filter(hasOtherTag);
  if (others.length === 0) return [];
  const names = firstNames(
    others.map((server) => `${nameOf(server)} (${server.patchGroupTag ?? "none of this stack's"})`),
  );
  return [`${counted(others.length, "node")}: ${names}`, "see npx patchplane tags"];
}

function notes(status: FleetStatus): readonly string[] {
  const foreign = status.locations.flatMap(({ location, foreign: nodes }) => {
    if (nodes.length === 0) return [];
    const patched = nodes.filter(({ patchGroupTag }) => patchGroupTag !== undefined).length;
    const reached =
      patched === 0 ? "" : `; ${String(patched)} of them carry a patch group of this stack, whose windows patch them`;
    return [`${location.name}: ${counted(nodes.length, "managed node")} not in the fleet file${reached}`];
  });
  const groups = status.autoScaling.map(
    ({ server, location, nodes }) =>
      `${server.id} in ${location}: ${counted(nodes, "managed node")}, usually ${String(server.size)}`,
  );
  const repeated = status.locations.flatMap(({ location, repeatedBaselines }) =>
    repeatedBaselines.map((name) => `${location.name}: several baselines are named ${name}; delete what no group uses`),
  );
  const elsewhere = status.elsewhere.map(
    ({ group, servers, by }) => `${group}: ${counted(servers, "server")} patched elsewhere (${by})`,
  );
  return [...elsewhere, ...groups, ...foreign, ...repeated];
}

function summary(status: FleetStatus): string {
  const findings = statusFindings(status);
  const parts = [
    ...(findings.failed === 0 ? [] : [`${String(findings.failed)} failed`]),
    ...(findings.unknown === 0 ? [] : [`${String(findings.unknown)} unknown`]),
    ...(findings.onboarding === 0 ? [] : [`${String(findings.onboarding)} to onboard`]),
    ...(findings.tags === 0 ? [] : [`${String(findings.tags)} with another PatchGroup`]),
  ];
  return parts.length === 0 ? "no findings" : `findings: ${parts.join(", ")}`;
}

/** A status as an operator reads it: the tables, then what is wrong, worst first, then notes and one line of summary. */
export function statusText(stack: string, status: FleetStatus): string {
  const rows = status.servers.map(statusRow);
  return `${[
    `stack ${stack}, as of ${status.asOf.toISOString()}`,
    statusTable(rows, ["group", "os"]),
    statusTable(rows, ["location"]),
    ...section("Not readable:", unreadable(status)),
    ...section("Failed:", failed(status.servers)),
    ...section("Unknown, and why:", unknown(status.servers)),
    ...section("Azure VMs to see to:", onboarding(status.servers)),
    ...section("Another PatchGroup than the fleet file's:", tags(status.servers)),
    ...section("Notes:", notes(status)),
    summary(status),
  ].join("\n\n")}\n`;
}
