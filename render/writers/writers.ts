import type { Document } from "../document.ts";
import { writeCsv } from "./csv.ts";
import { writeHtml } from "./html.ts";
import { writeMarkdown } from "./markdown.ts";
import { writeText, type TextOptions } from "./text.ts";

/** How a document can be written. */
export type Format = "text" | "markdown" | "html" | "csv";

/** The writers by their formats; each escapes values for its own. The options are a terminal's. */
export const writers: Readonly<Record<Format, (documents: readonly Document[], options?: TextOptions) => string>> = {
  text: (documents, options) => documents.map((document) => writeText(document, options)).join("\n"),
  markdown: (documents) => documents.map((document) => writeMarkdown(document)).join("\n"),
  html: writeHtml,
  csv: writeCsv,
};
