import { isOnline } from "../../domain/fleet/managedNode.ts";
import type { ServerStatus } from "../../domain/status/fleetStatus.ts";
import { unknownReasons, type UnknownReason } from "../../domain/status/verdict.ts";
import { item, lines, names, said, words, type Block, type Words } from "../document.ts";
import { withCommands, type Place } from "../commands.ts";
import { nameOf, scanOf } from "./serverNames.ts";

/** What it means, and what to do. */
const reasonWords: Readonly<Record<UnknownReason, readonly [what: string, todo: string]>> = {
  locationUnreadable: ["their location could not be read", "the reason is above"],
  noNode: [
    "no managed node: stopped, terminated, or never registered",
    "start it, or remove its row; what an Azure VM needs is below",
  ],
  groupWithoutBaseline: ["their group selects no baseline for the OS", "name one in the group's baselines"],
  baselineNotDeployed: ["their baseline is not in the account", "pulumi up"],
  neverScanned: ["never scanned", ""],
  stale: ["not scanned since the last scan window, or for 8 days where there is none", ""],
  otherBaseline: [
    "scanned with another baseline than their group's",
    "compare their tag PatchGroup: npx patchplane tags; of a baseline that was made anew the next scan tells",
  ],
  unconfirmed: [
    "reported, and answered no patch command since the last scan: any server can write such a report",
    "scan them again: npx patchplane scan",
  ],
};

function at(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")}Z`;
}

/** Why a server's report is missing or old: its agent is silent, it came later, or it answers and still reports nothing. */
function whyUnscanned({ node, freshSince, scan }: ServerStatus): string {
  const last = scan?.endedAt === undefined ? "" : `last report ${at(scan.endedAt)}; `;
  if (node === undefined) return `${last}no managed node`;
  if (!isOnline(node)) {
    const since = node.lastPingAt === undefined ? "" : ` since ${at(node.lastPingAt)}`;
    return `${last}its agent is silent${since}: start the server, or see to its agent`;
  }
  if (node.registeredAt !== undefined && node.registeredAt > freshSince)
    return `${last}registered ${at(node.registeredAt)}, after the last scan: the next one reaches it`;
  return `${last}it answers`;
}

/** Servers with the same explanation share a line, and the next scan. */
function unscanned(members: readonly ServerStatus[]): readonly Words[] {
  const same = Map.groupBy(members, (server) => {
    const next = server.nextScan === undefined ? "no scan is planned" : `next scan ${at(server.nextScan)}`;
    return `${whyUnscanned(server)}; ${next}`;
  });
  return [...same].map(([why, servers]) => words`${names(servers.map(nameOf), "servers")}: ${said(why)}`);
}

/** What a server that answers says for itself. */
function asking(members: readonly ServerStatus[], place: Place): readonly Words[] {
  const answering = members.filter(({ node }) => node !== undefined && isOnline(node));
  return answering.length === 0 ? [] : [words`a scan now says what is in the way: ${scanOf(answering, place)}`];
}

/** The servers of which nothing is known: why, since when, and what to do about it. */
export function unknownBlocks(servers: readonly ServerStatus[], place: Place): readonly Block[] {
  return lines(
    unknownReasons.flatMap((reason) => {
      const members = servers.filter(({ judgement }) => judgement.verdict === "unknown" && judgement.reason === reason);
      if (members.length === 0) return [];
      const machines = members.reduce((sum, server) => sum + server.machines, 0);
      const [what, todo] = reasonWords[reason];
      const head = words`${machines} ${said(what)}`;
      if (todo === "") {
        const why = lines(unscanned(members), { noun: "reasons", length: "names" });
        return [item(head, [], ...why, ...lines(asking(members, place)))];
      }
      return [item(head, [[names(members.map(nameOf), "servers")], withCommands(todo, place)])];
    }),
  );
}
