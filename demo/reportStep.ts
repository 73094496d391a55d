import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { projectFiles } from "../config/projectFiles.ts";
import type { ServerRecord } from "../domain/collection/records.ts";
import { stampOf } from "../domain/collection/stamp.ts";
import { storedFiles } from "../domain/collection/stored.ts";
import type { Cell, ReportDocument } from "../domain/report/report.ts";
import { counted, firstOf } from "../domain/text.ts";
import { day, hour } from "../domain/time.ts";
import { collect } from "../operations/collect.ts";
import { openWork } from "../operations/collection/work.ts";
import type { RunSteps } from "../operations/progress.ts";
import { withReports } from "../operations/report/report.ts";
import { pageOf } from "../operations/report/site.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import { readRecords } from "../operations/store/records.ts";
import type { CollectionStore } from "../operations/store/store.ts";
import { reportPage } from "../render/report/page/reportPage.ts";
import { reportCsv } from "../render/report/reportCsv.ts";
import type { JournalEntry } from "../simulator/index.ts";
import { keepAdvisories } from "./advisoriesStep.ts";
import type { Show } from "./deploy.ts";
import { stackName } from "./ground.ts";
import { claim, DemoFailed, made, type DemoRun } from "./run.ts";

/** Folder of the checkout for what the demo reports; the run's own folder goes at its end. */
const reportFolder = join(".patchplane", "demo-report");
const shownDifferences = 4;

function stepsShownBy(show: Show): RunSteps {
  return (steps) => Promise.all(steps.map(async (step) => (await step.act(show)).value));
}

/** Collects as `patchplane collect` does, over HTTP, by the virtual clock. */
async function collectNow(run: DemoRun, show: Show): Promise<Date> {
  const cloud = made(run.cloud, "the embedded cloud");
  const plane = made(run.plane, "the plane");
  const folder = made(run.root, "the folder of the run");
  const at = cloud.now();
  const collected = await collect(plane, {
    scope: { runSteps: stepsShownBy(show) },
    store: folderStore(join(folder, "collections")),
    work: openWork(join(folder, ".patchplane", "collecting"), [stackName], at, true),
    clock: () => at,
  });
  const unread = collected.locations.filter(({ record }) => record.state !== "collected");
  if (unread.length > 0) throw new DemoFailed(`not collected: ${unread.map(({ record }) => record.reason).join("; ")}`);
  return at;
}

/** The packages of every server before anything is patched. */
export async function collectBefore(run: DemoRun, show: Show): Promise<string> {
  const cloud = made(run.cloud, "the embedded cloud");
  // By the second day every server has gathered its inventory while nothing was installed on it.
  await cloud.advanceTo(new Date(cloud.now().getTime() + day + hour));
  run.collectedBefore = await collectNow(run, show);
  return `collect: the packages of every server, as of ${run.collectedBefore.toISOString().slice(0, 16)}Z`;
}

/** What became of a package on a node: `openssl 1.1.1f-1 → 1.1.1f-2`; an rpm's epoch of 0 is the same as none. */
function changeText(name: string, from: Cell, to: Cell): string {
  const [before, after] = [from, to].map((version) => String(version ?? "").replace(/^0:/, ""));
  return `${name} ${before} → ${after}`;
}

type Changes = ReadonlyMap<string, ReadonlySet<string>>;

type InstallEntry = Extract<JournalEntry, { readonly kind: "patching" | "foreignPatching" }>;

/** When the inventory of each node of a collection was captured. */
async function capturesOf(store: CollectionStore, stamp: string): Promise<ReadonlyMap<string, Date>> {
  const captures = new Map<string, Date>();
  const files = storedFiles(await store.paths("Patchplane:Server")).filter(({ collected }) => collected === stamp);
  for (const { path } of files) {
    for await (const record of readRecords(store, path)) {
      const { resourceId, inventoryCaptured } = record as ServerRecord;
      if (inventoryCaptured !== "") captures.set(resourceId, new Date(inventoryCaptured));
    }
  }
  return captures;
}

/** Windows knows updates by their numbers, each of which takes the place of the one before. */
function isWindowsUpdate({ to }: { readonly to: string }): boolean {
  return to.startsWith("KB");
}

/**
 * What truly changed on each node after its packages were captured, on Windows after its updates were read: of several
 * changes of a package the first "from" and the last "to".
 */
