import type { Fault } from "../fault.ts";
import { suggest } from "../nearest.ts";
import type { Severity } from "../packages/severity.ts";
import { pattern } from "../runs/choice.ts";
import type { Review, ReviewedServer, ReviewedUpdate } from "./review.ts";

/** Which of a review's updates are meant; everything that is given has to hold of an update. */
export interface Selection {
  readonly severities?: readonly Severity[];
  readonly cves?: readonly string[];
  /** Names of packages, or ids with their architecture. */
  readonly packages?: readonly string[];
  /** Servers by name, node or id, `*` for any letters: an update counts that one of them lacks. */
  readonly servers?: readonly string[];
  /** Packages that are left out whatever else says. */
  readonly except?: readonly string[];
}

/** What a selection takes, and what it names that the scans do not show. */
export interface Selected {
  readonly updates: readonly ReviewedUpdate[];
  readonly faults: readonly Fault[];
}

function isServer(server: ReviewedServer, name: string): boolean {
  const named = pattern(name);
  return [server.name, server.resourceId, server.serverId].some((each) => named.test(each));
}

function isPackage({ id, name }: ReviewedUpdate, given: string): boolean {
  return id.toLowerCase() === given.toLowerCase() || name === given;
}

function hasCve({ cves }: ReviewedUpdate, given: string): boolean {
  return cves.includes(given.toUpperCase());
}

function unshown(
  path: string,
  given: readonly string[] | undefined,
  isShown: (name: string) => boolean,
  known: readonly string[],
): readonly Fault[] {
  return (given ?? [])
    .filter((name) => !isShown(name))
    .map((name) => ({
      path,
      message: "the group's scans do not show it",
      value: name,
      ...suggest(name, [...new Set(known)].sort()),
    }));
}

/** The updates that a selection means. A name that the scans do not show is a fault: nobody has seen what it would install. */
export function selectUpdates({ updates, servers }: Review, selection: Selection): Selected {
  const { severities, cves, packages, servers: named, except } = selection;
  const packageNames = updates.flatMap(({ id, name, os }) => (os === "WINDOWS" ? [id] : [name, id]));
  const isKnownPackage = (name: string): boolean => updates.some((update) => isPackage(update, name));
  const serverNames = servers.flatMap(({ name, serverId }) => [name, serverId]);
  const chosen = updates.filter(
    (update) =>
      (severities?.includes(update.severity) ?? true) &&
      (cves?.some((cve) => hasCve(update, cve)) ?? true) &&
      (packages?.some((name) => isPackage(update, name)) ?? true) &&
      (named?.some((name) => update.on.some(({ server }) => isServer(server, name))) ?? true) &&
      !(except?.some((name) => isPackage(update, name)) ?? false),
  );
  return {
    updates: chosen,
    faults: [
      ...unshown(
        "--cve",
        cves,
        (cve) => updates.some((update) => hasCve(update, cve)),
        updates.flatMap((each) => each.cves),
      ),
      ...unshown("--package", packages, isKnownPackage, packageNames),
      ...unshown("--except", except, isKnownPackage, packageNames),
      ...unshown("--servers", named, (name) => servers.some((server) => isServer(server, name)), serverNames),
    ],
  };
}
