import type { Fault } from "../../domain/fault.ts";
import { suggest } from "../../domain/nearest.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Server } from "../../domain/server.ts";

/**
 * The servers that `--servers` names, by name or id, and a fault for each name that no row has; letter case apart.
 * @param names - all of them where left out
 */
export function namedServers(
  plane: Pick<Plane, "fleet">,
  names: readonly string[] | undefined,
): { readonly isNamed?: (server: Server) => boolean; readonly faults: readonly Fault[] } {
  if (names === undefined) return { faults: [] };
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const known = new Set(plane.fleet.flatMap(({ name, id }) => [name.toLowerCase(), id.toLowerCase()]));
  const faults = names
    .filter((name) => !known.has(name.toLowerCase()))
    .map((name) => {
      const all = plane.fleet.map((server) => server.name).sort();
      return { path: "--servers", message: "not in the fleet file", value: name, ...suggest(name, all) };
    });
  return { isNamed: ({ name, id }) => wanted.has(name.toLowerCase()) || wanted.has(id.toLowerCase()), faults };
}
