import type { Fault } from "../fault.ts";
import { suggest } from "../nearest.ts";
import type { Server } from "../server.ts";
import type { PlacedServer } from "../status/placedServers.ts";

/** `i-…` or `mi-…`, whole: the node of a hybrid server, or of an Auto Scaling group, stands in no fleet file. */
const nodeId = /^m?i-[0-9a-f]{8,17}$/;

/** What a name means: itself, case apart, with `*` for any letters. */
export function pattern(name: string): RegExp {
  const escaped = name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "i");
}

function namesOf({ id, name, azure }: Server): readonly string[] {
  return [id, name, ...(azure === undefined ? [] : [azure.vmId])];
}

/**
 * Which servers a choice of names takes: ids and names of the fleet file, Azure's `vmId` and node ids, `*` for any
 * letters, case apart; all where nothing is chosen.
 */
export function chosenBy(
  names: readonly string[] | undefined,
): (placed: Pick<PlacedServer, "server"> & Partial<Pick<PlacedServer, "node">>) => boolean {
  if (names === undefined) return () => true;
  const patterns = names.map(pattern);
  return ({ server, node }) =>
    [...namesOf(server), node?.id ?? ""].some((own) => patterns.some((each) => each.test(own)));
}

/** Faults of chosen names that are no server of the fleet file; node ids are not judged by it. */
export function choiceFaults(names: readonly string[] | undefined, fleet: readonly Server[]): readonly Fault[] {
  const [known, ids] = [fleet.map(({ name }) => name), fleet.flatMap(namesOf)];
  return (names ?? [])
    .filter((name) => {
      const named = pattern(name);
      return !nodeId.test(name) && !ids.some((own) => named.test(own));
    })
    .map((value) => ({
      path: "--servers",
      message: "no server of the fleet file",
      value,
      ...suggest(value, known, ids),
    }));
}
