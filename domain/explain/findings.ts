import type { Finding } from "../fault.ts";
import type { Plane } from "../plane.ts";

/** What findings are about; a finding counts if it is about one of these. */
export interface Concern {
  /** Paths of settings, e.g. `groups.prod-auto`; what is below them counts as well. */
  readonly paths: readonly string[];
  /** Files that count as a whole. */
  readonly files?: readonly string[];
  /** Line of the fleet file. */
  readonly fleetLine?: number;
  /** Locations; a finding that names others alone is about those. All when left out. */
  readonly locations?: readonly string[];
}

function isUnder(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`);
}

/** Findings name their location in their message only. */
function namesOtherLocation(plane: Plane, message: string, locations: readonly string[]): boolean {
  const named = Object.keys(plane.locations).filter((name) => message.includes(`location ${name}`));
  return named.length > 0 && !named.some((name) => locations.includes(name));
}

/** The findings that concern something. */
export function findingsAbout(plane: Plane, findings: readonly Finding[], concern: Concern): readonly Finding[] {
  const { paths, files = [], fleetLine, locations } = concern;
  return findings.filter(
    (finding) =>
      (paths.some((path) => isUnder(finding.path, path)) ||
        (finding.file !== undefined && files.includes(finding.file)) ||
        (finding.path === "fleet" && finding.line !== undefined && finding.line === fleetLine)) &&
      (locations === undefined || !namesOtherLocation(plane, finding.message, locations)),
  );
}
