import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { projectFiles } from "../config/projectFiles.ts";
import { stampOf } from "../domain/collection/stamp.ts";
import { counted, firstOf } from "../domain/text.ts";
import { day, hour } from "../domain/time.ts";
import { collect } from "../operations/collect.ts";
import { openWork } from "../operations/collection/work.ts";
import type { RunSteps } from "../operations/progress.ts";
import { withReports } from "../operations/report/report.ts";
import { pageOf } from "../operations/report/site.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import { reportPage } from "../render/report/page/reportPage.ts";
import { reportCsv } from "../render/report/reportCsv.ts";
import { keepAdvisories } from "./advisoriesStep.ts";
import { capturesOf, cells, differences, reportedChanges, trueChanges } from "./changes.ts";
import type { Show } from "./deploy.ts";
import { stackName } from "./ground.ts";
import { claim, DemoFailed, made, type DemoRun } from "./run.ts";

/** Folder of the checkout for what the demo reports; the run's own folder goes at its end. */
const reportFolder = join(".patchplane", "demo-report");
const shownDifferences = 4;

function stepsShownBy(show: Show): RunSteps {
  return (steps) => Promise.all(steps.map(async (step) => (await step.act(show)).value));
}

/**
 * Collects as `patchplane collect` does, over HTTP, by the virtual clock.
 * @param groups - only these patch groups
 */
export async function collectNow(run: DemoRun, show: Show, groups?: readonly string[]): Promise<Date> {
  const cloud = made(run.cloud, "the embedded cloud");
  const plane = made(run.plane, "the plane");
  const folder = made(run.root, "the folder of the run");
  const at = cloud.now();
  const collected = await collect(plane, {
    scope: { runSteps: stepsShownBy(show), ...(groups === undefined ? {} : { groups }) },
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

/** Reports which packages changed on which server, as a page and as a file, and holds that against what truly happened. */
export async function reportChanges(run: DemoRun, show: Show): Promise<string> {
  const cloud = made(run.cloud, "the embedded cloud");
  const root = made(run.root, "the folder of the run");
  const before = made(run.collectedBefore, "the collection of before");
  // Inventory is gathered once a day: a day later no server's is older than its last installation.
  await cloud.advanceTo(new Date(cloud.now().getTime() + day));
  const after = await collectNow(run, show);
  run.collectedAfter = after;
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
