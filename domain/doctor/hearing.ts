import type { Location, Plane } from "../plane.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import type { WindowRun } from "../status/windowRuns.ts";
import { counted } from "../text.ts";
import { hour, instantText } from "../time.ts";
import { runReportFolder } from "../report/runFacts.ts";
import { topicKeyPolicy } from "../stack/notificationPolicies.ts";
import { topicPolicy } from "../stack/topicPolicy.ts";
import { deliveryDiagnoses } from "./deliveries.ts";
import { deployAgain, diagnosed, diagnosedOf, putBack, type Diagnosis, type Said } from "./diagnosis.ts";
import type { LiveFunction, LiveKey, LiveTopic, LocationExam } from "./evidence.ts";
import { policyDifference } from "./policies.ts";
import { reporterDiagnoses } from "./reporter.ts";

/** How long after its end a run's report may take: events that Lambda holds back come within six hours. */
const reportPatienceMs = 6 * hour;

const confirm = "follow the link in the mail that SNS has sent; a new one is sent by subscribing again";

function subscriberProblems({ subscriptions }: LiveTopic, emails: readonly string[]): readonly Said[] {
  const lacking = emails.flatMap((email): Said[] => {
    const own = subscriptions.filter(({ endpoint }) => endpoint.toLowerCase() === email.toLowerCase());
    if (own.some(({ confirmed }) => confirmed)) return [];
    return own.length > 0
      ? [{ message: `${email} has not confirmed its subscription`, fix: confirm }]
      : [{ message: `${email} is not subscribed`, fix: "pulumi up subscribes it, and sends it a mail to confirm" }];
  });
  const heard = subscriptions.filter(({ confirmed }) => confirmed).length;
  // While others hear of a failure, one who does not is no emergency.
  if (heard > 0) return lacking.map((each) => ({ ...each, result: "warning" as const }));
  if (lacking.length > 0) return lacking;
  return [
    {
      message: "nobody is subscribed",
      fix: "name mail addresses under notifications.emails, or subscribe a channel to the topic",
    },
  ];
}

function topicDiagnoses({ environment, notifications }: Plane, exam: LocationExam): readonly Diagnosis[] {
  const { location, topic } = exam;
  const about = { location: location.name };
  const other = ({ policy }: LiveTopic): readonly Said[] => {
    const difference = policyDifference(topicPolicy(environment, location), policy);
    return difference === undefined ? [] : [{ message: `its policy ${difference}`, fix: putBack }];
  };
  const there = diagnosedOf("topic", about, topic, (value) => ({
    problems: value === undefined ? [{ message: "there is no topic of the stack", fix: deployAgain }] : other(value),
    fine: "it is there",
  }));
  if ("value" in topic && topic.value === undefined) return there;
  return [
    ...there,
    ...diagnosedOf("subscribers", about, topic, (value) => {
      const heard = value?.subscriptions.filter(({ confirmed }) => confirmed).length ?? 0;
      return {
        problems: value === undefined ? [] : subscriberProblems(value, notifications.emails),
        fine: `${counted(heard, "subscriber")} confirmed`,
      };
    }),
    ...keyDiagnoses(exam),
  ];
}

function keyProblems(location: Location, key: LiveKey | undefined): readonly Said[] {
  if (key === undefined) return [{ message: "the topic's key is gone", fix: deployAgain }];
  const { state, manager, deletedAt, policy = "{}" } = key;
  if (state !== "Enabled") {
    const until = deletedAt === undefined ? "" : `, to be deleted at ${instantText(deletedAt)}`;
    const cancel = state === "PendingDeletion" ? "aws kms cancel-key-deletion, then " : "";
    return [{ message: `the topic's key is ${state}${until}`, fix: `${cancel}aws kms enable-key` }];
  }
  if (manager !== "CUSTOMER") {
    const message = "the topic is encrypted by AWS's own key, which EventBridge may not use";
    return [{ message, fix: "pulumi up puts the stack's key back" }];
  }
  const other = policyDifference(topicKeyPolicy(location), policy);
  return other === undefined ? [] : [{ message: `the policy of the topic's key ${other}`, fix: putBack }];
}

