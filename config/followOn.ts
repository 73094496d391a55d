import type { Fault, Finding } from "../domain/fault.ts";
import type { Plane } from "../domain/plane.ts";
import { namesIn, type NamedSettings } from "./declaredNames.ts";

/** Findings that references report by themselves, or that the lack of something at fault would bring about. */
const alwaysFollowing: ReadonlySet<string> = new Set([
  "baseline-missing",
  "first-contact",
  "window-without-servers",
  "unused-baseline",
  "default-baseline-missing",
]);

function lacks(named: NamedSettings, section: "baselines" | "groups" | "windows", plane: Plane): boolean {
  const names = namesIn(named, section);
  return names === undefined || names.some((name) => plane[section][name] === undefined);
}

function isUnder(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`);
}

/** Whether a finding may only be there because what is at fault is not in the plane. */
function follows(finding: Finding, faults: readonly Fault[], named: NamedSettings, plane: Plane): boolean {
  if (alwaysFollowing.has(finding.id)) return true;
  switch (finding.id) {
    case "unknown-group":
      // The group's name is there, only the group itself is at fault.
      return namesIn(named, "groups")?.includes(String(finding.value)) ?? true;
    case "no-install-window":
    case "no-scan-window":
      return lacks(named, "windows", plane) || faults.some((fault) => fault.path.startsWith("windows."));
    case "override-os":
      return lacks(named, "baselines", plane) || faults.some((fault) => isUnder(fault.path, finding.path));
    default:
      return false;
  }
}

/** The findings that count beside faults: errors that neither say again nor follow from what is already said. */
export function errorsBeside(
  faults: readonly Fault[],
  findings: readonly Finding[],
  named: NamedSettings,
  plane: Plane,
): readonly Finding[] {
  return findings.filter(
    (finding) =>
      finding.severity === "error" &&
      !faults.some((fault) => fault.path === finding.path && fault.file === finding.file) &&
      !follows(finding, faults, named, plane),
  );
}
