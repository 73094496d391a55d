import { formatFault } from "../../domain/fault.ts";
import type { LivePlanLocation } from "../../domain/drift/judgeLocation.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { counted } from "../../domain/text.ts";
import { code, folded, plain, table } from "../markdown.ts";
import { cut, moreLine, type Budget } from "./planMarkdownServers.ts";
import { activationsText, limitRows } from "./planWords.ts";

function locationPart(location: LivePlanLocation, budget: Budget): string {
  const { name, accountId, region, failure, findings } = location;
  const title = `- ${code(name)} (${code(accountId)}, ${code(region)}):`;
  if (failure !== undefined) return `${title} 🔴 could not be read: ${plain(failure)}`;
  const { shown, more } = cut(findings, budget);
  const waiting = activationsText(location);
  return [
    `${title} ${findings.length === 0 ? "as the base has it" : counted(findings.length, "finding")}${waiting === "" ? "" : `; ${waiting}`}`,
    ...shown.map(
      (each) => `  - ${each.severity === "error" ? "🔴" : "🟡"} ${code(each.id)} ${plain(formatFault(each))}`,
    ),
    ...moreLine(more, "findings").map((line) => `  - ${line}`),
  ].join("\n");
}

/** What only the clouds know; nothing without `--live`. */
export function liveSection({ live }: PlanReport, budget: Budget): readonly string[] {
  if (live === undefined) return [];
  const rows = live.locations.flatMap((location) =>
    limitRows(location).map(([limit, ...cells]) => [code(location.name), limit, ...cells]),
  );
  const { shown, more } = cut(rows, budget);
  return [
    "### In the clouds now",
    live.locations.map((location) => locationPart(location, budget)).join("\n"),
    ...(rows.length === 0
      ? []
      : [
          folded(
            "limits of every location",
            [
              table(["location", "limit", "used", "added", "granted", "left"], shown, ["l", "l", "r", "r", "r", "r"]),
              ...moreLine(more, "rows"),
            ].join("\n\n"),
          ),
        ]),
  ];
}
