import { z } from "zod";
import { onboardingStates } from "../../../domain/onboarding/state.ts";
import { missReasons, runEnds } from "../../../domain/status/installations.ts";
import { unknownReasons, verdicts } from "../../../domain/status/verdict.ts";
import type { StatusJson } from "../../../render/status/statusJson.ts";
import { count, text } from "./shapes.ts";

const time = text.describe("ISO 8601 in UTC");
const counts = { servers: count, compliant: count, missing: count, pendingReboot: count, failed: count, unknown: count };
const limits = {
  due: count.nullable().describe("null, as the next three, where no collections are"),
  overdue: count.nullable(),
  notCollected: count.nullable(),
  overdueDays: count.nullable(),
};
const place = { name: text, accountId: text, region: text, failure: text.nullable() };

const node = z
  .strictObject({ id: text, pingStatus: text, lastPingAt: time.nullable(), patchGroup: text.nullable() })
  .nullable();
const lastOperation = z
  .strictObject({
    operation: text,
    endedAt: time.nullable(),
    baselineId: text,
    missing: count,
    failed: count,
    pendingReboot: count,
    rejected: count,
    availableSecurity: count,
  })
  .nullable();
const onboarding = z
  .strictObject({
    state: z.enum(onboardingStates),
    detail: text,
    todo: text.nullable(),
    activationId: text.nullable(),
  })
  .nullable()
  .describe("null of a row that is no Azure VM, or of a location that was not read");

const server = z.strictObject({
  id: text.describe("of the fleet file"),
  name: text,
  cloud: z.enum(["aws", "azure"]),
  location: text,
  group: text,
  os: text,
  owner: text,
  machines: count.describe("1, but for an Auto Scaling row of a location that could not be read: its usual size"),
  timeLimits: z
    .strictObject({ due: count, overdue: count, overdueDays: count })
    .nullable()
    .describe("patches; null of a server that no collection knows"),
  verdict: z.enum(verdicts),
  reason: z.enum(unknownReasons).nullable().describe("why it is unknown; null of every other verdict"),
  freshSince: time,
  nextScan: time.nullable(),
  node,
  lastOperation,
  onboarding,
});

const installation = z.strictObject({
  group: text,
  window: text,
  startedAt: time.nullable(),
  ends: z.record(z.enum(runEnds), count).nullable().describe("servers by how their commands ended; null where not known"),
  openSince: time.nullable(),
  next: time.nullable(),
  missed: z.array(
    z.strictObject({
      id: text,
      name: text,
      location: text,
      node: text.nullable(),
      end: z.enum(runEnds),
      reason: z.enum(missReasons),
    }),
  ),
});

const lastRun = z.strictObject({
  startedAt: time,
  status: text,
  reached: z.boolean().nullable().describe("null where the run did not succeed, or had no task"),
});

const status: z.ZodType<StatusJson> = z.strictObject({
  schema: z.literal("patchplane/status/1"),
  stack: text,
  asOf: time,
  exitCode: count,
  total: z.strictObject({ ...counts, ...limits }),
  findings: z.strictObject({
    overdue: count.exactOptional().describe("where there are collections"),
    failed: count,
    unknown: count,
    onboarding: count,
    tags: count,
    windows: count,
    missed: count,
    calendars: count,
  }),
  history: z
    .strictObject({
      place: text,
      collected: z.array(z.strictObject({ location: text, collected: text })),
      gaps: z.array(text),
      failure: text.nullable(),
    })
    .nullable(),
  groups: z.array(z.strictObject({ location: text, group: text, os: text, ...counts, ...limits })),
  calendars: z.array(
    z.strictObject({ id: text, severity: z.enum(["error", "warning"]), window: text.nullable(), message: text }),
  ),
  lastInstallations: z.array(installation),
  locations: z.array(
    z.strictObject({
      ...place,
      ...counts,
      foreignNodes: z.array(
        z.strictObject({ id: text, name: text, pingStatus: text, patchGroup: text.nullable() }),
      ),
      repeatedBaselines: z.array(text),
      windows: z
        .array(z.strictObject({ name: text, id: text, servers: count.describe("of the fleet file"), lastRun }))
        .describe("without those that have no run"),
      windowsFailure: text.nullable(),
    }),
  ),
  emptyRuns: z.array(
    z.strictObject({ location: text, window: text, windowId: text, startedAt: time, servers: count }),
  ),
  unreadableSubscriptions: z.array(z.strictObject({ name: text, failure: text })),
  autoScaling: z.array(
    z.strictObject({ id: text, location: text, group: text, size: count, nodes: count }),
  ),
  patchedElsewhere: z.array(z.strictObject({ group: text, servers: count, by: text })),
  servers: z.array(server),
});

/** The JSON Schema of `patchplane/status/1`. */
export function statusJsonSchema(): object {
  return { title: "patchplane status", ...z.toJSONSchema(status) };
}
