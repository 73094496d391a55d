import { resolve } from "node:path";
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { faultReport } from "../../config/faultReport.ts";
import { suggest } from "../../domain/nearest.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { environmentsOf } from "../../config/stackFile.ts";
import { annualCalendar } from "../../domain/plan/calendar.ts";
import type { LivePlan } from "../../domain/drift/judgeLocation.ts";
import { withLive } from "../../domain/plan/livePart.ts";
import type { LearnedMinutes } from "../../domain/plane.ts";
import { planStacks, type ProjectVersion, type StackPlan } from "../../operations/plan.ts";
import { calendarIcs } from "../../render/plan/calendarIcs.ts";
import { calendarDocument } from "../../render/plan/calendarDocument.ts";
import { planDocument } from "../../render/plan/planDocument.ts";
import type { Fault } from "../../domain/fault.ts";
import { writers } from "../../render/writers/writers.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { gitVersion } from "../cli/gitVersion.ts";
import { collected, repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { openAzure } from "../cli/invocation.ts";
import { minutesIn } from "../cli/learned.ts";
import { stepsFor } from "../cli/progress.ts";
import { UsageError } from "../cli/usageError.ts";
import { writeAside } from "../cli/writeAside.ts";

interface PlanOptions extends Pick<SharedOptions, "cwd" | "asOf" | "format" | "json"> {
  readonly stack?: readonly string[];
  readonly base?: string;
  readonly all?: boolean;
  readonly calendar?: readonly string[];
  readonly businessUnit?: string;
  readonly live?: boolean;
  readonly learned?: string;
}

function folderVersion(folder: string, option: string): ProjectVersion {
  const files = projectFiles(resolve(folder));
  if (environmentsOf(files).length > 0) return { label: folder, files };
  const message = "no stack file (Pulumi.<stack>.yaml) in the folder";
  throw new UsageError([{ path: option, message, value: folder, fix: "name a folder like this project's own" }]);
}

interface Versions {
  readonly base: ProjectVersion;
  readonly head: ProjectVersion;
}

/** The two versions: two folders, or a commit and the folder as it is. */
function versionsOf({ root, names: [before, after], options: { cwd, base } }: FleetCall<PlanOptions>): Versions {
  if (before !== undefined) {
    const faults = [
      ...(after === undefined ? [{ path: "after", message: "two folders are compared, one is given" }] : []),
      ...(base === undefined ? [] : [{ path: "--base", message: "either a commit or two folders", value: base }]),
      ...(cwd === undefined ? [] : [{ path: "--cwd", message: "two folders say where to look", value: cwd }]),
    ];
    if (after === undefined || faults.length > 0) throw new UsageError(faults);
    return { base: folderVersion(before, "before"), head: folderVersion(after, "after") };
  }
  const head = folderVersion(root, "--cwd");
  return { base: gitVersion(root, base ?? "HEAD"), head: { ...head, label: "the working tree" } };
}

function resolveVersions(call: FleetCall<PlanOptions>): Versions {
  const versions = versionsOf(call);
  const stacks = [versions.base, versions.head].flatMap(({ files }) => environmentsOf(files));
  const known = [...new Set(stacks)].sort();
  const faults = (call.options.stack ?? [])
    .filter((stack) => !known.includes(stack))
    .map((stack) => ({ path: "--stack", message: "no such stack file", value: stack, ...suggest(stack, known) }));
  if (faults.length > 0) throw new UsageError(faults);
  return versions;
}

function calendarFile(value: string, before: readonly string[] | undefined): readonly string[] {
  if (!/\.(md|ics)$/.test(value)) throw new InvalidArgumentError("allowed: a file that ends in .md or .ics");
  return collected(value, before);
}

function writeCalendars(plans: readonly StackPlan[], options: PlanOptions, asOf: Date): void {
  const files = options.calendar ?? [];
  if (files.length === 0) return;
  const [only, ...others] = plans.flatMap(({ plane }) => plane ?? []);
  if (only === undefined || others.length > 0) {
    const message = "a calendar is one stack's, and that has to be readable";
    throw new UsageError([{ path: "--calendar", message, value: files[0], fix: "name one stack by --stack" }]);
  }
  const units = [...new Set(Object.values(only.groups).flatMap((group) => group.businessUnit ?? []))];
  if (options.businessUnit !== undefined && !units.includes(options.businessUnit)) {
    const fault = { path: "--business-unit", message: "no group is that unit's", value: options.businessUnit };
    throw new UsageError([{ ...fault, ...suggest(options.businessUnit, units.toSorted()) }]);
  }
  const calendar = annualCalendar(only, asOf, options.businessUnit);
  for (const file of files) {
    writeAside(
      resolve(file),
      file.endsWith(".ics") ? calendarIcs(calendar, asOf) : writers.markdown([calendarDocument(calendar)]),
    );
  }
}

/** Asks the clouds: what is deployed is the base, what is to fit is the change. */
async function liveOf(plans: readonly StackPlan[], options: PlanOptions, asOf: Date): Promise<Map<string, LivePlan>> {
  // The clouds' SDKs are loaded when they are needed, or the offline plan would wait for them.
  const { livePlan } = await import("../../operations/drift.ts");
  const scope = { azure: openAzure(), runSteps: stepsFor(options) };
  const asked = new Map<string, LivePlan>();
  for (const { report, plane, before = plane } of plans) {
    if (plane === undefined || before === undefined) continue;
    asked.set(report.stack, await livePlan(before, asOf, scope, plane, options.learned === undefined));
  }
  return asked;
}

/** What installations took: by the collections that were named, or else by what the clouds answered. */
async function learnedOf(
  plans: readonly StackPlan[],
  root: string,
  { learned }: PlanOptions,
  live: ReadonlyMap<string, LivePlan>,
): Promise<ReadonlyMap<string, readonly LearnedMinutes[]>> {
  const found = new Map<string, readonly LearnedMinutes[]>();
  for (const { report, plane } of plans) {
    if (learned !== undefined && plane !== undefined)
      found.set(report.stack, await minutesIn(root, report.stack, plane, learned));
    const heard = live.get(report.stack)?.locations.flatMap((location) => location.learned ?? []) ?? [];
    const minutes = heard.flatMap((each) => ("minutes" in each ? each.minutes : []));
    if (minutes.length > 0) found.set(report.stack, minutes);
  }
  return found;
}

function exitCodeOf(plans: readonly StackPlan[]): number {
  if (plans.some(({ report }) => report.live?.locations.some(({ failure }) => failure !== undefined))) {
    return exitCodes.cloud;
  }
  if (plans.some(({ report }) => report.head.state === "unreadable")) return exitCodes.usage;
  return plans.some(({ report }) => report.blocking) ? exitCodes.findings : exitCodes.fine;
}

/** Adds `patchplane plan`. */
export function addPlan(program: Command, root: string): void {
  fleetCommand<PlanOptions, Versions>(program, root, {
    name: "plan",
    arguments: [
      new Argument("[before]", "folder of the old version"),
      new Argument("[after]", "folder of the new version"),
    ],
    summary: "what a change means before it is merged: servers, dates, machines, and what would fail on the night",
    description:
      "Compares two versions of stack files, fleet and approvals: the working tree with a commit, or two folders. " +
      "Asks no cloud unless --live is given. Dates are counted from --as-of, which the output names.",
    options: [
      new Option("-b, --base <ref>", "commit to compare with, at its merge base with HEAD (default: HEAD)"),
      shared.cwd(),
      repeatable("-s, --stack <name>", "only this stack; may be repeated (default: all)"),
      shared.asOf("what all dates are counted from (default: now)"),
      ...shared.format(),
      new Option(
        "--live",
        "also ask AWS and Azure: drift, baselines really used, what others patch, quotas, VMs made anew",
      ),
      shared.learned(),
      new Option("--all", "as text: also what stays as it is"),
      new Option("--calendar <file>", "also write the coming year's runs, as .md or .ics; may be repeated").argParser(
        calendarFile,
      ),
      new Option("--business-unit <name>", "only windows of that unit in the calendar"),
    ],
    exitCodes:
      "0 nothing stands against merging; 1 findings do; 2 usage, or a configuration that cannot be read; " +
      "3 with --live, a location could not be read.",
    examples: [
      "npx patchplane plan                                    what the working tree changes",
      "npx patchplane plan --base origin/main --format markdown",
      "npx patchplane plan --stack prod --calendar prod.ics --calendar prod.md",
      "npx patchplane plan ../before ../after --json",
    ],
    resolve: resolveVersions,
    run: async (versions, { root, options, asOf }) => {
      const plan = (learned?: ReadonlyMap<string, readonly LearnedMinutes[]>): readonly StackPlan[] =>
        planStacks(versions.base, versions.head, asOf, options.stack, learned);
      const offline = plan();
      const live = options.live === true ? await liveOf(offline, options, asOf) : new Map<string, LivePlan>();
      const learned = await learnedOf(offline, root, options, live);
      const plans = (learned.size === 0 ? offline : plan(learned)).map((each) => {
        const answer = live.get(each.report.stack);
        if (each.plane === undefined || answer === undefined) return each;
        return { ...each, report: withLive(each.report, each.plane, answer) };
      });
      writeCalendars(plans, options, asOf);
      const reports = plans.map(({ report }) => report);
      const faultText = (faults: readonly Fault[], version: "base" | "head"): string =>
        faultReport(faults, versions[version].files);
      return {
        exitCode: exitCodeOf(plans),
        json: (exitCode) => ({ schema: "patchplane/plan/1", exitCode, plans: reports }),
        all: options.all === true,
        // Lines of the files, with carets, are for a terminal.
        shown: (format) => reports.map((report) => planDocument(report, format === "text" ? { faultText } : {})),
      };
    },
  });
}
