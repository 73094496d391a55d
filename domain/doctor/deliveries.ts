import type { Known } from "../drift/location.ts";
import type { Location, Plane } from "../plane.ts";
import { topicArn } from "../stack/arns.ts";
import { locationNames } from "../stack/locationNames.ts";
import { queuePolicy } from "../stack/notificationPolicies.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import { nodeResultsRule, plannedRules, type PlannedRule } from "../stack/plannedRules.ts";
import type { PolicyDocument } from "../stack/policyDocument.ts";
import { reporterAlarms } from "../stack/reporterAlarms.ts";
import { unreportedQueuePolicy } from "../stack/reporterPolicies.ts";
import { endedRules, windowLots } from "../stack/runReporter.ts";
import { byText, counted } from "../text.ts";
import { canonicalJson, isMapping } from "../values.ts";
import type { DoctorCheckId } from "./catalogue.ts";
import { deployAgain, diagnosedOf, differing, putBack, type Diagnosis, type Said } from "./diagnosis.ts";
import type { LiveAlarm, LiveQueue, LiveRule, LocationExam } from "./evidence.ts";
import { policyDifference } from "./policies.ts";

/** The alarms that a location's stack makes: those on its run reporter. */
export function plannedAlarms({ environment }: Plane, { reporter }: PlannedLocation) {
  return reporter === undefined ? [] : reporterAlarms(environment, reporter);
}

/** The queues that a location's stack makes, with who may send to them. */
export function plannedQueues(
  { environment }: Plane,
  location: Location,
  { reporter, windows }: PlannedLocation,
): readonly { readonly name: string; readonly policy: PolicyDocument }[] {
  const { eventsQueue } = locationNames(environment, location);
  const results = { name: eventsQueue, policy: queuePolicy(environment, location, nodeResultsRule(environment)) };
  if (reporter === undefined) return [results];
  const rules = endedRules(environment, windowLots([...windows.keys()]).length).map(({ name }) => name);
  return [results, { name: reporter.queue, policy: unreportedQueuePolicy(location, reporter.queue, rules) }];
}

/** A pattern's lists in an order of their own: any of their values will do. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalJson).toSorted(byText);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unordered(part)]));
}

function patternProblems(rule: PlannedRule, { pattern }: LiveRule, live: LocationExam["live"]): readonly Said[] {
  const windows = "unknown" in live ? [] : live.value.windows;
  const ids = rule.windows.flatMap((name) => windows.find((window) => window.name === name)?.id ?? []);
  // Of a window that is gone, which the check of windows tells, nobody knows the id; nor where none could be read.
  if (ids.length < rule.windows.length) return [];
  const same = canonicalJson(unordered(rule.pattern(ids))) === canonicalJson(unordered(JSON.parse(pattern)));
  return same ? [] : [{ message: "it has another pattern", fix: putBack }];
}

function ruleProblems(rule: PlannedRule, found: LiveRule, live: LocationExam["live"]): readonly Said[] {
  const { id, arn, deadLetters } = rule.target;
  const target = found.targets.find((each) => each.id === id);
  const ofTarget =
    target === undefined
      ? [{ message: `it has no target ${id}`, fix: putBack }]
      : [
          ...differing(
            { target: arn, "dead-letter queue": deadLetters },
            { target: target.arn, "dead-letter queue": target.deadLetters },
          ),
          ...(target.isShaped ? [{ message: "its target is given something else than the event", fix: putBack }] : []),
        ];
  return [
    ...(found.enabled ? [] : [{ message: "it is disabled", fix: putBack }]),
    ...patternProblems(rule, found, live),
    ...ofTarget,
  ];
}

type Alarm = ReturnType<typeof reporterAlarms<string>>[number];

function alarmProblems(topic: string, { settings, dimensions }: Alarm, found: LiveAlarm): readonly Said[] {
  return [
    ...(found.actionsEnabled ? [] : [{ message: "its actions are disabled", fix: putBack }]),
    ...(found.actions.includes(topic) ? [] : [{ message: "it does not tell the stack's topic", fix: putBack }]),
    ...differing({ ...settings, ...dimensions }, { ...found.settings, ...found.dimensions }),
  ];
}

function queueProblems(policy: PolicyDocument, found: LiveQueue): readonly Said[] {
  const other = policyDifference(policy, found.policy);
  return [
    ...(other === undefined ? [] : [{ message: `its policy ${other}`, fix: putBack }]),
    // EventBridge may use no other key than SQS's own, which is none of KMS.
    ...differing({}, { KmsMasterKeyId: found.keyId }),
  ];
}

/** Each thing of one kind that the stack makes: that it is there, and what is wrong with it. */
function ofEach<Planned extends { readonly name: string }, Live>(
  [check, noun]: readonly [DoctorCheckId, string],
  location: Location,
  planned: readonly Planned[],
  known: Known<ReadonlyMap<string, Live>>,
  judge: (planned: Planned, live: Live) => readonly Said[],
  unread: readonly Said[] = [],
): readonly Diagnosis[] {
  if (planned.length === 0) return [];
  return diagnosedOf(check, { location: location.name }, known, (found) => ({
    problems: [
      ...planned.flatMap((each) => {
        const live = found.get(each.name);
        const problems = live === undefined ? [{ message: "it is gone", fix: deployAgain }] : judge(each, live);
        return problems.map((said) => ({ ...said, message: `${each.name}: ${said.message}` }));
      }),
      ...unread,
    ],
    fine: `${counted(planned.length, noun)} as the stack has them`,
  }));
}

/** Whether what happens in a location gets to the topic, the reporter and the queues, as the stack has it. */
export function deliveryDiagnoses(plane: Plane, planned: PlannedLocation, exam: LocationExam): readonly Diagnosis[] {
  const { location, live, rules, alarms, queues } = exam;
  const topic = topicArn(location, locationNames(plane.environment, location).topic);
  const made = plannedRules(plane, location, planned);
  // In the very words of the other checks that go by the windows, so that it is told once of all.
  const unread: readonly Said[] =
    "unknown" in live && planned.windows.size > 0 ? [{ result: "unknown", message: live.unknown }] : [];
  return [
    ...ofEach(["rules", "rule"], location, made, rules, (rule, found) => ruleProblems(rule, found, live), unread),
    ...ofEach(["alarms", "alarm"], location, plannedAlarms(plane, planned), alarms, (alarm, found) =>
      alarmProblems(topic, alarm, found),
    ),
    ...ofEach(["queues", "queue"], location, plannedQueues(plane, location, planned), queues, ({ policy }, found) =>
      queueProblems(policy, found),
    ),
  ];
}
