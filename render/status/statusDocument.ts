import { isAutoScaling } from "../../domain/server.ts";
import type { OnboardingState } from "../../domain/onboarding/state.ts";
import { unknownReasons, type UnknownReason } from "../../domain/status/verdict.ts";
import { emptyRuns, hasOtherTag, statusFindings, wantsOnboarding } from "../../domain/status/fleetStatus.ts";
import type { FleetStatus, ServerStatus } from "../../domain/status/fleetStatus.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { heading, item, lines, names, paragraph, said, words } from "../document.ts";
import type { Block, Document, Item, Words } from "../document.ts";
import { statusTable, type StatusRow } from "./statusTable.ts";

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
  otherVm: "another VM than the row's",
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

const firstServers = { noun: "servers", length: "names" } as const;

/** What could not be read, and why; {@link FleetStatus} and a tag drift say it alike. */
export function unreadableLines({
  locations,
  unreadableSubscriptions,
}: Pick<FleetStatus, "unreadableSubscriptions"> & {
  readonly locations: readonly {
    readonly location: { readonly name: string };
    readonly failure?: string;
    readonly windowsFailure?: string;
  }[];
}): readonly Block[] {
  return lines([
    ...locations.flatMap(({ location, failure, windowsFailure }) => [
      ...(failure === undefined ? [] : [words`${location.name}: ${said(failure)}`]),
      ...(windowsFailure === undefined
        ? []
        : [words`${location.name}, runs of maintenance windows: ${said(windowsFailure)}`]),
    ]),
    ...unreadableSubscriptions.map(({ name, failure }) => words`Azure subscription ${name}: ${said(failure)}`),
  ]);
}

function failed(servers: readonly ServerStatus[]): readonly Block[] {
  const failing = servers.filter(({ judgement }) => judgement.verdict === "failed");
  return lines(
    failing.map((server) => {
      const { failed: count = 0, rejected = 0 } = server.scan ?? {};
      const counts = withCounts([
        [count, `${counted(count, "patch", "patches")} failed`],
        [rejected, `${counted(rejected, "patch", "patches")} rejected, yet installed`],
      ]);
      return words`${nameOf(server)} (${server.location}): ${said(counts)}`;
    }),
    firstServers,
  );
}

function unknown(servers: readonly ServerStatus[]): readonly Block[] {
  return lines(
    unknownReasons.flatMap((reason) => {
      const members = servers.filter(({ judgement }) => judgement.verdict === "unknown" && judgement.reason === reason);
      if (members.length === 0) return [];
      const machines = members.reduce((sum, server) => sum + server.machines, 0);
      return [item(words`${machines} ${said(reasonWords[reason])}`, [[names(members.map(nameOf), "servers")]])];
    }),
  );
}

/** VMs with the same words share a line. */
function onboardingLines(servers: readonly ServerStatus[]): readonly Words[] {
  const same = Map.groupBy(servers, ({ onboarding: own }) =>
    own === undefined ? "" : [own.detail, ...(own.todo === undefined ? [] : [own.todo])].join("; "),
  );
  return [...same].map(([text, members]) => {
    const vms = members.map(({ server }) => server.name);
    return words`${names(vms, "VMs")}: ${said(text)}`;
  });
}

function onboarding(servers: readonly ServerStatus[]): readonly Block[] {
  const wanting = servers.filter(wantsOnboarding);
  return lines(
    Object.entries(stateWords).flatMap(([state, text]): readonly Item[] => {
      const members = wanting.filter((server) => server.onboarding?.state === state);
      if (members.length === 0) return [];
      const reasons = lines(onboardingLines(members), { noun: "reasons", length: "names" });
      return [item(words`${members.length} ${said(text)}`, [], ...reasons)];
    }),
  );
}

/** One line for each window, then what to do about all of them. */
function windows(status: FleetStatus): readonly Block[] {
  const empty = emptyRuns(status);
  if (empty.length === 0) return [];
  return lines([
    ...empty.map(
      ({ window, windowId, location, startedAt, servers }) =>
        words`${window} (${windowId}) in ${location}: ran at ${said(startedAt.toISOString())} and reached none of ${said(counted(servers, "server"))}`,
    ),
    words`nothing was scanned or patched in these runs: look whether the servers are managed nodes, and whether their tag PatchGroup is the fleet file's (${"npx patchplane tags"})`,
    words`look whether the windows' targets are as deployed (${"npx patchplane plan --live"}); servers that came after the run are reached by the next`,
  ]);
}

function tags(servers: readonly ServerStatus[]): readonly Block[] {
  const others = servers.filter(hasOtherTag);
  if (others.length === 0) return [];
  const shown = others.map(
    (server) => words`${nameOf(server)} (${server.patchGroupTag ?? said("none of this stack's")})`,
  );
  return lines([
    words`${said(counted(others.length, "node"))}: ${names(shown, "nodes")}`,
    words`see ${"npx patchplane tags"}`,
  ]);
}

function notes(status: FleetStatus): readonly Block[] {
  const foreign = status.locations.flatMap(({ location, foreign: nodes }) => {
    if (nodes.length === 0) return [];
    const patched = nodes.filter(({ patchGroupTag }) => patchGroupTag !== undefined).length;
    const reached =
      patched === 0 ? "" : `; ${String(patched)} of them carry a patch group of this stack, whose windows patch them`;
    return [
      words`${location.name}: ${said(`${counted(nodes.length, "managed node")} not in the fleet file${reached}`)}`,
    ];
  });
  const groups = status.autoScaling.map(
    ({ server, location, nodes }) =>
      words`${server.id} in ${location}: ${said(counted(nodes, "managed node"))}, usually ${server.size}`,
  );
  const repeated = status.locations.flatMap(({ location, repeatedBaselines }) =>
    repeatedBaselines.map(
      (name) => words`${location.name}: several baselines are named ${name}; delete what no group uses`,
    ),
  );
  const elsewhere = status.elsewhere.map(
    ({ group, servers, by }) => words`${group}: ${said(counted(servers, "server"))} patched elsewhere (${said(by)})`,
  );
  return lines([...elsewhere, ...groups, ...foreign, ...repeated]);
}

function summary(status: FleetStatus): string {
  const findings = statusFindings(status);
  const counts = withCounts([
    [findings.failed, `${String(findings.failed)} failed`],
    [findings.unknown, `${String(findings.unknown)} unknown`],
    [findings.onboarding, `${String(findings.onboarding)} to onboard`],
    [findings.tags, `${String(findings.tags)} with another PatchGroup`],
    [findings.windows, `${counted(findings.windows, "window")} that reached nobody`],
  ]);
  return counts === "" ? "no findings" : `findings: ${counts}`;
}

/** A fleet's status: the tables, then what is wrong, worst first, then notes and one line of summary. */
export function statusDocument(stack: string, status: FleetStatus): Document {
  const rows = status.servers.map(statusRow);
  return {
    title: words`stack ${stack}, as of ${said(status.asOf.toISOString())}`,
    blocks: [
      ...statusTable(rows, ["group", "os"]),
      ...statusTable(rows, ["location"]),
      ...heading("Not readable", unreadableLines(status)),
      ...heading("Failed", failed(status.servers)),
      ...heading("Windows that ran and reached nobody", windows(status)),
      ...heading("Unknown, and why", unknown(status.servers)),
      ...heading("Azure VMs to see to", onboarding(status.servers)),
      ...heading("Another PatchGroup than the fleet file's", tags(status.servers)),
      ...heading("Notes", notes(status)),
      paragraph(summary(status)),
    ],
  };
}
