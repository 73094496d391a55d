import type { Plane } from "../plane.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import { judgeFleet } from "../status/judgeFleet.ts";
import { deploymentDiagnoses } from "./deployment.ts";
import { byImportance, type Diagnosis } from "./diagnosis.ts";
import type { DoctorEvidence } from "./evidence.ts";
import { expiryDiagnoses } from "./expiring.ts";
import { hearingDiagnoses } from "./hearing.ts";
import { nodeDiagnoses } from "./nodes.ts";
import { rightsDiagnoses } from "./rights.ts";

/**
 * Examines a stack: whether tonight's windows will do their work, and whether somebody will hear of it where they do
 * not. Every check says something of every place that it applies to; what could not be read is unknown. The worst comes
 * first.
 * @param asOf - the instant that decides what is late, stale or over
 */
export function examine(plane: Plane, evidence: DoctorEvidence, asOf: Date): readonly Diagnosis[] {
  const status = judgeFleet(plane, evidence.fleet, asOf);
  const ofLocations = evidence.locations.flatMap((exam) => {
    const planned = plannedLocation(plane, exam.location);
    const answer = evidence.fleet.locations.find(({ location }) => location.name === exam.location.name);
    const runs =
      answer !== undefined && "windows" in answer && "runs" in answer.windows ? answer.windows.runs : undefined;
    return [
      ...deploymentDiagnoses(plane, planned, exam, asOf),
      ...(answer === undefined ? [] : nodeDiagnoses(plane, status, answer, exam)),
      ...rightsDiagnoses(
        status.servers.filter((each) => each.location === exam.location.name),
        exam,
      ),
      ...hearingDiagnoses(plane, planned, exam, runs, asOf),
    ];
  });
  return byImportance([...ofLocations, ...expiryDiagnoses(plane, status, evidence, asOf)]);
}
