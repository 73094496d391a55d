import type { Collected, CollectedLocation } from "../../domain/collection/collected.ts";
import type { ServerRecord } from "../../domain/collection/records.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { heading, lines, mark, names, paragraph, said, table, words, type Document, type Words } from "../document.ts";

function having(servers: readonly ServerRecord[], state: ServerRecord["state"]): number {
  return servers.filter((server) => server.state === state).length;
}

function row({ location, record, servers }: CollectedLocation): readonly (Words | string | number)[] {
  const calls = record.apiCalls === "" ? said("-") : said(record.apiCalls);
  const states = ["collected", "unknown", "notRegistered"] as const;
  return [location.name, location.accountId, location.region, ...states.map((state) => having(servers, state)), calls];
}

function title({ name, serverId, resourceId }: ServerRecord): string {
  return name === "" ? serverId || resourceId : name;
}

/** Servers that are unknown or lack something, each reason once with the servers that it holds for. */
function byReason(servers: readonly ServerRecord[], reasonOf: (server: ServerRecord) => string): readonly Words[] {
  const groups = Map.groupBy(
    servers.filter((server) => reasonOf(server) !== ""),
    reasonOf,
  );
  return [...groups].map(([reason, all]) => words`${said(reason)}: ${names(all.map(title), "servers")}`);
}

const isRead = ({ state }: ServerRecord): boolean => state === "collected";

/** What a reader of its packages has to know of a server that was read. */
function lackOf({ versions, inventoryCaptured }: ServerRecord): string {
  if (inventoryCaptured === "") return "no inventory was ever gathered there, or it is older than 30 days";
  return versions === "withoutRelease"
    ? "the agent is too old for before and after: it leaves out the release of rpm packages"
    : "";
}

function summary({ collected, place, resumed, removed, locations }: Collected): readonly Words[] {
  const servers = locations.flatMap((each) => each.servers);
  const calls = locations.reduce((sum, { record }) => sum + Number(record.apiCalls), 0);
  const parts = withCounts([
    [having(servers, "collected"), `${counted(having(servers, "collected"), "server")} collected`],
    [having(servers, "unknown"), `${String(having(servers, "unknown"))} unknown`],
    [having(servers, "notRegistered"), `${String(having(servers, "notRegistered"))} not registered`],
  ]);
  return [
    words`${said(parts === "" ? "no servers" : parts)}, by ${said(counted(calls, "call"))}`,
    words`collection ${collected} is in ${place}${said(resumed ? ", gone on with where it was broken off" : "")}`,
    ...(removed.length === 0 ? [] : [words`kept no longer: ${names(removed, "collections")}`]),
  ];
}

/** What installations took against what is counted with; slower ones than that are marked. */
function measuredRows(locations: readonly CollectedLocation[]): readonly (readonly (Words | string | number)[])[] {
  return locations.flatMap(({ location, measured }) =>
    measured.map(({ window, os, runs, medianMinutes, p95Minutes, plannedMinutes }) => [
      window,
      location.name,
      said(os),
      runs,
      medianMinutes,
      p95Minutes > plannedMinutes ? words`${mark("warning")} ${p95Minutes}` : p95Minutes,
      plannedMinutes,
    ]),
  );
}

/** What came from synced files, as of when, and what they did not tell. */
function syncedLines({ location, servers, synced }: CollectedLocation): readonly Words[] {
  if (synced === undefined) return [];
  const { place, filesRead, callsSaved, asked, gone } = synced;
  const captured = servers.flatMap(({ inventoryCaptured: at }) => (at === "" ? [] : [at])).sort();
  const age = captured.length === 0 ? "" : `, packages gathered from ${captured[0] ?? ""} to ${captured.at(-1) ?? ""}`;
  const lacks = Map.groupBy(asked, ({ lack }) => lack);
  return [
    words`${location.name}: ${said(counted(filesRead, "file"))} of ${place} read, ${said(counted(callsSaved, "call"))} saved${said(age)}`,
    ...[...lacks].map(
      ([lack, all]) =>
        words`${location.name}: asked, because there were ${said(lack)}: ${names(
          all.map(({ resourceId }) => resourceId),
          "nodes",
        )}`,
    ),
    ...(gone.length === 0
      ? []
      : [words`${location.name}: left out, because they are no nodes any more: ${names(gone, "nodes")}`]),
  ];
}

/** What a collection holds, what it lacks and why, and where it is. */
export function collectDocument(stack: string, collected: Collected): Document {
  const { locations } = collected;
  const servers = locations.flatMap((each) => each.servers);
  const unread = locations.filter(({ record }) => record.reason !== "");
  const refreshes = locations.flatMap(({ location, refresh }) =>
    refresh === undefined ? [] : [words`${location.name}: ${said(refresh)}`],
  );
  return {
    title: words`stack ${stack}`,
    blocks: [
      ...heading(
        "Not readable",
        lines(unread.map(({ location, record }) => words`${location.name}: ${said(record.reason)}`)),
      ),
      ...heading(
        "Unknown",
        lines(
          byReason(
            servers.filter(({ state }) => state === "unknown"),
            ({ reason }) => reason,
          ),
        ),
      ),
      ...heading("Not gathered anew", lines(refreshes)),
      ...heading(
        "Records of who approved, not read",
        lines(
          locations.flatMap(({ location, approvals }) =>
            approvals === undefined ? [] : [words`${location.name}: ${said(approvals)}`],
          ),
        ),
      ),
      ...heading("From synced files", lines(locations.flatMap(syncedLines))),
      ...heading("Without before and after", lines(byReason(servers.filter(isRead), lackOf))),
      ...heading(
        "Minutes of an installation",
        table(
          ["window", "location", "os", "installations|", "median|", "p95|", "planned|"],
          measuredRows(locations),
          "rows",
        ),
      ),
      ...table(
        ["location", "account", "Region", "collected|", "unknown|", "not registered|", "calls|"],
        locations.map(row),
      ),
      ...summary(collected).map(paragraph),
    ],
  };
}