function keyDiagnoses({ location, topic, topicKey }: LocationExam): readonly Diagnosis[] {
  const about = { location: location.name };
  if ("unknown" in topic) return diagnosedOf("topic-key", about, topic, () => ({ problems: [], fine: "" }));
  if (topic.value?.keyId === undefined) {
    const message = "the topic is not encrypted by the stack's key";
    return diagnosed("topic-key", about, [{ message, fix: "pulumi up puts the stack's key back" }], "");
  }
  return diagnosedOf("topic-key", about, topicKey, (key) => ({
    problems: keyProblems(location, key),
    fine: "it is enabled",
  }));
}

/** A run whose report should be there. */
export interface ReportedRun {
  readonly window: string;
  readonly startedAt: Date;
  /** Where its report is, in the bucket. */
  readonly folder: string;
}

/** The last runs of the windows of a location that should have left a report by now. */
export function reportedRuns(
  planned: PlannedLocation,
  runs: readonly WindowRun[],
  reporter: LiveFunction | undefined,
  asOf: Date,
): readonly ReportedRun[] {
  if (planned.reporter === undefined) return [];
  return runs.flatMap(({ window, startedAt, endedAt, status }) => {
    const hours = planned.windows.get(window)?.window.durationHours;
    if (hours === undefined || status === "SKIPPED_OVERLAPPING") return [];
    const end = endedAt?.getTime() ?? startedAt.getTime() + hours * hour;
    const due = end + reportPatienceMs;
    const isOlder = reporter?.changedAt !== undefined && startedAt < reporter.changedAt;
    return due > asOf.getTime() || isOlder ? [] : [{ window, startedAt, folder: runReportFolder(window, startedAt) }];
  });
}

function reportDiagnoses(
  planned: PlannedLocation,
  { location, reporter, reports }: LocationExam,
  runs: readonly WindowRun[] | undefined,
  asOf: Date,
): readonly Diagnosis[] {
  if (planned.reporter === undefined) return [];
  const about = { location: location.name };
  const known = "value" in reporter ? reporter.value : undefined;
  const due = reportedRuns(planned, runs ?? [], known, asOf);
  return diagnosedOf("reports", about, reports, (folders) => ({
    problems: due
      .filter(({ folder }) => !folders.has(folder))
      .map(({ window, startedAt }) => ({
        message: `the run of ${window} that began at ${instantText(startedAt)} has left no report`,
        fix: "docs/run-reports.md: look into the function's queue and log",
        about: { window: planned.windows.get(window)?.window.name ?? window },
      })),
    fine: due.length === 0 ? "none is due yet" : counted(due.length, "report"),
  }));
}

function syncDiagnoses(plane: Plane, { location, dataSync }: LocationExam): readonly Diagnosis[] {
  if (!plane.reports.syncInventory) return [];
  return diagnosedOf("data-sync", { location: location.name }, dataSync, (sync) => {
    if (sync === undefined)
      return { problems: [{ message: "there is no resource data sync of the stack", fix: deployAgain }], fine: "" };
    const { status, message, succeededAt } = sync;
    const because = message === "" ? "" : `: ${message}`;
    const fix = "compare the bucket's policy with the stack: pulumi up --refresh puts it back";
    return {
      problems: status === "Failed" ? [{ message: `the last one has failed${because}`, fix }] : [],
      fine: succeededAt === undefined ? "it has not run yet" : `last at ${instantText(succeededAt)}`,
    };
  });
}

/**
 * Whether somebody hears of a failure in a location, and reports come of runs.
 * @param runs - the last runs of its windows; undefined where they could not be read
 */
export function hearingDiagnoses(
  plane: Plane,
  planned: PlannedLocation,
  exam: LocationExam,
  runs: readonly WindowRun[] | undefined,
  asOf: Date,
): readonly Diagnosis[] {
  return [
    ...topicDiagnoses(plane, exam),
    ...reporterDiagnoses(plane, planned, exam),
    ...deliveryDiagnoses(plane, planned, exam),
    ...reportDiagnoses(planned, exam, runs, asOf),
    ...syncDiagnoses(plane, exam),
  ];
}
