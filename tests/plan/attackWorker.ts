import { planDocument } from "../../render/plan/planDocument.ts";
import { writers } from "../../render/writers/writers.ts";
import { faultReport } from "../../config/faultReport.ts";
import { attacksOf } from "./attacks.ts";
import { planOf } from "./project.ts";

/* Plans every attack of a size, or those named, and writes it in every format: a line of JSON each, with what it took. */

const [size = "", ...names] = process.argv.slice(2);

for (const [name, attack] of Object.entries(attacksOf(Number(size)))) {
  if (names.length > 0 && !names.includes(name)) continue;
  const head = attack();
  const before = process.cpuUsage();
  let outcome: string;
  let size = 0;
  try {
    const report = planOf(head);
    const { files } = head;
    const documents = [planDocument(report, { faultText: (faults) => faultReport(faults, files) })];
    size = JSON.stringify([report]).length;
    for (const write of Object.values(writers)) size += write(documents).length;
    const faults = report.head.faults.length;
    outcome = `${report.head.state}, ${String(faults)} faults, ${String(report.findings.items.length)} findings: ${String(report.head.faults[0]?.message ?? report.findings.items[0]?.message).slice(0, 90)}`;
  } catch (error) {
    outcome = `thrown: ${String(error).slice(0, 200)} ${(error instanceof Error ? (error.stack ?? "") : "").split("\n").slice(1, 4).join("|")}`;
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ name, seconds, megabytes, size, outcome })}\n`);
}
