import {
  ownReasons,
  type GroupOutcome,
  type LateReason,
  type NonCompliantServer,
  type OverdueServer,
} from "../domain/rehearsal/outcome.ts";
import { day, hour } from "../domain/time.ts";
import type { PatchingEntry } from "../simulator/index.ts";
import { dutyFinder, type Duty } from "./duties.ts";
import { faultsOf, type FaultOf } from "./faults.ts";
import { latenessOf, triedRuns } from "./lateness.ts";
import { serverStories, type ServerStory } from "./servers.ts";
import type { Played, Truth } from "./truth.ts";

const longDays = 30;

/** What becomes of one server. */
interface Judged {
  onTime: number;
  open: number;
  readonly late: LateReason[];
  readonly waits: number[];
  overdue: OverdueServer | undefined;
}

/** A stretch of time, in milliseconds since 1970. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Until when nothing had begun that ended it. */
  readonly before: number;
}

/** Longest stretch in which looks at a server said something, from a look to the next that does not, or the end. */
function longestStretch(
  looks: readonly PatchingEntry[],
  says: (counts: NonNullable<PatchingEntry["counts"]>) => boolean,
  end: Date,
): Stretch {
  let longest = { from: 0, to: 0, before: 0 };
  let since: number | undefined;
  const until = (to: number, before: number): void => {
    if (since !== undefined && to - since > longest.to - longest.from) longest = { from: since, to, before };
  };
  for (const { counts, at, endsAt } of looks) {
    if (counts === undefined) continue;
    until(endsAt.getTime(), at.getTime() - 1);
    since = says(counts) ? (since ?? endsAt.getTime()) : undefined;
  }
  until(end.getTime(), end.getTime());
  return longest;
}

function isLong({ from, to }: Stretch): boolean {
  return to - from > longDays * day;
}

function lacks({ missing, failed }: NonNullable<PatchingEntry["counts"]>): boolean {
  return missing + failed > 0;
}

/** Tells what kept a server from something for a stretch of time. */
type Why = (story: ServerStory, span: Pick<Duty, "approvedAt" | "deadline">) => LateReason;

function judge(story: ServerStory, duties: readonly Duty[], end: number, why: Why): Judged {
  const { name } = story.machine;
  const judged: Judged = { onTime: 0, open: 0, late: [], waits: [], overdue: undefined };
  for (const duty of duties) {
    if ((story.begins.installed[duty.row] ?? 0) >= duty.release) continue;
    const came = story.has(duty.row, duty.release);
    if (came !== undefined) judged.waits.push(Math.max(0, came - duty.approvedAt));
    if (came !== undefined && came <= duty.deadline) judged.onTime += 1;
    else if (duty.deadline > end) judged.open += 1;
    else {
      const reason = why(story, duty);
      const daysOverdue = ((came ?? end) - duty.deadline) / day;
      judged.late.push(reason);
      const { overdue } = judged;
      const now = overdue?.now === true || came === undefined;
      judged.overdue =
        overdue === undefined || overdue.daysOverdue < daysOverdue
          ? { name, id: story.machine.spec.id, reason, daysOverdue, now }
          : { ...overdue, now };
    }
  }
  return judged;
}

