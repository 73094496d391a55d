import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { projectFiles } from "../../config/projectFiles.ts";
import { copiesFolder } from "../../domain/collection/stored.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { athenaLocation, athenaNames, collectionsFolder } from "../../domain/stack/athena.ts";
import { reportKinds, type ReportDocument, type ReportKind } from "../../domain/report/report.ts";
import { reportPage } from "../../render/report/page/reportPage.ts";
import { reportSite } from "../../render/report/reportSite.ts";
import { reportCsv } from "../../render/report/reportCsv.ts";
import { reportDocument } from "../../render/report/reportDocument.ts";
import { writers, type Format } from "../../render/writers/writers.ts";
import { usageLine } from "../../render/report/usageLine.ts";
import type { OpenedAthena } from "../../operations/report/athena.ts";
import type { Collections } from "../../operations/report/partitions.ts";
import type { OpenedReports } from "../../operations/report/report.ts";
import { bucketPlace } from "../../operations/store/bucketPlace.ts";
import { CloudError } from "../cli/cloudError.ts";
import { wantsJson, type Answer } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { interruptible } from "../cli/interruption.ts";
import { say } from "../cli/output.ts";
import { instant, repeatable, shared, storeAddress, usualStore, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";
import { isReplaceable, writeFolderAside } from "../cli/writeFolderAside.ts";
import { writeAside } from "../cli/writeAside.ts";

interface ReportOptions extends Omit<SharedOptions, "location"> {
  readonly store: string;
  readonly engine: Engine;
  readonly kind?: ReportKind;
  readonly run?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly collection?: string;
  readonly owner?: readonly string[];
  readonly server?: readonly string[];
  readonly output?: string;
  readonly site?: string;
}

const engines = ["duckdb", "athena"] as const;
type Engine = (typeof engines)[number];

/** How much of a report a terminal shows. */
const onTerminal = { most: 50, narrow: true };

interface Asked extends Invocation {
  readonly pair?: readonly [string, string];
  /** Where the queries are asked of Athena; this machine answers them otherwise. */
  readonly athena?: Location;
}

/** Reads `A..B`. */
function pairOf(text: string | undefined): readonly [string, string] | undefined {
  if (text === undefined) return undefined;
  const [before = "", after = "", ...more] = text.split("..");
  if (before !== "" && after !== "" && more.length === 0) return [before, after];
  const allowed = "two stamps, or what they begin with, e.g. 2026-11-08..2026-11-15";
  throw new UsageError([{ path: "--collection", message: "not two collections", value: text, allowed }]);
}

/** The location that has Athena, whose tables are over one place and no other. */
function athenaOf(plane: Plane, store: string): Location {
  const location = athenaLocation(plane);
  if (location === undefined) {
    const fix = "name a location in the stack file, patchplane:reports: { athena: { location: … } }, and deploy";
    throw new UsageError([{ path: "--engine athena", message: "the stack has no Athena", fix }]);
  }
  const allowed = athenaStore(plane, location);
  if (store !== usualStore && store !== allowed) {
    const message = "Athena's tables are over another place";
    throw new UsageError([{ path: "--store", message, value: store, allowed, fix: "leave it out" }]);
  }
  return location;
}

/** Address of the collections that Athena reads. */
function athenaStore({ environment }: Plane, location: Location): string {
  return `s3://${athenaNames(environment, location).bucket}/${collectionsFolder}`;
}

function resolveReport(call: FleetCall<ReportOptions>): Asked {
  const { run, since, until, collection, kind } = call.options;
  if (kind === "outcome" && run === undefined && call.options.site === undefined) {
    throw new UsageError([
      {
        path: "--kind outcome",
        message: "is of one run",
        fix: "name it by --run; --format html shows the newest run, --site <folder> the newest twenty, each with its id",
      },
    ]);
  }
  const ways = [run, collection, since ?? until].filter((way) => way !== undefined);
  if (ways.length > 1) {
    const message = "a run, a time, or two collections: one of them says what is compared";
    throw new UsageError([{ path: "--run, --since, --until, --collection", message }]);
  }
  const pair = pairOf(collection);
  const invocation = openInvocation(call);
  return {
    ...invocation,
    ...(pair === undefined ? {} : { pair }),
    ...(call.options.engine === "athena" ? { athena: athenaOf(invocation.plane, call.options.store) } : {}),
  };
}

type Make<T> = (opened: OpenedReports) => Promise<T>;

/** Has Athena answer the queries, and says what it read. An interruption stops what still runs there. */
async function withAthena<T>(
  { stack, plane }: Asked,
  location: Location,
  { root, options, asOf }: FleetCall<ReportOptions>,
  make: Make<T>,
): Promise<T> {
  const { withReports } = await import("../../operations/report/report.ts");
  const { openStore } = await import("../../operations/store/openStore.ts");
  const { openAthena } = await import("../../operations/report/athena.ts");
  const { QueryFailed } = await import("../../operations/report/queryFailed.ts");
  const { athenaClient } = await import("../../operations/aws/clients.ts");
  const { awsFailure } = await import("../../operations/aws/failure.ts");
  const { workgroup, database } = athenaNames(plane.environment, location);
  const scanLimitGigabytes = plane.reports.athena?.scanLimitGigabytes ?? 0;
  const place = { client: athenaClient(location), workgroup, database, scanLimitGigabytes };
  const store = openStore(plane, athenaStore(plane, location));
  let opened: OpenedAthena | undefined;
  const stop = async (): Promise<void> => opened?.stop();
  const open = (collections: Collections): OpenedAthena => (opened = openAthena(collections, place));
  try {
    const context = { root, files: projectFiles(root), stack, plane, store, copies: "", open, asOf };
    return await interruptible(stop, () => withReports(context, make));
  } catch (error) {
    const message = error instanceof QueryFailed ? error.message : `${location.name}: ${awsFailure(error, location)}`;
    throw new CloudError([{ path: "--engine athena", message }], message, error);
  } finally {
    if (opened !== undefined && !wantsJson(options)) say(`${usageLine(opened.usage())}\n`);
  }
}

/** A report as a text of the format, without what a terminal leaves out. */
function written(report: ReportDocument, format: Exclude<Format, "html"> | "json"): string {
  if (format === "json") return `${JSON.stringify(report, undefined, 2)}\n`;
  return format === "csv" ? reportCsv(report) : writers[format]([reportDocument(report)]);
}

/** Whether everything that was asked about is known. */
function isWhole({ unknowns, summary }: ReportDocument): boolean {
  return unknowns.length === 0 && summary.every(({ tone, value }) => tone !== "unknown" || value === 0);
}

/** Opens the collections, and has something made of their reports. */
async function withStore<T>(asked: Asked, call: FleetCall<ReportOptions>, make: Make<T>): Promise<T> {
  const { stack, plane, athena } = asked;
  const { root, options, asOf } = call;
  if (athena !== undefined) return withAthena(asked, athena, call, make);
  // DuckDB and the clouds' SDKs are loaded when they are needed, or --help would wait for them.
  const { withReports } = await import("../../operations/report/report.ts");
  const { openStore } = await import("../../operations/store/openStore.ts");
  const bucket = bucketPlace(options.store);
  const address = storeAddress(root, options.store);
  const store = openStore(plane, address);
  const copies =
    bucket === undefined
      ? join(address, copiesFolder)
      : join(root, ".patchplane", "reports", bucket.bucket, bucket.prefix);
  return withReports({ root, files: projectFiles(root), stack, plane, store, copies, asOf }, make);
}

function questionOf({ pair }: Asked, { options }: FleetCall<ReportOptions>) {
  const { run, since, until, owner, server, group } = options;
  return {
    ...(pair === undefined ? {} : { pair }),
    ...(run === undefined ? {} : { run }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(group === undefined ? {} : { groups: group }),
    ...(owner === undefined ? {} : { owners: owner }),
    ...(server === undefined ? {} : { servers: server }),
  };
}

async function report(asked: Asked, call: FleetCall<ReportOptions>): Promise<ReportDocument> {
  const { kind = "changes" } = call.options;
  const read = await withStore(asked, call, (opened) => opened.report({ kind, ...questionOf(asked, call) }));
  if ("faults" in read) throw new UsageError(read.faults);
  return read.report;
}

/** The reports of a page: of the kind that was named, else of all that belong together. */
async function pageReports(asked: Asked, call: FleetCall<ReportOptions>): Promise<readonly ReportDocument[]> {
  if (call.options.kind !== undefined) return [await report(asked, call)];
  const { pageOf } = await import("../../operations/report/site.ts");
  const reports = await withStore(asked, call, (opened) => pageOf(opened, questionOf(asked, call)));
  // What stands against all of them stands against one, which says it.
  return reports.length === 0 ? [await report(asked, call)] : reports;
}

/** What is shown: the text, or where it was written. */
function put(text: string, output: string | undefined): string {
  if (output === undefined) return text;
  const file = resolve(output);
  writeAside(file, text);
  return `${file} written\n`;
}

function exitCodeOf(reports: readonly ReportDocument[]): number {
  return reports.every(isWhole) ? exitCodes.fine : exitCodes.findings;
}

/** Writes a site of reports, in the place of the one before. */
async function writeSite(asked: Asked, call: FleetCall<ReportOptions>, folder: string): Promise<Answer> {
  if (!isReplaceable(folder)) {
    const message = "holds files that no report wrote";
    throw new UsageError([{ path: "--site", message, value: folder, fix: "name a new folder, or an empty one" }]);
  }
  const { siteOf } = await import("../../operations/report/site.ts");
  const groups = Object.keys(asked.plane.groups).sort();
  const site = await withStore(asked, call, (opened) => siteOf(opened, asked.stack, call.options.group ?? groups));
  writeFolderAside(folder, reportSite(site));
  const reports = [...site.overall, ...[...site.runs, ...site.groups].flatMap(({ documents }) => documents)];
  return { exitCode: exitCodeOf(reports), shown: `${join(folder, "index.html")} written\n` };
}

/** Adds `patchplane report`. */
export function addReport(program: Command, root: string): void {
  fleetCommand<ReportOptions, Asked>(program, root, {
    name: "report",
    summary: "which packages changed on which server, what is missing and since when, from stored collections",
    description:
      "Reports on collections that `patchplane collect` has stored. Asks no cloud, but for a store in a bucket and with --engine athena. Without " +
      "--run, --since or --collection the last two collections are compared.",
    options: [
      shared.cwd(),
      shared.stack(),
      new Option(
        "--kind <kind>",
        "what the report is about (default: changes; of a page, all that belong together)",
      ).choices(reportKinds),
      shared.store("folder, or s3://bucket/prefix, that collect has written; with Athena its own bucket"),
      new Option("--engine <engine>", "what answers the queries: this machine, or the stack's Athena")
        .choices(engines)
        .default("duckdb"),
      new Option("--run <id>", "what one run did: the window's execution id, or a command's id"),
      new Option("--since <instant>", "from the last collection before this").argParser(instant),
      new Option("--until <instant>", "to the last collection before this (default: --as-of)").argParser(instant),
      new Option("--collection <from..to>", "two collections by their stamps, or by what those begin with"),
      shared.groups(),
      repeatable("--owner <name>", "only servers of this owner; may be repeated"),
      repeatable("--server <name>", "only this server, by name, node or id of the fleet file; may be repeated"),
      shared.asOf("what ages are counted to (default: now)"),
      ...shared.format(),
      new Option("-o, --output <file>", "write there, with all rows, and print where"),
      new Option("--site <folder>", "write pages instead: an index, the newest runs, each group"),
    ],
    exitCodes:
      "0 the report was made; 1 part of what it is about is not known, and it says what; 2 usage, " +
      "configuration, or no such collections; 3 Athena did not answer.",
    examples: [
      "npx patchplane report --stack prod",
      "npx patchplane report --stack prod --run 6f0c1f0e-0000-4000-8000-000000000001 --format csv --output run.csv",
      "npx patchplane report --stack prod --format html --output patching.html",
      "npx patchplane report --stack prod --kind owner --owner team-web",
      "npx patchplane report --stack prod --site reports-site",
      "npx patchplane report --stack prod --engine athena --kind compliance",
      "npx patchplane report --stack prod --collection 2026-11-08..2026-11-15 --server web-01 --json",
    ],
    resolve: resolveReport,
    run: async (asked, call) => {
      if (call.options.site !== undefined) return writeSite(asked, call, resolve(call.options.site));
      const { output, format: asFormat = "text", json, kind, run } = call.options;
      const format = json === true ? "json" : asFormat;
      if (format === "html") {
        const reports = await pageReports(asked, call);
        const title = kind === undefined && run === undefined ? { title: `Patching of ${asked.stack}` } : {};
        return { exitCode: exitCodeOf(reports), shown: put(reportPage(reports, title), output) };
      }
      const made = await report(asked, call);
      const exitCode = exitCodeOf([made]);
      if (output !== undefined || format === "csv") return { exitCode, shown: put(written(made, format), output) };
      const shown = (each: Format) => [reportDocument(made, each === "text" ? onTerminal : {})];
      return { exitCode, json: () => made, shown };
    },
  });
}
