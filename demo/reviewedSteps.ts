import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { projectFiles } from "../config/projectFiles.ts";
import { openingFaults } from "../domain/approvals/opening.ts";
import { stampOf } from "../domain/collection/stamp.ts";
import type { Fault } from "../domain/fault.ts";
import type { Server } from "../domain/server.ts";
import { approvalObject, approvalOf } from "../domain/stack/publications.ts";
import { byText, counted, firstOf } from "../domain/text.ts";
import { day, hour, instantText } from "../domain/time.ts";
import { withReports } from "../operations/report/report.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import type { ApproveJson } from "../render/approve/approveJson.ts";
import type { OpenWindowJson } from "../render/openWindow/openWindowJson.ts";
import type { ReviewJson } from "../render/review/reviewJson.ts";
import type { VerifyJson } from "../render/verify/verifyJson.ts";
import type { PatchingEntry } from "../simulator/index.ts";
import { capturesOf, cells, differences, reportedChanges, trueChanges } from "./changes.ts";
import { upAgain, type Show } from "./deploy.ts";
import { planeOf, rememberGround, stackName } from "./ground.ts";
import { collectNow } from "./reportStep.ts";
import { claim, DemoFailed, made, type DemoRun } from "./run.ts";

/** The reviewed group of the checked-in stack, and its window. */
const group = "prod-sensitive";
const windowName = "mw-install-sensitive";
const shownNames = 4;
const exec = promisify(execFile);

