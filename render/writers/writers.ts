import type { Document } from "../document.ts";
import { writeCsv } from "./csv.ts";
import { writeHtml } from "./html.ts";
import { writeMarkdown } from "./markdown.ts";
import { writeText } from "./text.ts";

/** How a document can be written. */
export type Format = "text" | "markdown" | "html" | "csv";

/** The writers by their formats; each escapes values for its own. `all` also shows background on a terminal. */
export const writers: Readonly<
  Record<Format, (documents: readonly Document[], options?: { readonly all?: boolean }) => string>
> = {
  text: (documents, { all = false } = {}) => documents.map((document) => writeText(document, all)).join("\n"),
  markdown: (documents) => documents.map((document) => writeMarkdown(document)).join("\n"),
  html: writeHtml,
  csv: writeCsv,
};
