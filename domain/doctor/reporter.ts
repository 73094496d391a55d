import type { Location, Plane } from "../plane.ts";
import { ownRoleArn, queueArn, topicArn } from "../stack/arns.ts";
import { locationNames } from "../stack/locationNames.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import { callPolicy } from "../stack/reporterPolicies.ts";
import {
  endedRules,
  reporterCapacity,
  reporterSettings,
  reporterVariables,
  windowLots,
  type PlannedReporter,
} from "../stack/runReporter.ts";
import { deployAgain, diagnosedOf, differing, putBack, type Diagnosis, type Said } from "./diagnosis.ts";
import type { LiveCalls, LiveFunction, LocationExam } from "./evidence.ts";
import { policyDifference } from "./policies.ts";

function stateProblems({ state, updateStatus, reason }: LiveFunction): readonly Said[] {
  const because = reason === "" ? "" : `: ${reason}`;
  if (state === "Failed" || updateStatus === "Failed") {
    const what = state === "Failed" ? "the function has failed" : "its last update has failed";
    return [{ message: `${what}${because}`, fix: "pulumi up puts it back; docs/run-reports.md" }];
  }
  if (state === "Pending" || updateStatus === "InProgress")
    return [{ result: "warning", message: `it is being made or changed${because}`, fix: "look again in a minute" }];
  return [];
}

function setUpProblems(
  { environment }: Plane,
  location: Location,
  names: PlannedReporter,
  { settings, variables }: LiveFunction,
): readonly Said[] {
  const { bucket: bucketName, topic } = locationNames(environment, location);
  const { logGroup, roleName } = names;
  return [
    ...differing({ ...reporterSettings, role: ownRoleArn(location, environment, roleName), logGroup }, settings),
    ...differing(reporterVariables(environment, names, { bucketName, topicArn: topicArn(location, topic) }), variables),
  ];
}

function callProblems(
  { environment }: Plane,
  location: Location,
  { windows }: PlannedLocation,
  { queue, functionName }: PlannedReporter,
  { policy, ...invocation }: LiveCalls,
): readonly Said[] {
  const rules = endedRules(environment, windowLots([...windows.keys()]).length);
  const other = policy === undefined ? "is gone" : policyDifference(callPolicy(location, functionName, rules), policy);
  const { eventAgeSeconds, retries } = reporterCapacity;
  return [
    ...(other === undefined
      ? []
      : [{ message: `its policy, by which the end of a run calls it, ${other}`, fix: putBack }]),
    ...differing({ eventAgeSeconds, retries, onFailure: queueArn(location, queue) }, { ...invocation }),
  ];
}

/** Whether the function that reports runs is ready, and set up and called as the stack has it. */
export function reporterDiagnoses(
  plane: Plane,
  planned: PlannedLocation,
  { location, reporter, reporterCalls: calls }: Pick<LocationExam, "location" | "reporter" | "reporterCalls">,
): readonly Diagnosis[] {
  const { reporter: names } = planned;
  if (names === undefined) return [];
  return diagnosedOf("reporter", { location: location.name }, reporter, (found) => {
    const fine = "it is active";
    if (found === undefined) return { problems: [{ message: "there is no run reporter", fix: deployAgain }], fine };
    const called: readonly Said[] =
      "unknown" in calls
        ? [{ result: "unknown", message: calls.unknown }]
        : calls.value === undefined
          ? []
          : callProblems(plane, location, planned, names, calls.value);
    return { problems: [...stateProblems(found), ...setUpProblems(plane, location, names, found), ...called], fine };
  });
}
