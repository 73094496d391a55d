import { z } from "zod";
import { date, groupName, kebabName, listOf, mapping, refused, text, timeZone, whole } from "./fields.ts";
import { isMapping } from "../../domain/values.ts";

const clock = text(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM, 24 hours, quoted, for example "23:30"');

/** A line of a hook. SSM reads `{{` in a document as the beginning of a parameter. */
const line = z.string().superRefine((written, context) => {
  const fix = "write the line without {{, for example from a variable";
  if (written.includes("{{")) {
    context.addIssue(refused(written, "SSM reads {{ as the beginning of a parameter", undefined, { fix }));
  }
});

const hook = mapping({
  name: kebabName(32).describe("unique in its window"),
  linux: listOf(line, 500).default([]).describe("shell lines for Linux servers; none does nothing there"),
  windows: listOf(line, 500).default([]).describe("PowerShell lines for Windows servers"),
  timeoutSeconds: whole(30, 172_800, "seconds").default(600).describe("how long it may run"),
}).superRefine(({ linux, windows }, context) => {
  const fix = "give it linux or windows lines, or take it out";
  if (linux.length + windows.length === 0) {
    context.addIssue(refused(undefined, "the hook has no lines, so it runs nothing", undefined, { fix }));
  }
});

const once = mapping({
  group: groupName().describe(
    "patch group whose servers run them: all of it in each location of the window, so give it one server there",
  ),
  before: listOf(hook, 20).default([]).describe("run before the first server of the window, each as a task of its own"),
  after: listOf(hook, 20).default([]).describe("run after the last server of the window, each as a task of its own"),
});

const hooks = mapping({
  before: listOf(hook, 20).default([]).describe("run on each server before its patching, in this order"),
  after: listOf(hook, 20)
    .default([])
    .describe("run on each server after its patching, in this order, whether what came before failed or not"),
  mustSucceed: z
    .boolean()
    .default(false)
    .describe("whether a failing before-hook stops the patching of its server; else it is patched all the same"),
  once: once
    .optional()
    .describe("work that each run of the window does once, such as draining a load balancer; not on each server"),
}).superRefine(({ before, after, once: single }, context) => {
  const listed = (hooksOf: typeof before, ...path: string[]): { name: string; path: (string | number)[] }[] =>
    hooksOf.map(({ name }, index) => ({ name, path: [...path, index, "name"] }));
  const named = [
    ...listed(before, "before"),
    ...listed(after, "after"),
    ...listed(single?.before ?? [], "once", "before"),
    ...listed(single?.after ?? [], "once", "after"),
  ];
  for (const [index, { name, path }] of named.entries()) {
    if (named.findIndex((other) => other.name === name) === index) continue;
    const allowed = "a name of its own for each hook of a window";
    context.addIssue(refused(name, "another hook of the window has the same name", allowed, { path }));
  }
});

/** A number or its text; each form says what both take, because zod reports the one that comes nearest. */
function numberOrText(number: z.ZodNumber, pattern: RegExp, allowed: string) {
  return z.union([number, text(pattern, allowed)], allowed);
}

const daysAllowed = '0 to 6 days: "+5d" or 5';
const patchTuesdayDays = numberOrText(z.int().min(0, daysAllowed).max(6, daysAllowed), /^\+?[0-6]d?$/, daysAllowed);

/** The forms of a schedule in words. */
export const scheduleForms =
  'cron(…), rate(…), at(…), { patchTuesday: "+5d", at: "23:30" } or { dates: ["2026-12-06"], at: "22:00" }';

/** The faults of one form say nothing to somebody who wrote none of them. */
function formsUnlessOne({ input }: { readonly input?: unknown }): string | undefined {
  const form = typeof input === "string" || (isMapping(input) && ("patchTuesday" in input || "dates" in input));
  return form ? undefined : scheduleForms;
}

const scheduleOptions = [
  z.string().describe("`cron(…)`, `rate(…)` or `at(…)` as AWS reads them"),
  mapping({
    patchTuesday: patchTuesdayDays.describe('days after the second Tuesday of the month: `"+5d"` or `5`; 0 to 6'),
    at: clock.describe("time of day in the window's time zone"),
  }).describe("Patch Tuesday and some days"),
  mapping({
    dates: listOf(date(), 366)
      .min(1, "at least one date")
      .describe("quoted dates; each one is an AWS window of its own"),
    at: clock.describe("time of day in the window's time zone"),
  }).describe("a calendar"),
] as const;

/** The forms of a schedule. */
const scheduleSchema = z.union(scheduleOptions, { error: formsUnlessOne });

const concurrencyAllowed = "a number of servers from 1 to 9999999, or a percentage from 1% to 100%";
const errorsAllowed = "a number of servers from 0 to 9999999, or a percentage from 0% to 100%";

/** AWS takes seven characters in either. */
const mostServers = 9_999_999;
const maxConcurrency = numberOrText(
  z.int(concurrencyAllowed).min(1, concurrencyAllowed).max(mostServers, concurrencyAllowed),
  /^([1-9]\d{0,6}|[1-9]\d?%|100%)$/,
  concurrencyAllowed,
);
const maxErrors = numberOrText(
  z.int(errorsAllowed).min(0, errorsAllowed).max(mostServers, errorsAllowed),
  /^(0|[1-9]\d{0,6}|\d%|[1-9]\d%|100%)$/,
  errorsAllowed,
);

/** A maintenance window. */
export const windowSchema = mapping({
  operation: z.enum(["scan", "install"]).describe("what its task does"),
  groups: listOf(groupName(), 300).min(1, "at least one group").describe("names of patch groups"),
  schedule: scheduleSchema.optional().describe("when it opens; every window but an on-demand one needs it"),
  offsetDays: whole(1, 6, "days").optional().describe("days after the date of a `cron(…)` schedule"),
  timezone: timeZone().optional().describe("IANA name; the stack's own when left out"),
  durationHours: whole(1, 24, "hours").default(4).describe("how long it stays open"),
  cutoffHours: whole(0, 23, "hours").default(2).describe("hours before its end at which no new task starts"),
  atCutoff: z.enum(["cancel", "continue"]).default("cancel").describe("what becomes of running tasks at the cutoff"),
  maxConcurrency: maxConcurrency.default("30%").describe(`servers patched at once: ${concurrencyAllowed}`),
  maxErrors: maxErrors.default("10%").describe(`failures after which no more servers start: ${errorsAllowed}`),
  hooks: hooks
    .default({ before: [], after: [], mustSucceed: false })
    .describe("commands around the patching; installs only"),
  reboot: z
    .enum(["RebootIfNeeded", "NoReboot"])
    .optional()
    .describe("reboot rule of this window, in place of its groups' own; installs only"),
  onDemand: z
    .boolean()
    .default(false)
    .describe("opened by an operator, never by the clock: docs/delivery.md has the command"),
  locations: listOf(z.string(), 300)
    .min(1, "at least one location")
    .optional()
    .describe("where it exists; everywhere when left out"),
  minutesPerHost: whole(1, 600, "minutes")
    .optional()
    .describe(
      "minutes a slow server takes, hooks included, as measured; estimated when left out, for installs at 30 and its hooks' limits at least",
    ),
  baselineOverride: listOf(z.string(), 20)
    .default([])
    .describe("baselines, one per OS, that replace the groups' own in this window; such runs write no compliance"),
}).superRefine(({ operation, hooks: { before, after, once: single }, reboot, baselineOverride }, context) => {
  if (operation !== "scan") return;
  if (reboot !== undefined) {
    const more = { fix: "take it out", path: ["reboot"] };
    context.addIssue(refused(reboot, "a scan never reboots", undefined, more));
  }
  if (before.length + after.length > 0 || single !== undefined) {
    const fix = "move the hooks to the install window, or take them out";
    context.addIssue(
      refused(undefined, "a scan changes nothing, so nothing runs around it", undefined, { fix, path: ["hooks"] }),
    );
  }
  if (baselineOverride.length > 0) {
    const more = { fix: "leave it out, or install", path: ["baselineOverride"] };
    context.addIssue(refused(undefined, "a scan with a baseline override writes no compliance", undefined, more));
  }
});

/** A window as the schema leaves it. */
export type WindowSettings = z.output<typeof windowSchema>;
