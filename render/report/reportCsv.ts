import type { ReportDocument } from "../../domain/report/report.ts";
import { csvRows } from "../writers/csv.ts";

/** The first table of a report, which is what it is about, under the keys of its columns: a file for other programs. */
export function reportCsv({ tables: [first] }: ReportDocument): string {
  return first === undefined ? "" : csvRows([first.columns.map(({ key }) => key), ...first.rows]);
}
