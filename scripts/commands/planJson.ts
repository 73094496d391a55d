import { z } from "zod";
import { operatingSystems } from "../../domain/server.ts";
import type { PlanReport } from "../../domain/plan/report.ts";

/*
 * The plan's JSON as the comment takes it. It was written by the code of the pull request that it is about, so nothing
 * in it is believed: unknown keys, other types, other words and more than a comment could hold are refused.
 */

const text = z.string().max(4_000);
const optionalText = text.exactOptional();
const count = z.int().min(0).max(10_000_000);
const most = 20_000;
const listOf = <T extends z.ZodType>(each: T) => z.array(each).max(most);
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/);
const cloud = z.enum(["aws", "azure"]);
const change = z.enum(["added", "removed", "changed"]);

const difference = z.strictObject({
  field: text,
  before: text.nullable(),
  after: text.nullable(),
  list: z.literal(true).exactOptional(),
});

const fault = {
  file: optionalText,
  line: count.exactOptional(),
  column: count.exactOptional(),
  width: count.exactOptional(),
  path: text,
  message: text,
  value: z.json().exactOptional(),
  allowed: optionalText,
  fix: optionalText,
};

const finding = { ...fault, id: text, severity: z.enum(["error", "warning"]) };

const version = z.strictObject({
  label: text,
  state: z.enum(["read", "absent", "unreadable"]),
  faults: listOf(z.strictObject(fault)),
});

const counts = { gained: count, lost: count, changed: count, same: count, unpatched: count };

const server = z.strictObject({
  id: text,
  name: text,
  cloud,
  location: text,
  accountId: text,
  group: text,
  businessUnit: text,
  os: z.enum(operatingSystems),
  release: text,
  size: count,
  line: count,
});

const run = z.strictObject({
  utc: instant,
  local: instant,
  weekday: z.enum(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
  daysAfterPatchTuesday: z.int(),
  note: z.enum(["gap", "overlap", "rate"]).exactOptional(),
  freeze: optionalText,
});

const windowVersion = z.strictObject({
  schedule: text,
  timezone: text,
  operation: z.enum(["scan", "install"]),
  groups: listOf(text),
  locations: listOf(text),
  durationHours: count,
  atCutoff: z.enum(["cancel", "continue"]),
  hooked: z.strictObject({ before: z.boolean(), after: z.boolean() }),
  patience: z.strictObject({ hookPath: z.enum(["none", "aws", "own"]), deliveryMinutes: count, heldMinutes: count }),
  servers: count,
  runs: z.array(run).max(100),
});

const approved = z.strictObject({ os: text, id: text, title: text.nullable(), servers: count });

const waveRun = z.strictObject({
  id: text,
  name: text,
  subscription: text,
  location: text,
  method: z.enum(["customScript", "runCommand"]),
  script: text,
  attempt: count,
  line: count,
  reason: text,
});

const capacity = {
  hosts: count,
  minutesNeeded: z.number(),
  minutesAvailable: z.number(),
  fits: z.boolean(),
};

const report = z.strictObject({
  stack: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/),
  asOf: instant,
  base: version,
  head: version,
  changed: z.boolean(),
  blocking: z.boolean(),
  servers: z.strictObject({
    before: count,
    after: count,
    counts: z.strictObject(counts),
    countsBy: listOf(
      z.strictObject({ ...counts, dimension: z.enum(["group", "business unit", "cloud", "account"]), value: text }),
    ),
    sets: listOf(
      z.strictObject({
        kind: z.enum(["gained", "lost", "changed"]),
        reason: optionalText,
        differences: listOf(difference),
        first: z
          .strictObject({
            onContact: z.enum(["scan", "install", "installAndReboot"]).nullable(),
            runs: listOf(
              z.strictObject({
                window: text,
                does: z.enum(["scan", "install", "installApproved", "installKernels"]),
                onDemand: z.boolean(),
                next: run.nullable(),
              }),
            ),
          })
          .exactOptional(),
        count,
        servers: listOf(server),
      }),
    ),
  }),
  windows: listOf(
    z.strictObject({
      name: text,
      state: z.enum(["added", "removed", "changed", "same"]),
      before: windowVersion.exactOptional(),
      after: windowVersion.exactOptional(),
      differences: listOf(difference),
    }),
  ),
  policy: listOf(z.strictObject({ section: text, name: text, state: change, differences: listOf(difference) })),
  approvals: listOf(
    z.strictObject({
      group: text,
      state: change,
      file: text.nullable(),
      expires: text.nullable(),
      note: text.nullable(),
      scan: text.nullable(),
      added: listOf(approved),
      removed: listOf(approved),
      kept: count,
      servers: count,
      windows: listOf(z.strictObject({ name: text, onDemand: z.boolean() })),
    }),
  ),
  onboarding: z.strictObject({
    onboarded: listOf(waveRun),
    runAgain: listOf(waveRun),
    leftBehind: listOf(z.strictObject({ id: text, name: text, cloud, location: text, group: text, line: count })),
    retagged: listOf(z.strictObject({ from: text, to: text, servers: count })),
  }),
  capacity: listOf(
    z.strictObject({
      ...capacity,
      window: text,
      location: text,
      atOnce: count,
      rounds: count,
      minutesPerHost: z.number(),
      minutesFrom: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.enum(["stackFile", "model"]) }),
        z.strictObject({ kind: z.literal("measured"), os: z.enum(operatingSystems), runs: count }),
      ]),
      cutsOff: z.boolean(),
      fittingConcurrency: optionalText,
      fittingDurationHours: count.exactOptional(),
      before: z.strictObject(capacity).exactOptional(),
    }),
  ),
  reach: listOf(
    z.strictObject({
      group: text,
      approval: z.enum(["automatic", "reviewed"]),
      servers: count,
      days: count.nullable(),
      intervalDays: count.nullable(),
      delayDays: count,
      before: z.strictObject({ days: count.nullable() }).exactOptional(),
    }),
  ),
  findings: z.strictObject({
    errors: count,
    warnings: count,
    new: count,
    items: listOf(z.strictObject({ ...finding, isNew: z.boolean() })),
    mended: listOf(z.strictObject(finding)),
  }),
  switchedChecks: listOf(z.strictObject({ id: text, severity: z.enum(["error", "warning", "off"]), reason: text })),
  notes: listOf(text),
});

const plans: z.ZodType<readonly PlanReport[]> = z.array(report).max(100);

/** The plans of a plan's JSON; undefined where it is not what `patchplane plan --json` writes without `--live`. */
export function plansIn(value: unknown): readonly PlanReport[] | undefined {
  return plans.safeParse(value).data;
}