/** Runs a command as an operator types it, at the virtual time, and answers its JSON. */
async function patchplane<T>(run: DemoRun, verb: string, ...args: readonly string[]): Promise<T> {
  const file = join(run.projectRoot, "scripts", "patchplane.ts");
  const root = made(run.root, "the folder of the run");
  const now = made(run.cloud, "the embedded cloud").now().toISOString();
  const shared = ["--cwd", root, "--stack", stackName, "--group", group, "--as-of", now, "--json"];
  const child = spawn(process.execPath, [file, verb, ...shared, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code === 0 || code === 1) return JSON.parse(stdout) as T;
  throw new DemoFailed(`patchplane ${verb} ended with ${String(code)}: ${stderr}${stdout}`);
}

async function git(run: DemoRun, ...args: readonly string[]): Promise<string> {
  const { stdout } = await exec("git", ["-C", made(run.root, "the folder of the run"), ...args]);
  return stdout.trim();
}

/** The folder of the run as a repository of its own, with what is deployed on its main branch. */
async function beginHistory(run: DemoRun): Promise<void> {
  await git(run, "init", "--quiet", "--initial-branch", "main");
  await git(run, "config", "user.name", "patchplane demo");
  await git(run, "config", "user.email", "demo@example.com");
  // Whoever signs what they commit themselves has no key for this author.
  await git(run, "config", "commit.gpgsign", "false");
  await git(run, "add", "Pulumi.yaml", `Pulumi.${stackName}.yaml`, "fleet", "approvals");
  await git(run, "commit", "--quiet", "--message", "What is deployed");
}

/** What to approve: the CVE that most servers lack the updates of, exploited ones before others; else one package. */
function mostUrgent({ reviews }: ReviewJson): readonly [option: string, name: string] | undefined {
  const approvable = reviews.flatMap(({ updates }) => updates).filter(({ unapprovable }) => unapprovable === null);
  const exploited = approvable.filter((update) => update.exploited);
  const lacking = new Map<string, Set<string>>();
  for (const { cves, servers } of exploited.length > 0 ? exploited : approvable) {
    const ids = new Set(servers.map(({ id }) => id));
    for (const cve of cves) lacking.set(cve, ids.union(lacking.get(cve) ?? new Set()));
  }
  const [worst] = [...lacking].toSorted(([a, on], [b, before]) => before.size - on.size || byText(a, b));
  if (worst !== undefined) return ["--cve", worst[0]];
  const [first] = approvable;
  return first === undefined ? undefined : ["--package", first.id];
}

/** Reviews the group by its servers' last scans, and approves the updates of one CVE on a branch. */
export async function approveReviewed(run: DemoRun, show: Show): Promise<string> {
  show("patchplane review");
  const review = await patchplane<ReviewJson>(run, "review");
  const { scan, updates } = made(review.reviews[0], "a review");
  const chosen = mostUrgent(review);
  const missing = `review: ${counted(updates.length, "update")} missing in ${group}`;
  if (chosen === undefined) return `${missing}, and nothing to approve`;
  const [, because] = chosen;
  show(`patchplane approve ${chosen.join(" ")}`);
  await beginHistory(run);
  // Servers with something wrong have no fresh scan, which it would stop for.
  const wish = ["--scan", scan, ...chosen, "--note", `${because}, by the demo`, "--partial", "--yes"];
  const approved = await patchplane<ApproveJson>(run, "approve", ...wish);
  run.approved = { ...approved, because };
  const lacking = new Set(approved.updates.flatMap(({ servers }) => servers)).size;
  return `${missing}; approved: ${counted(approved.updates.length, "update")} for ${because}, on ${counted(lacking, "server")}`;
}

/** Merges the approval, and deploys it. */
export async function deployApproval(run: DemoRun, show: Show): Promise<string> {
  if (run.approved === undefined) return "nothing to merge";
  const { branch, title } = run.approved;
  await git(run, "switch", "--quiet", "main");
  await git(run, "merge", "--quiet", "--no-ff", "--message", `Merge: ${title}`, branch ?? "");
  const root = made(run.root, "the folder of the run");
  if (run.options.keep) await rememberGround(root);
  const plane = planeOf(root);
  run.plane = plane;
  show("pulumi up");
  const touched = await upAgain(run);
  const window = made(plane.windows[windowName], windowName);
  const list = approvalObject(made(approvalOf(plane, window), "an approval in force")).key;
  const meant = window.locations.flatMap((at) => [
    `${at}-storage-${list}`,
    `${at}-${windowName}`,
    `${at}-${windowName}-`,
  ]);
  const strange = touched.filter(
    (name) => !meant.some((each) => (each.endsWith("-") ? name.startsWith(each) : name === each)),
  );
  claim(
    run,
    touched.length > 0 && strange.length === 0,
    `the merged approval changed ${counted(touched.length, "resource")}, which are the list and the window of ${group} in ${counted(window.locations.length, "location")}`,
    firstOf(strange, shownNames),
  );
  return `merged and deployed: ${counted(touched.length, "resource")} changed`;
}

/** The first hour with the least that stands against opening the window: as a rule nothing, as no other one is open then. */
function bestHour(run: DemoRun): { readonly at: Date; readonly faults: readonly Fault[] } {
  const { plane, now } = { plane: made(run.plane, "the plane"), now: made(run.cloud, "the embedded cloud").now() };
  const window = made(plane.windows[windowName], windowName);
  const hours = Array.from({ length: 24 }, (_, index) => new Date(now.getTime() + (index + 1) * hour));
  const tried = hours.map((at) => ({ at, faults: openingFaults(plane, window, window.locations, at, now) }));
  return made(tried.toSorted((a, b) => a.faults.length - b.faults.length)[0], "an hour to open the window at");
}

/** Opens the window, and lets the time pass until it has closed. */
export async function installApproved(run: DemoRun, show: Show): Promise<string> {
  if (run.approved === undefined) return "no window to open";
  const best = bestHour(run);
  // A small drawn fleet: of four servers a share is one at once, and the window is too short for one after another.
  if (best.faults.length > 0) return `no window to open: ${best.faults.map(({ message }) => message).join("; ")}`;
  const at = instantText(best.at);
  show("patchplane open-window");
  const order = ["--at", at, "--reason", "the demo", "--anyway", "--yes"];
  const opened = await patchplane<OpenWindowJson>(run, "open-window", ...order);
  run.opens = new Date(opened.at);
  show(`until ${opened.closes}`);
  await made(run.cloud, "the embedded cloud").advanceTo(new Date(opened.closes));
  return `window: open from ${opened.at} to ${opened.closes} in ${counted(opened.locations.length, "location")}`;
}

/** What was installed or is meant to be: `server package version`, on Windows `server KB…`. */
function installText(server: string, name: string, version: string): string {
  return `${server} ${version.startsWith("KB") ? version : `${name} ${version.replace(/^0:/, "")}`}`;
}

/** The name in an id such as `openssl.amd64`. */
function packageName(id: string): string {
  return id.replace(/\.[^.]+$/, "");
}

function approvedInstalls({ updates }: ApproveJson): ReadonlySet<string> {
  return new Set(
    updates.flatMap(({ id, version, servers }) =>
      servers.map((server) => installText(server, packageName(id), version ?? id)),
    ),
  );
}

/** What truly was installed on servers of the group since the window opened. */
function trueInstalls(run: DemoRun): readonly PatchingEntry[] {
  const own = new Set(groupServers(run).map(({ id }) => id));
  const opens = made(run.opens, "an opened window");
  return made(run.cloud, "the embedded cloud").journal.entries.filter(
    (entry): entry is PatchingEntry =>
      entry.kind === "patching" && own.has(entry.machine) && entry.packages.length > 0 && entry.endsAt > opens,
  );
}

function groupServers(run: DemoRun): readonly Server[] {
  return made(run.plane, "the plane").fleet.filter((server) => server.patchGroup === group);
}

/** Verifies the servers, and holds what was approved, what was installed and what is said of it against each other. */
export async function verifyInstalled(run: DemoRun, show: Show): Promise<string> {
  if (run.approved === undefined || run.opens === undefined) return "nothing to verify";
  const { approved } = run;
  show("patchplane verify");
  const verified = await patchplane<VerifyJson>(run, "verify", "--no-scan");
  const installs = trueInstalls(run);
  const servers = new Set(installs.map(({ machine }) => machine));
  const installed = new Set(
    installs.flatMap(({ machine, packages }) => packages.map(({ name, to }) => installText(machine, name, to))),
  );
  const meant = approvedInstalls(approved);
  const along = verified.servers.flatMap(({ id: server, changes }) =>
    changes.filter(({ kind }) => kind === "dependency").map(({ id }) => `${server} ${packageName(id)} `),
  );
  const more = [...installed.difference(meant)];
  const strange = more.filter((each) => !along.some((dependency) => each.startsWith(dependency)));
  const packages = new Set(more.map((each) => each.slice(each.indexOf(" "))));
  const besides = packages.size === 0 ? "" : ` and ${counted(packages.size, "dependency", "dependencies")} of it`;
  claim(
    run,
    installed.size > 0 && strange.length === 0,
    `the window installed what was approved, ${counted(approved.updates.length, "update")}${besides}, on ${counted(servers.size, "server")} of ${group}, and nothing else on any of its ${counted(groupServers(run).length, "server")}`,
    firstOf(strange, shownNames),
  );
  const left = new Set([...meant.difference(installed)].map((each) => each.split(" ")[0] ?? ""));
  const said = (state: string): ReadonlySet<string> =>
    new Set(
      verified.servers.flatMap(({ id: server, entries }) =>
        entries
          .filter((entry) => entry.state === state)
          .map(({ id, version }) => installText(server, packageName(id), version ?? id)),
      ),
    );
  const wrong = [
    ...installed.intersection(meant).difference(said("installed")),
    ...said("missing").intersection(installed),
  ];
  const silent = [...left].filter((id) => verified.servers.find((each) => each.id === id)?.reasons[0] === undefined);
  claim(
    run,
    wrong.length === 0 && silent.length === 0,
    left.size === 0
      ? "verify finds each of them in its place"
      : `verify finds each of them in its place, and says why ${counted(left.size, "other server")} did not get them`,
    firstOf([...wrong, ...silent], shownNames),
  );
  const rows = await reportGroup(run, show);
  run.outcome = [
    run.outcome,
    "",
    `Then ${group}, whose servers get only what is approved:`,
    `  approved: ${counted(approved.updates.length, "update")} for ${approved.because}, by the merge of ${approved.file}`,
    `  installed: exactly these${besides}, on ${counted(servers.size, "server")}; nothing else on any`,
    `  not reached: ${
      left.size === 0
        ? "none"
        : firstOf(
            [...left].map((id) => groupServers(run).find((server) => server.id === id)?.name ?? id),
            shownNames,
          )
    }`,
    `  reported: ${counted(rows, "package change")}, each with the file that approved it`,
  ].join("\n");
  return `verify and report: ${counted(approved.updates.length, "approved update")} on ${counted(servers.size, "server")}, and nothing else`;
}

/** Reports what changed on the group since the two weeks' report; the number of changes. */
async function reportGroup(run: DemoRun, show: Show): Promise<number> {
  const cloud = made(run.cloud, "the embedded cloud");
  const root = made(run.root, "the folder of the run");
  const before = made(run.collectedAfter, "the collection of before");
  await cloud.advanceTo(new Date(cloud.now().getTime() + day));
  const after = await collectNow(run, show, [group]);
  const store = folderStore(join(root, "collections"));
  const context = { root, files: projectFiles(root), stack: stackName, plane: made(run.plane, "the plane"), store };
  const pair = [stampOf(before), stampOf(after)] as const;
  const answer = await withReports({ ...context, copies: join(root, "parquet"), asOf: after }, (opened) =>
    opened.report({ kind: "changes", pair, groups: [group] }),
  );
  if ("faults" in answer) throw new DemoFailed(answer.faults.map(({ message }) => message).join("; "));
  const { report } = answer;
  const own = new Set(groupServers(run).map(({ id }) => id));
  const entries = cloud.journal.entries.filter((entry) => "machine" in entry && own.has(entry.machine));
  const apart = new Set(cells(report, "not-compared", ["node"]).map(([node]) => String(node)));
  const truth = trueChanges(entries, await capturesOf(store, pair[0]), before);
  const rows = cells(report, "changes", ["approved_by"]);
  const different = differences(truth, reportedChanges(report), apart);
  // Nobody's deployment workflow runs here, which would leave a record of who approved.
  const unapproved = rows.filter(([by]) => by !== `${run.approved?.file ?? ""} (by its name alone)`);
  claim(
    run,
    rows.length > 0 && different.length === 0 && unapproved.length === 0,
    `the report of the group has exactly these ${counted(rows.length, "change")}, each by ${run.approved?.file ?? ""}, the file of its day`,
    firstOf([...different, ...unapproved.map(([by]) => `approved by ${String(by)}`)], shownNames),
  );
  return rows.length;
}
