import { parseDocument } from "yaml";
import { projectFiles, type ProjectFiles } from "../config/projectFiles.ts";
import { planStacks } from "../operations/plan.ts";
import { planDocument } from "../render/plan/planDocument.ts";
import { paper } from "./options.ts";
import { writeText } from "../render/writers/text.ts";
import type { Show } from "./deploy.ts";
import { stackName } from "./ground.ts";
import { claim, made, type DemoRun } from "./run.ts";

const stackFile = `Pulumi.${stackName}.yaml`;
const window = "mw-install-auto";

/** The stack file as a pull request might propose it: the weekly installation on another night, and slower. */
function proposed(text: string): string {
  const document = parseDocument(text);
  const path = ["config", "patchplane:windows", window];
  document.setIn([...path, "schedule"], "cron(0 23 ? * MON *)");
  document.setIn([...path, "maxConcurrency"], "1%");
  return document.toString();
}

/** Shows what a change would mean, as its reviewer would see it, without any cloud. */
export function showPlan(run: DemoRun, show: Show): Promise<string> {
  const files = projectFiles(made(run.root, "the folder of the run"));
  show("a pull request that moves one window");
  const head: ProjectFiles = {
    list: (path) => files.list(path),
    read: (path) => (path === stackFile ? proposed(files.read(path) ?? "") : files.read(path)),
  };
  const asOf = made(run.cloud, "the embedded cloud").now();
  const [plan] = planStacks({ label: "main", files }, { label: "a pull request", files: head }, asOf, [stackName]);
  const { report } = made(plan, "the plan");
  run.printed.push(
    `A pull request that moves ${window} to Mondays and slows it down, before it is merged:\n${writeText(planDocument(report), { width: paper }).trimEnd()}`,
  );
  const touched = report.windows.filter(({ state }) => state !== "same").map(({ name }) => name);
  const reached = report.windows.find(({ name }) => name === window)?.after?.servers ?? 0;
  claim(
    run,
    report.servers.counts.changed === reached && touched.join() === window,
    `a plan of a moved window names the ${String(reached)} servers that it reaches, and no other`,
    `${String(report.servers.counts.changed)} servers change, by ${touched.join(", ")}`,
  );
  claim(
    run,
    report.findings.items.some(({ id, isNew }) => id === "window-capacity" && isNew),
    "it finds that the window would become too short for them",
    report.findings.items.map(({ id }) => id).join(", "),
  );
  return Promise.resolve(
    `patchplane plan: ${String(reached)} servers change, ${String(report.findings.new)} new findings`,
  );
}
