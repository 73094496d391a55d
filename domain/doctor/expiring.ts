import { approvalDateFindings } from "../checks/approvalDates.ts";
import { settledFindings } from "../checks/checkPlane.ts";
import { vendorSupportFindings } from "../checks/vendorSupport.ts";
import type { Finding } from "../fault.ts";
import type { TrustedKey } from "../onboarding/trustedKeys.ts";
import type { Plane } from "../plane.ts";
import type { FleetStatus } from "../status/fleetStatus.ts";
import { counted } from "../text.ts";
import { day, instantText } from "../time.ts";
import type { DoctorCheckId } from "./catalogue.ts";
import { diagnosed, fromFinding, type Diagnosis, type Said } from "./diagnosis.ts";
import type { DoctorEvidence } from "./evidence.ts";

/** Days before an end from which on it is told: time to review once more, and to release a script. */
const noticeDays = { approvals: 3, keys: 90 } as const;

function ends(expires: Date, asOf: Date, days: number): "over" | "soon" | undefined {
  if (expires <= asOf) return "over";
  return expires.getTime() - asOf.getTime() <= days * day ? "soon" : undefined;
}

function approvalProblems({ approvals }: Plane, asOf: Date): readonly Said[] {
  return Object.values(approvals).flatMap(({ group, file, expires }) => {
    const end = ends(new Date(expires), asOf, noticeDays.approvals);
    if (end === undefined) return [];
    const message = `${file} ${end === "over" ? "ended" : "ends"} at ${expires}`;
    const fix = "review the group again, or remove the file where all of it is installed";
    return [{ message, fix, about: { group } }];
  });
}

function keyProblems(keys: readonly TrustedKey[], asOf: Date): readonly Said[] {
  const byScript = Map.groupBy(keys, ({ script }) => script);
  return [...byScript].flatMap(([script, own]) => {
    const last = new Date(Math.max(...own.map(({ expires }) => expires.getTime())));
    const end = ends(last, asOf, noticeDays.keys);
    if (end === undefined) return [];
    const message = `the last key that script ${script} trusts ${end === "over" ? "ended" : "ends"} at ${instantText(last)}`;
    return [{ message, fix: "release AWS's next key and name it in the rows to come: docs/onboarding.md" }];
  });
}

function fromFindings(check: DoctorCheckId, findings: readonly Finding[], fine: string): readonly Diagnosis[] {
  const problems = findings.map((each) => ({
    ...fromFinding(each),
    ...(each.severity === "warning" ? { result: "warning" as const } : {}),
  }));
  return diagnosed(check, {}, problems, fine);
}

function azureDiagnoses({ unreadableSubscriptions }: FleetStatus): readonly Diagnosis[] {
  const problems = unreadableSubscriptions.map(({ name, failure }) => ({
    result: "unknown" as const,
    message: `subscription ${name}: ${failure}`,
    about: { subscription: name },
  }));
  return diagnosed("azure", {}, problems, "it answers, or was not needed");
}

/** What of the whole stack ends by its date, and what Azure did not tell. */
export function expiryDiagnoses(
  plane: Plane,
  status: FleetStatus,
  { keys }: Pick<DoctorEvidence, "keys">,
  asOf: Date,
): readonly Diagnosis[] {
  const hasAzure = Object.keys(plane.subscriptions).length > 0;
  const support = settledFindings(plane, vendorSupportFindings(plane, asOf));
  const calendars = [...status.calendars, ...settledFindings(plane, approvalDateFindings(plane, asOf))];
  const approvals = Object.keys(plane.approvals).length;
  return [
    ...fromFindings("calendars", calendars, "none ends within eight weeks, and no approval has stopped at a date"),
    ...(approvals === 0
      ? []
      : diagnosed("approvals", {}, approvalProblems(plane, asOf), `${counted(approvals, "file")} in force`)),
    ...fromFindings("vendor-support", support, "every release has it for half a year"),
    ...(hasAzure ? azureDiagnoses(status) : []),
    ...(keys.length === 0 ? [] : diagnosed("installer-key", {}, keyProblems(keys, asOf), "good for three months")),
  ];
}
