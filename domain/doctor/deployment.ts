import { judgeLocation, type LivePlanLocation } from "../drift/judgeLocation.ts";
import type { LiveLocation, LiveWindow } from "../drift/location.ts";
import type { Finding, FindingSubject } from "../fault.ts";
import type { Plane } from "../plane.ts";
import { nextRuns } from "../schedule/nextRuns.ts";
import type { PlannedLocation, PlannedWindow } from "../stack/plannedLocation.ts";
import { byText, counted } from "../text.ts";
import { minute } from "../time.ts";
import type { DoctorCheckId } from "./catalogue.ts";
import { diagnosed, diagnosedOf, fromFinding, type Diagnosis, type Judged, type Said } from "./diagnosis.ts";
import type { LocationExam } from "./evidence.ts";
import { partDiagnoses } from "./parts.ts";

/** AWS's clock and ours differ, and a window that opens just now has its next run after that. */
const clockSlackMs = 10 * minute;
/** Share of a quota that should be left. */
const leastLeft = 0.1;

const byPath: Readonly<Record<string, DoctorCheckId>> = {
  baselines: "baselines",
  groups: "baselines",
  nodes: "associations",
};

/** Which check a finding about what is deployed belongs to. */
function checkOf({ id, path }: Finding): DoctorCheckId {
  switch (id) {
    case "live-baseline":
      return "baselines";
    case "live-foreign":
      return "others";
    case "live-quota":
    case "nodes-soft":
      return "quotas";
    case "live-tier":
      return "instance-tier";
    case "live-activation":
      return "activations";
    default:
      return byPath[path.split(".")[0] ?? ""] ?? "windows";
  }
}

/** What the path of a finding says that it is about. */
function subjectOf({ path }: Finding): FindingSubject {
  const [head, name = ""] = path.split(".");
  if (head === "windows" && !name.startsWith("mw-0")) return { window: name };
  if (head === "groups") return { group: name };
  return head === "baselines" ? { baseline: name } : {};
}

function isSame(text: string | undefined, at: Date | undefined): boolean {
  return text !== undefined && at !== undefined && Date.parse(text) === at.getTime();
}

/** What is wrong with when AWS opens a window next; undefined where nothing is, or where nobody here can tell. */
function wrongTime({ schedule, approved }: PlannedWindow, live: LiveWindow, asOf: Date): Said | undefined {
  const ends = approved === undefined ? undefined : new Date(approved.approval.expires);
  const [first, second] = nextRuns(schedule, asOf, 2).filter(({ at }) => ends === undefined || at < ends);
  const { nextExecution: next } = live;
  const isRate = first?.note === "rate";
  if (isRate && next !== undefined) return undefined;
  if (first === undefined && next === undefined) return undefined;
  if (isSame(next, first?.at)) return undefined;
  const isNow = first !== undefined && first.at.getTime() - asOf.getTime() < clockSlackMs;
  if (isNow && (isSame(next, second?.at) || (second === undefined && next === undefined))) return undefined;
  const opens = next === undefined ? "AWS will not open it" : `AWS opens it next at ${next}`;
  const says = first === undefined ? "has no run to come" : `says ${isRate ? schedule.expression : first.local}`;
  return {
    message: `${opens}, and its schedule ${says}`,
    fix: "pulumi up puts the stack's schedule back; where that changes nothing, compare the window's time zone and dates in AWS",
  };
}

function nextRunsOf(planned: PlannedLocation, live: LiveLocation, asOf: Date): Judged {
  const pairs = [...planned.windows].flatMap(([name, each]) => {
    const found = live.windows.find((window) => window.name === name);
    return found === undefined || each.window.onDemand || !found.enabled ? [] : [{ name, each, found }];
  });
  const problems = pairs.flatMap(({ name, each, found }) => {
    const wrong = wrongTime(each, found, asOf);
    return wrong === undefined
      ? []
      : [{ ...wrong, message: `${name}: ${wrong.message}`, about: { window: each.window.name } }];
  });
  const [next] = pairs
    .flatMap(({ name, found: { nextExecution: at } }) => (at === undefined ? [] : [{ name, at }]))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || byText(a.name, b.name));
  const first = next === undefined ? "none opens by itself" : `next ${next.name} at ${next.at}`;
  return { problems, fine: `${counted(pairs.length, "window")}, ${first}` };
}

