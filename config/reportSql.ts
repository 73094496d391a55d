import { join } from "node:path";
import { queries, type ReportSql } from "../domain/report/queries.ts";
import { projectFiles } from "./projectFiles.ts";

/**
 * Reads the reports' queries and views.
 *
 * @param root the project's root
 * @throws NoPlainFile when one of them is a link; RangeError when one is missing
 */
export function loadReportSql(root: string): ReportSql {
  const files = projectFiles(root);
  const read = (name: string): string => {
    const path = join("reports", `${name}.sql`);
    const text = files.read(path);
    if (text === undefined) throw new RangeError(`${path} is missing`);
    return text.trim();
  };
  return Object.fromEntries([...queries, "views" as const].map((name) => [name, read(name)])) as ReportSql;
}
