import { z } from "zod";
import { reportKinds, type ReportDocument } from "../../../domain/report/report.ts";
import { instant } from "./shapes.ts";

const tone = z.enum(["good", "neutral", "warning", "bad", "unknown"]);
const columnKind = z.enum([
  "text",
  "code",
  "list",
  "state",
  "count",
  "days",
  "minutes",
  "percent",
  "instant",
  "date",
]);
const cell = z.union([z.string(), z.number(), z.null()]).describe("null: there is none");
const texts = z.array(z.string()).exactOptional();
const stamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d{6}Z$/);
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const key = z.string().regex(/^[a-z0-9]+(_[a-z0-9]+)*$/);

const series = z.array(
  z.strictObject({ name: z.string(), tone, values: z.array(z.union([z.number(), z.null()])) }),
);
const chart = { id, title: z.string(), note: z.string().exactOptional(), unit: z.string() };

const report: z.ZodType<ReportDocument> = z.strictObject({
  schema: z.literal("patchplane/report/1"),
  kind: z.enum(reportKinds),
  title: z.string(),
  asOf: instant.describe("the instant that ages are counted to"),
  question: z
    .strictObject({
      stack: z.string(),
      run: z.string().exactOptional(),
      since: instant.exactOptional(),
      until: instant.exactOptional(),
      before: stamp.exactOptional(),
      after: stamp.exactOptional(),
      groups: texts,
      owners: texts,
      servers: texts,
      timezone: z.string().exactOptional().describe("the stack's own zone; times are in UTC all the same"),
    })
    .describe("what was asked; what is left out was not narrowed"),
  headline: z.string().describe("the answer in one sentence"),
  summary: z.array(
    z.strictObject({ key, label: z.string(), kind: columnKind, value: cell, tone, note: z.string().exactOptional() }),
  ),
  charts: z.array(
    z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("bars"),
        ...chart,
        categories: z.array(z.string()),
        series,
        limits: series.exactOptional(),
      }),
      z.strictObject({ kind: z.literal("lines"), ...chart, instants: z.array(instant), series }),
    ]),
  ),
  tables: z.array(
    z.strictObject({
      id,
      title: z.string(),
      note: z.string().exactOptional(),
      empty: z.string().describe("said in the place of the rows where there are none"),
      columns: z.array(
        z.strictObject({
          key,
          title: z.string(),
          kind: columnKind,
          tones: z.record(z.string(), tone).exactOptional(),
        }),
      ),
      rows: z.array(z.array(cell)).describe("a cell for every column"),
    }),
  ),
  unknowns: z.array(z.string()).describe("what the report cannot know, and why"),
});

/** The JSON Schema of `patchplane/report/1`. */
export function reportJsonSchema(): object {
  return { title: "patchplane report", ...z.toJSONSchema(report) };
}
