import type { OnboardingState } from "../../domain/onboarding/state.ts";
import { emptyRuns, hasOtherTag, statusFindings, wantsOnboarding } from "../../domain/status/fleetStatus.ts";
import type { FleetStatus, ServerStatus } from "../../domain/status/fleetStatus.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { heading, item, lines, names, paragraph, said, words } from "../document.ts";
import type { Block, Document, Item, Words } from "../document.ts";
import { withCommands, type Place } from "../commands.ts";
import { dueBlocks, installationsBlocks, missedBlocks } from "./installations.ts";
import { nameOf } from "./serverNames.ts";
import { timeLimitBlocks } from "./timeLimits.ts";
import { groupTable, statusTable, type StatusRow } from "./statusTable.ts";
import { unknownBlocks } from "./unknown.ts";

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

const firstServers = { noun: "servers", length: "names" } as const;

/** What could not be read, and why; {@link FleetStatus} and a tag drift say it alike. */
export function unreadableLines({
  locations,
  unreadableSubscriptions,
  history,
}: Pick<FleetStatus, "unreadableSubscriptions" | "history"> & {
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
    ...(history?.failure === undefined ? [] : [words`collections: ${said(history.failure)}`]),
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

/** States that `retry` raises attempts in. */
const retried: ReadonlySet<string> = new Set<OnboardingState>(["failed", "codeExpired"]);

/** VMs with the same words share a line. */
function onboardingLines(servers: readonly ServerStatus[], place: Place): readonly Words[] {
  const same = Map.groupBy(servers, ({ onboarding: own }) => `${own?.detail ?? ""}\n${own?.todo ?? ""}`);
  return [...same.values()].map((members) => {
    const { detail = "", todo } = members[0]?.onboarding ?? {};
    const next = todo === undefined ? [] : words`; ${withCommands(todo, place)}`;
    return words`${names(members.map(nameOf), "VMs")}: ${said(detail)}${next}`;
  });
}

function onboarding(servers: readonly ServerStatus[], place: Place): readonly Block[] {
  const wanting = servers.filter(wantsOnboarding);
  return lines(
    Object.entries(stateWords).flatMap(([state, text]): readonly Item[] => {
      const members = wanting.filter((server) => server.onboarding?.state === state);
      if (members.length === 0) return [];
      const reasons = lines(onboardingLines(members, place), { noun: "reasons", length: "names" });
      const again = retried.has(state) ? lines([withCommands("when that is mended: npx patchplane retry", place)]) : [];
      return [item(words`${members.length} ${said(text)}`, [], ...reasons, ...again)];
    }),
  );
}

/** One line for each window, then what to do about all of them. */
function windows(status: FleetStatus, place: Place): readonly Block[] {
  const empty = emptyRuns(status);
  if (empty.length === 0) return [];
  return lines([
    ...empty.map(
      ({ window, windowId, location, startedAt, servers }) =>
        words`${window} (${windowId}) in ${location}: ran at ${said(startedAt.toISOString())} and reached none of ${said(counted(servers, "server"))}`,
    ),
    withCommands(
      "nothing was scanned or patched in these runs: look whether the servers are managed nodes, and whether their tag " +
        "PatchGroup is the fleet file's: npx patchplane tags",
      place,
    ),
    withCommands(
      "look whether the windows' targets are as deployed: npx patchplane plan --live; servers that came after the run " +
        "are reached by the next",
      place,
    ),
  ]);
}

function tags(servers: readonly ServerStatus[], place: Place): readonly Block[] {
  const others = servers.filter(hasOtherTag);
  if (others.length === 0) return [];
  const shown = others.map(
    (server) => words`${nameOf(server)} (${server.patchGroupTag ?? said("none of this stack's")})`,
  );
  return lines([
    words`${said(counted(others.length, "node"))}: ${names(shown, "nodes")}`,
    withCommands("compare them: npx patchplane tags", place),
  ]);
}

function notes(status: FleetStatus): readonly Block[] {
  const foreign = status.locations.flatMap(({ location, foreign: nodes }) => {
    if (nodes.length === 0) return [];
    const shown = nodes.map(({ id, name, patchGroupTag }) => {
      const group = patchGroupTag === undefined ? [] : words` (${patchGroupTag}: this stack's windows patch it)`;
      return words`${name === "" || name === id ? [] : words`${name} `}${id}${group}`;
    });
    const count = counted(nodes.length, "managed node");
    return [item(words`${location.name}: ${said(count)} not in the fleet file`, [[names(shown, "nodes")]])];
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
    [findings.missed, `${String(findings.missed)} missed by the last run`],
    [findings.overdue ?? 0, `${String(findings.overdue ?? 0)} overdue`],
    [findings.calendars, `${counted(findings.calendars, "calendar")} that has ended`],
  ]);
  return counts === "" ? "no findings" : `findings: ${counts}`;
}

/** A fleet's status: the tables, then what is wrong, worst first, then notes and one line of summary. */
export function statusDocument(place: Place, status: FleetStatus): Document {
  const rows = status.servers.map(statusRow);
  return {
    title: words`stack ${place.stack}, as of ${said(status.asOf.toISOString())}`,
    blocks: [
      ...groupTable(rows),
      ...statusTable(rows, ["location"]),
      ...heading("Last installations", installationsBlocks(status)),
      ...heading("Missing security patches, and when they come", dueBlocks(status)),
      ...timeLimitBlocks(status, place),
      ...heading(
        "Calendars that have ended, or end soon",
        lines(
          status.calendars.map(({ path, message, fix }) =>
            said(`${path}: ${message}${fix === undefined ? "" : `; ${fix}`}`),
          ),
        ),
      ),
      ...heading("Not readable", unreadableLines(status)),
      ...heading("Failed", failed(status.servers)),
      ...heading("Not patched by the last run", missedBlocks(status, place)),
      ...heading("Windows that ran and reached nobody", windows(status, place)),
      ...heading("Unknown, and why", unknownBlocks(status.servers, place)),
      ...heading("Azure VMs to see to", onboarding(status.servers, place)),
      ...heading("Another PatchGroup than the fleet file's", tags(status.servers, place)),
      ...heading("Notes", notes(status)),
      paragraph(summary(status)),
    ],
  };
}
