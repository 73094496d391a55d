import { projectFiles } from "../../config/projectFiles.ts";
import { planStacks } from "../../operations/planStacks.ts";
import { planMarkdown } from "../../render/planMarkdown.ts";
import { answer, childTask } from "../child.ts";
import { peakMebibytes, type Cost } from "../cost.ts";
import { stackName } from "../project.ts";
import type { PlanTask } from "./task.ts";

const task = childTask() as PlanTask;
const [base, head] = [task.before, task.after].map((folder) => ({ label: folder, files: projectFiles(folder) }));
if (base === undefined || head === undefined) throw new Error("two folders are planned");
const [plan] = planStacks(base, head, new Date(task.asOf), [stackName]);
if (plan === undefined) throw new Error("nothing was planned");
const text = planMarkdown(plan.report);
// From the start of the process: what somebody waits for who types the command.
const cost: Cost = { seconds: process.uptime(), mebibytes: peakMebibytes() };
const { counts } = plan.report.servers;
if (counts.changed !== task.changed || text === "") {
  throw new Error(`${String(counts.changed)} servers change; wanted ${String(task.changed)}`);
}
await answer(cost);
