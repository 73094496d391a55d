import { markdownTable } from "markdown-table";
import { fitted, leftOut } from "../cut.ts";
import type { Block, Document, DocumentTable, Mark, Span, Words } from "../document.ts";
import { clean, cleanLines } from "./clean.ts";
import { wordsText } from "./text.ts";

/** Longest comment that GitHub takes, in characters. */
export const commentLimit = 65_536;

const signs: Readonly<Record<Mark, string>> = { error: "🔴", warning: "🟡", mended: "🟢" };

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** A fence lengthened beyond every run of backticks in the text. */
function codeSpan(text: string): string {
  if (text === "") return "` `";
  const fence = "`".repeat(longestRun(text) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

const link = /((?:[a-z][a-z0-9+.-]*:\/\/|www\.)[^\s`]*[^\s`.,;:!?])/giu;

/**
 * Prose in which nothing is Markdown or HTML. GitHub looks for mentions and references in the rendered text, so those
 * are parted by a blank of no width; a link becomes code, which nobody follows by accident and anybody can copy.
 */
function prose(text: string): string {
  return text
    .split(link)
    .map((part, index) =>
      index % 2 === 1
        ? codeSpan(part)
        : part
            .replaceAll("&", "&amp;")
            .replace(/[\\`*_{}[\]<>#|~$]/g, "\\$&")
            .replaceAll("@", "@\u200B")
            .replaceAll("\\#", "\\#\u200B")
            .replace(/GH-(?=\d)/gi, "$&\u200B"),
    )
    .join("");
}

function spanMarkdown(span: Span): string {
  if (typeof span === "string") return prose(clean(span));
  switch (span.kind) {
    case "value":
      return codeSpan(clean(span.text));
    case "strong":
      return `**${span.words.map(spanMarkdown).join("")}**`;
    case "mark":
      return signs[span.mark];
    case "names":
      return span.names.map((name) => name.map(spanMarkdown).join("")).join(", ");
  }
}

/** A line that begins as no list, rule or heading does. */
function line(words: Words): string {
  return words
    .map(spanMarkdown)
    .join("")
    .trim()
    .replace(/^[-+=:]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

/** A table is cut at bars before anything else is read, in code as well. */
function cell(words: Words): string {
  return words.map(spanMarkdown).join("").replace(/\\?\|/g, "\\|");
}

function tableMarkdown(block: DocumentTable): string {
  const rows = [block.columns.map(({ title }) => prose(title)), ...block.rows.map((row) => row.map(cell))];
  const align = block.columns.map((column) => (column.align === "right" ? "r" : "l"));
  const rest = leftOut(block);
  return `${markdownTable(rows, { alignDelimiters: false, align })}${rest === undefined ? "" : `\n\n${prose(rest)}`}`;
}

/** A summary is HTML to GitHub, in which Markdown is text and entities stand for themselves. */
function summary(words: Words): string {
  return wordsText(words)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[@#]/g, "$&\u200B")
    .replace(/:(?=\/\/)|www(?=\.)|GH-(?=\d)/gi, "$&\u200B");
}

function fenced(text: string): string {
  const lines = cleanLines(text).join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${fence}text\n${lines}\n${fence}`;
}

function under(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function itemMarkdown(words: Words, blocks: readonly Block[], depth: number): string {
  const parts = blocks.map((each) => `${each.kind === "lines" ? "\n" : "\n\n"}${under(blockMarkdown(each, depth))}`);
  return `- ${line(words)}${parts.join("")}`;
}

function blockMarkdown(block: Block, depth: number): string {
  switch (block.kind) {
    case "heading":
      return [`${"#".repeat(depth)} ${line(block.words)}`, ...all(block.blocks, depth + 1)].join("\n\n");
    case "paragraph":
      return line(block.words);
    case "code":
      return fenced(block.text);
    case "lines":
      return block.items.map(({ words, blocks }) => itemMarkdown(words, blocks, depth)).join("\n");
    case "table":
      return tableMarkdown(block);
    case "details": {
      const content = all(block.blocks, depth).join("\n\n");
      return `<details>\n<summary>${summary(block.summary)}</summary>\n\n${content}\n\n</details>`;
    }
  }
}

function all(blocks: readonly Block[], depth: number): readonly string[] {
  return blocks.map((block) => blockMarkdown(block, depth));
}

function whole({ title, blocks }: Document): string {
  const depth = 2;
  const head = title === undefined ? [] : [`${"#".repeat(depth)} ${line(title)}`];
  return `${[...head, ...all(blocks, depth + 1)].join("\n\n")}\n`;
}

/**
 * A document as GitHub's Markdown, details folded. No value in it can end a cell or a code span, open an element,
 * mention anybody or become a link.
 * @param limit - characters; GitHub's for a comment by default
 */
export function writeMarkdown(document: Document, limit = commentLimit): string {
  return fitted(document, limit, whole);
}
