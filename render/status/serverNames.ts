import type { ServerStatus } from "../../domain/status/fleetStatus.ts";
import { isAutoScaling } from "../../domain/server.ts";
import { pasted, type Place } from "../commands.ts";
import type { Span } from "../document.ts";

type Named = Pick<ServerStatus, "server" | "node">;

/** A server's name; an Auto Scaling instance's is its node's id. */
export function nameOf({ server, node }: Named): string {
  return isAutoScaling(server) ? `${server.name} ${node?.id ?? ""}`.trim() : server.name;
}

/** More names than this are no line to paste: their groups are. */
const mostNames = 10;

/** What a shell takes as it is; else the node's id, which always is such a word. */
function typedName({ server, node }: Named): string {
  return /^[\w.-]+$/.test(server.name) && !isAutoScaling(server) ? server.name : (node?.id ?? server.name);
}

/** A scan of just these nodes, to be pasted: from a server's own output it says in words what stands in the way. */
export function scanOf(servers: readonly Named[], place: Place): Span {
  const names = `--servers ${servers.map(typedName).join(",")}`;
  const groups = [...new Set(servers.map(({ server }) => `--group ${server.patchGroup}`))].join(" ");
  return pasted("npx patchplane scan", servers.length <= mostNames ? names : groups, place);
}