function histogram(waits: readonly number[]): GroupOutcome["waits"] {
  const counts = new Map<number, number>();
  for (const wait of waits) {
    const hours = Math.ceil(wait / hour);
    counts.set(hours, (counts.get(hours) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

const noneLate: Readonly<Record<LateReason, number>> = {
  cutOff: 0,
  errorLimit: 0,
  earlierStep: 0,
  leftOut: 0,
  noWindow: 0,
  failed: 0,
  unreachable: 0,
};

interface Tally {
  outcome: GroupOutcome;
  readonly waits: number[];
}

/** How it is told what kept a server from something. */
interface Means {
  readonly why: Why;
  readonly faultOf: FaultOf;
}

function lackedBy(
  story: ServerStory,
  span: Pick<Duty, "approvedAt" | "deadline">,
  { why, faultOf }: Means,
): NonCompliantServer {
  const { name, spec } = story.machine;
  const fault = faultOf(spec.id, triedRuns(story, span));
  return { name, reason: why(story, span), ...(fault === undefined ? {} : { fault }) };
}

function added(outcome: GroupOutcome, judged: Judged, story: ServerStory, end: Date, means: Means): GroupOutcome {
  const late = { ...outcome.late };
  for (const reason of judged.late) late[reason] += 1;
  const { overdue } = judged;
  // A run with a baseline of its own writes no compliance.
  const looks = story.operations.filter(
    ({ counts, baselineOverride }) => counts !== undefined && baselineOverride === undefined,
  );
  const awaits = longestStretch(looks, ({ pendingReboot }) => pendingReboot > 0, end);
  const lacking = longestStretch(looks, lacks, end);
  const long = isLong(lacking) ? [lackedBy(story, { approvedAt: lacking.from, deadline: lacking.before }, means)] : [];
  return {
    ...outcome,
    servers: outcome.servers + 1,
    onTime: outcome.onTime + judged.onTime,
    open: outcome.open + judged.open,
    late,
    overdueNow: outcome.overdueNow + (overdue?.now === true ? 1 : 0),
    overdueEver: outcome.overdueEver + (overdue === undefined ? 0 : 1),
    overdue: overdue === undefined ? outcome.overdue : [...outcome.overdue, overdue],
    neverScanned: outcome.neverScanned + (looks.length === 0 ? 1 : 0),
    neverClean:
      outcome.neverClean +
      (looks.length > 0 && looks.every(({ counts }) => counts !== undefined && lacks(counts)) ? 1 : 0),
    longNonCompliant: outcome.longNonCompliant + long.length,
    nonCompliant: [...outcome.nonCompliant, ...long],
    longAwaitingReboot: outcome.longAwaitingReboot + (isLong(awaits) ? 1 : 0),
  };
}

function byWorst(left: OverdueServer, right: OverdueServer): number {
  const own = Number(ownReasons.has(left.reason)) - Number(ownReasons.has(right.reason));
  return own || right.daysOverdue - left.daysOverdue || (left.id < right.id ? -1 : 1);
}

/** What came of every group this stack patches, by operating system. Baselines of AWS's own have no SLA to go by. */
export function groupOutcomes(played: Played, truth: Truth): readonly GroupOutcome[] {
  const { span } = played.scenario;
  const plane = truth.planeAt(span.start);
  const dutiesOf = dutyFinder(span);
  const means = { why: latenessOf(truth), faultOf: faultsOf(played) };
  const tallies = new Map<string, Tally>();
  for (const story of serverStories(played, truth)) {
    const { machine, begins } = story;
    const group = truth.groupOf(machine);
    if (group === undefined) continue;
    const baseline = plane.baselines[group.baselines[machine.os] ?? ""];
    const duties = baseline === undefined ? [] : dutiesOf(begins.table, baseline);
    const judged = judge(story, duties, span.end.getTime(), means.why);
    const key = `${group.name} ${machine.os}`;
    const tally = tallies.get(key) ?? {
      outcome: {
        group: group.name,
        os: machine.os,
        approval: group.approval,
        servers: 0,
        onTime: 0,
        late: noneLate,
        open: 0,
        waits: [],
        overdueNow: 0,
        overdueEver: 0,
        overdue: [],
        neverClean: 0,
        longNonCompliant: 0,
        nonCompliant: [],
        longAwaitingReboot: 0,
        neverScanned: 0,
      },
      waits: [],
    };
    tallies.set(key, tally);
    tally.outcome = added(tally.outcome, judged, story, span.end, means);
    for (const wait of judged.waits) tally.waits.push(wait);
  }
  return [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { outcome, waits }]) => ({
      ...outcome,
      waits: histogram(waits),
      overdue: outcome.overdue.toSorted(byWorst),
    }));
}
