import { z } from "zod";
import { passedLimits } from "../../domain/rehearsal/limits.ts";
import { lateReasons, type LateReason } from "../../domain/rehearsal/outcome.ts";
import { worsened, type RehearsalReport } from "../../domain/rehearsal/report.ts";
import { operatingSystems } from "../../domain/server.ts";

/*
 * A rehearsal's JSON as the comment takes it. It was written by the code of the pull request that it is about: unknown
 * keys, other types, other words and more than a rehearsal could say are refused, and what follows from its figures is
 * judged here again.
 */

const text = z.string().max(1_000);
const count = z.int().min(0).max(1_000_000_000);
const figure = z.number().min(0).max(1_000_000_000);
const percentage = z.number().min(0).max(100);
const listOf = <T extends z.ZodType>(each: T) => z.array(each).max(200_000);
const reason = z.enum(lateReasons);

const late = z.strictObject(
  Object.fromEntries(lateReasons.map((each) => [each, count])) as Record<LateReason, typeof count>,
);

const group = z.strictObject({
  group: text,
  os: z.enum(operatingSystems),
  approval: z.enum(["automatic", "reviewed"]),
  servers: count,
  onTime: count,
  late,
  open: count,
  medianDays: figure.exactOptional(),
  p95Days: figure.exactOptional(),
  overdueNow: count,
  overdueEver: count,
  overdue: listOf(z.strictObject({ name: text, id: text, reason, daysOverdue: figure, now: z.boolean() })),
  neverClean: count,
  longNonCompliant: count,
  nonCompliant: listOf(z.strictObject({ name: text, reason, fault: text.exactOptional() })),
  longAwaitingReboot: count,
  neverScanned: count,
});

const window = z.strictObject({
  window: text,
  location: text,
  operation: z.enum(["scan", "install"]),
  runs: count,
  notRun: count,
  overruns: count,
  servers: count,
  untouched: z.strictObject({ cutOff: count, unreachable: count, errorLimit: count, earlierStep: count }),
  failed: count,
  longestMinutes: count,
  minutesToCutoff: count,
  minutesOpen: count,
  minutesUsed: count,
});

const instant = z.iso.datetime();

const figures = z.strictObject({
  label: text,
  servers: count,
  groups: listOf(group),
  windows: listOf(window),
  breaches: listOf(
    z.strictObject({
      kind: z.enum(["leftStopped", "reboot", "unapproved"]),
      server: text,
      group: text,
      at: instant,
      what: text,
    }),
  ),
});

const written = z.strictObject({
  schema: text,
  exitCode: z.int(),
  stack: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/),
  terms: z.strictObject({
    begin: instant,
    weeks: z.int().min(1).max(53),
    faults: z.number().min(0).max(1),
    seeds: z.array(z.int().min(1).max(100)).min(1).max(100),
    reviewerDays: z.int().min(1).max(30).exactOptional(),
    paces: listOf(z.strictObject({ os: z.enum(operatingSystems), times: figure, runs: count })).exactOptional(),
  }),
  head: figures,
  base: figures.exactOptional(),
  limits: z
    .strictObject({
      onTimePercent: percentage.exactOptional(),
      overdueServers: count.exactOptional(),
      nonCompliantServers: count.exactOptional(),
      lateByStack: count.exactOptional(),
      overruns: count.exactOptional(),
      cutOffServers: count.exactOptional(),
    })
    .exactOptional(),
  worse: z.array(z.unknown()),
  passed: z.array(z.unknown()),
});

/** The rehearsal in a JSON; undefined where it is not what `patchplane rehearse --json` writes. */
export function rehearsalIn(value: unknown): RehearsalReport | undefined {
  const { data } = written.safeParse(value);
  if (data === undefined) return undefined;
  const { stack, terms, head, base, limits } = data;
  return {
    stack,
    terms,
    head,
    worse: base === undefined ? [] : worsened(base, head),
    passed: limits === undefined ? [] : passedLimits(head, limits),
    ...(base === undefined ? {} : { base }),
    ...(limits === undefined ? {} : { limits }),
  };
}