/** Limits that are nearly used up, though what is added still fits; and that they could not be read. */
function scarce({ limits }: LivePlanLocation, { quotas }: LiveLocation): readonly Said[] {
  const unread: readonly Said[] =
    "unknown" in quotas ? [{ result: "unknown", message: `servicequotas:ListServiceQuotas: ${quotas.unknown}` }] : [];
  const nearly = limits.flatMap(({ name, used, adds, granted, left }): readonly Said[] => {
    if (granted === undefined || left === undefined || left < 0 || left >= granted * leastLeft) return [];
    const message = `${name}: ${String(used)} used and ${String(adds)} added of ${String(granted)}`;
    return [{ result: "warning", message, fix: "ask AWS for a raise, or delete what nobody uses" }];
  });
  return [...unread, ...nearly];
}

/** The stack's associations that failed the last time, on how many nodes. */
function failedAssociations(
  { associations: wanted }: PlannedLocation,
  { associations }: LiveLocation,
): readonly Said[] {
  return associations.flatMap(({ id, name, failed = 0 }) =>
    failed === 0 || !wanted.has(name)
      ? []
      : [
          {
            message: `${name} failed on ${counted(failed, "node")} when it ran last`,
            fix: `aws ssm describe-association-executions --association-id ${id} begins the way to each node's output; the next run may mend it`,
          },
        ],
  );
}

function fineWords(planned: PlannedLocation): Readonly<Partial<Record<DoctorCheckId, string>>> {
  return {
    windows: `${counted(planned.windows.size, "window")} as the stack has them`,
    baselines: `${counted(planned.baselines.size, "baseline")}, ${counted(planned.registrations.length, "registration")}`,
    associations: counted(planned.associations.size, "association"),
    others: "nobody else does",
    quotas: "room for what is added",
    "instance-tier": "as the stack file says",
    activations: "none waits",
  };
}

function liveDiagnoses(
  plane: Plane,
  planned: PlannedLocation,
  { location, live }: LocationExam,
  asOf: Date,
): readonly Diagnosis[] {
  const about = { location: location.name };
  const hasAzure = Object.values(plane.subscriptions).some((each) => each.location === location.name);
  const fine = fineWords(planned);
  const checks = (Object.keys(fine) as (keyof typeof fine)[]).filter((check) => check !== "activations" || hasAzure);
  const judged = "value" in live ? judgeLocation(plane, location, live.value, asOf) : undefined;
  const found = Map.groupBy(judged?.findings ?? [], checkOf);
  return [
    ...checks.flatMap((check) =>
      diagnosedOf(check, about, live, (value) => ({
        problems: [
          ...(found.get(check) ?? []).map((each) => ({ about: subjectOf(each), ...fromFinding(each) })),
          ...(check === "quotas" && judged !== undefined ? scarce(judged, value) : []),
          ...(check === "associations" ? failedAssociations(planned, value) : []),
        ],
        fine: fine[check] ?? "",
      })),
    ),
    ...diagnosedOf("next-runs", about, live, (value) => nextRunsOf(planned, value, asOf)),
  ];
}

function credentialsOf({ location, identity }: LocationExam): readonly Diagnosis[] {
  const about = { location: location.name };
  if ("unknown" in identity)
    return diagnosed(
      "credentials",
      about,
      [{ message: identity.unknown, fix: "mend the credentials or the role" }],
      "",
    );
  const { accountId, arn } = identity.value;
  const wrong = {
    message: `the credentials are those of account ${accountId}, and the stack file says ${location.accountId}`,
    fix: "name the location's role (roleArn, or PATCHPLANE_ROLE_NAME), or sign in to the other account",
  };
  return diagnosed("credentials", about, accountId === location.accountId ? [] : [wrong], arn);
}

/** Whether what is deployed in a location is what the stack has, and can do its work. */
export function deploymentDiagnoses(
  plane: Plane,
  planned: PlannedLocation,
  exam: LocationExam,
  asOf: Date,
): readonly Diagnosis[] {
  return [...credentialsOf(exam), ...liveDiagnoses(plane, planned, exam, asOf), ...partDiagnoses(plane, planned, exam)];
}