function trueChanges(entries: readonly JournalEntry[], captures: ReadonlyMap<string, Date>, read: Date): Changes {
  const nodeOf = new Map(
    entries.flatMap((entry) => (entry.kind === "patching" ? [[entry.machine, entry.nodeId]] : [])),
  );
  const installs = entries
    .filter((entry): entry is InstallEntry => entry.kind === "patching" || entry.kind === "foreignPatching")
    .map((entry) => ({ ...entry, ended: entry.kind === "patching" ? entry.endsAt : entry.at }))
    .sort((a, b) => a.ended.getTime() - b.ended.getTime());
  const byNode = Map.groupBy(installs, ({ machine }) => nodeOf.get(machine) ?? machine);
  return new Map(
    [...byNode].map(([node, own]) => {
      const net = new Map<string, { readonly from: string; readonly to: string }>();
      const captured = captures.get(node) ?? read;
      for (const { ended, packages } of own) {
        for (const { name, from, to } of packages.filter((each) => ended > (isWindowsUpdate(each) ? read : captured)))
          net.set(name, { from: net.get(name)?.from ?? from, to });
      }
      const texts = [...net].map(([name, { from, to }]) =>
        isWindowsUpdate({ to }) ? changeText(to, "", to) : changeText(name, from, to),
      );
      return [node, new Set(texts)];
    }),
  );
}

/** The values of columns of a table, row by row. */
function cells(document: ReportDocument, table: string, keys: readonly string[]): readonly (readonly Cell[])[] {
  const { columns, rows } = made(
    document.tables.find(({ id }) => id === table),
    `the table ${table}`,
  );
  const places = keys.map((key) => columns.findIndex((column) => column.key === key));
  return rows.map((row) => places.map((place) => row[place] ?? null));
}

function reportedChanges(document: ReportDocument): Changes {
  const rows = cells(document, "changes", ["node", "package", "before", "after"]);
  const byNode = Map.groupBy(rows, ([node]) => String(node));
  return new Map(
    [...byNode].map(([node, own]) => [
      node,
      new Set(own.map(([, name, before, after]) => changeText(String(name), before ?? null, after ?? null))),
    ]),
  );
}

/** Where two accounts of what changed differ, on nodes that both speak of. */
function differences(truth: Changes, reported: Changes, except: ReadonlySet<string>): readonly string[] {
  const nodes = [...new Set([...truth.keys(), ...reported.keys()])].filter((node) => !except.has(node)).sort();
  return nodes.flatMap((node) => {
    const was = truth.get(node) ?? new Set<string>();
    const said = reported.get(node) ?? new Set<string>();
    return [
      ...[...was.difference(said)].map((change) => `${node}: ${change} is not in the report`),
      ...[...said.difference(was)].map((change) => `${node}: ${change} never happened`),
    ];
  });
}

/** Reports which packages changed on which server, as a page and as a file, and holds that against what truly happened. */
export async function reportChanges(run: DemoRun, show: Show): Promise<string> {
  const cloud = made(run.cloud, "the embedded cloud");
  const root = made(run.root, "the folder of the run");
  const before = made(run.collectedBefore, "the collection of before");
  // Inventory is gathered once a day: a day later no server's is older than its last installation.
  await cloud.advanceTo(new Date(cloud.now().getTime() + day));
  const after = await collectNow(run, show);
  const collections = join(root, "collections");
  await keepAdvisories(root, collections, after, stepsShownBy(show));
  const folder = join(run.projectRoot, reportFolder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const store = folderStore(collections);
  const pair = [stampOf(before), stampOf(after)] as const;
  const context = { root, files: projectFiles(root), stack: stackName, plane: made(run.plane, "the plane"), store };
  const changes = await withReports({ ...context, copies: join(root, "parquet"), asOf: after }, async (opened) => {
    const documents = await pageOf(opened, { pair });
    const asked = documents.find(({ kind }) => kind === "changes");
    const report = made(asked, "the report of changes");
    await writeFile(join(folder, "report.html"), reportPage(documents, { title: `Patching of ${stackName}` }));
    await writeFile(join(folder, "changes.csv"), reportCsv(report));
    return report;
  });
  const truth = trueChanges(cloud.journal.entries, await capturesOf(store, pair[0]), before);
  const apart = cells(changes, "not-compared", ["node", "server", "reason"]);
  const different = differences(truth, reportedChanges(changes), new Set(apart.map(([node]) => String(node))));
  const rows = cells(changes, "changes", ["node"]);
  const servers = new Set(rows.map(([node]) => node)).size;
  const but = apart.length === 0 ? "" : `, but for ${counted(apart.length, "server")} that it names as not comparable`;
  claim(
    run,
    rows.length > 0 && different.length === 0,
    `the report's ${counted(rows.length, "package change")} on ${counted(servers, "server")}, each with the version ` +
      `before and after, are what the embedded cloud's journal recorded, all of it and nothing else${but}`,
    firstOf(different, shownDifferences),
  );
  const shown = (file: string): string => relative(process.cwd(), join(folder, file));
  run.printed.push(
    `Which packages changed on which server:\n  ${shown("report.html")}    open it in a browser\n  ${shown("changes.csv")}`,
  );
  return `report: ${counted(rows.length, "package change")} on ${counted(servers, "server")}`;
}
