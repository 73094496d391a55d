import { stringify } from "yaml";
import type { JournalEntry } from "../../simulator/index.ts";
import type { Evidence } from "./evidence.ts";

function settingsText({ scenario }: Evidence): string {
  const { checks: _allOff, ...shown } = scenario.settings;
  return stringify(shown, { lineWidth: 0 }).trimEnd();
}

function fleetLines({ scenario }: Evidence): readonly string[] {
  return scenario.world.machines.map(({ id, os, release, arch, tags, failure, minutesPerPatch }) => {
    const group = tags["PatchGroup"] ?? scenario.deployments[0]?.plane.fleet.find((row) => row.id === id)?.patchGroup;
    const wrong = failure === undefined ? "" : `, ${failure}`;
    return `${id}: ${os} ${release} ${arch}, ${group ?? ""}, ${String(minutesPerPatch)} min per patch${wrong}`;
  });
}

function approvalLines({ scenario }: Evidence): readonly string[] {
  return scenario.deployments.flatMap(({ at, approvals }) => [
    `from ${at.toISOString()}:`,
    ...Object.entries(approvals).map(([path, text]) => `  ${path} ${text}`),
  ]);
}

function journalLine(entry: JournalEntry): string {
  const at = entry.at.toISOString();
  switch (entry.kind) {
    case "onboarding":
      return `${at} ${entry.machine} onboarding ${entry.result} ${entry.nodeId ?? ""}`;
    case "windowRun":
      return `${at} ${entry.windowName} in ${entry.region} ran until ${entry.endsAt.toISOString()}: ${entry.status}`;
    case "patching": {
      const packages = entry.packages.map(({ name, from, to }) => `${name} ${from} -> ${to}`).join(", ");
      const more = [entry.missed, entry.detail, packages, entry.rebooted ? "rebooted" : ""].filter(Boolean).join("; ");
      return `${at} ${entry.machine} ${entry.operation} until ${entry.endsAt.toISOString()}: ${entry.outcome} ${more}`;
    }
    case "service":
      return `${at} ${entry.machine} service ${entry.change} by ${entry.step}`;
    case "fault":
      return `${at} ${entry.machine} fault ${entry.fault} ${entry.phase}`;
    case "foreignPatching":
      return `${at} ${entry.machine} patched by others: ${String(entry.packages.length)} packages`;
    case "boot":
      return `${at} ${entry.machine} boots`;
  }
}

function statusLines({ observations }: Evidence): readonly string[] {
  return observations.flatMap(({ at, servers }) => [
    `at ${at.toISOString()}:`,
    ...servers.map(({ id, verdict, reason }) => `  ${id}: ${verdict}${reason === undefined ? "" : ` (${reason})`}`),
  ]);
}

/** A simulation in lines: policy, fleet, approvals, journal in the order of time, and what status said. */
export function showEvidence(evidence: Evidence): readonly string[] {
  const { seed, span } = evidence.scenario;
  const journal = evidence.journal.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return [
    `seed ${String(seed)}, ${span.start.toISOString()} to ${span.end.toISOString()}`,
    "\n# policy\n",
    settingsText(evidence),
    "\n# fleet\n",
    ...fleetLines(evidence),
    "\n# approvals\n",
    ...approvalLines(evidence),
    "\n# journal\n",
    ...journal.map(journalLine),
    "\n# status\n",
    ...statusLines(evidence),
    "",
  ];
}
