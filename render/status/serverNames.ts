import type { ServerStatus } from "../../domain/status/fleetStatus.ts";
import { isAutoScaling } from "../../domain/server.ts";

/** A server's name; an Auto Scaling instance's is its node's id. */
export function nameOf({ server, node }: Pick<ServerStatus, "server" | "node">): string {
  return isAutoScaling(server) ? `${server.name} ${node?.id ?? ""}`.trim() : server.name;
}
