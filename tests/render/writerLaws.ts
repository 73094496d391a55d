import { parse } from "csv-parse/sync";
import { expect } from "chai";
import fc from "fast-check";
import type { Document } from "../../render/document.ts";
import { writers } from "../../render/writers/writers.ts";

/** Pieces that end, open, ping, run or turn something in one of the formats. */
const pieces = [
  ..."`|<>&\"'\\*_~[]()!#@=+-:;,$ \t\r\n\u0000\u0007\u001b\u009b\u200e\u202e\u2066\u2028a1".split(""),
  "```",
  "</summary>",
  "</details>",
  "<img src=x onerror=y>",
  "<!--",
  "@everyone",
  "#123",
  "GH-12",
  "https://evil.example/",
  "www.evil.example",
  "\u001b]8;;",
  "=cmd()",
  "1. ",
];
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));

const fence = /^ *(`{3,})text\n[\s\S]*?\n *\1$/gm;

/** Markdown without fenced blocks and code spans, as CommonMark finds them. */
function withoutCode(markdown: string): string {
  // From left to right, as a sign that is escaped begins no span; what is escaped is seen but by those that look for code.
  const escapeOrSpan = /\\([^\n])|(`+)(?!`)[^\n]*?(?<!`)\2(?!`)/g;
  return markdown
    .replace(fence, "")
    .replace(escapeOrSpan, (_, escaped: string | undefined) => (escaped ?? "").replace(/[`<\\]/, ""));
}

/** How many bars stand in each line of Markdown that belongs to a table. */
function bars(markdown: string): readonly number[] {
  return markdown
    .replace(fence, "")
    .split("\n")
    .filter((row) => row.startsWith("| "))
    .map((row) => row.match(/(?<!\\)\|/g)?.length ?? 0);
}

/**
 * The laws of every format, of documents with a hostile text wherever a text can stand: they have the elements, the
 * cells and the rows that a harmless text gives them.
 */
export function keepsTheLaws(documents: (text: string) => readonly Document[], numRuns: number): void {
  const plain = documents("x");
  const holds = (law: (hostileOnes: readonly Document[]) => void): void => {
    fc.assert(
      fc.property(hostile, (text) => {
        law(documents(text));
      }),
      { numRuns },
    );
  };

  it("sends no control character, escape sequence or turn of direction to a terminal", () => {
    holds((all) => {
      expect(writers.text(all, { all: true })).not.to.match(/[^\P{Cc}\t\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    });
  });

  it("opens no element of its own in HTML, and leaves no tag open", () => {
    const tags = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? [];
    holds((all) => {
      expect(tags(writers.html(all))).to.deep.equal(tags(writers.html(plain)));
    });
  });

  it("pings nobody, becomes no reference, link or element in Markdown", () => {
    const summary = /^ *<summary>[^<>]*<\/summary>$/gm;
    const elements = (markdown: string): readonly string[] => withoutCode(markdown).match(/<[^>]*>/g) ?? [];
    const folds = writers.markdown(plain).match(summary) ?? [];
    holds((all) => {
      const markdown = writers.markdown(all);
      // A summary is HTML, where a backslash is nothing but one.
      const summaries = markdown.match(summary) ?? [];
      const prose = withoutCode(markdown.replace(/^ *<summary>.*$/gm, ""));
      expect(summaries).to.have.lengthOf(folds.length);
      expect(elements(prose)).to.deep.equal(elements(writers.markdown(plain).replace(/^ *<summary>.*$/gm, "")));
      expect(`${prose}${summaries.join("")}`).not.to.match(/@\w|#\d|\bGH-\d|[a-z]:\/\/\w|\bwww\.\w/i);
    });
  });

  it("ends no cell in Markdown", () => {
    const expected = bars(writers.markdown(plain));
    holds((all) => {
      expect(bars(writers.markdown(all))).to.deep.equal(expected);
    });
  });

  it("runs as no formula in a spreadsheet, and ends no cell there", () => {
    const rowsOf = (csv: string): string[][] => parse(csv, { relax_column_count: true });
    // What is no table is one cell behind its heading, and code is a row a line.
    const widths = (rows: string[][]) => rows.map((row) => row.length).filter((width) => width > 2);
    holds((all) => {
      const rows = rowsOf(writers.csv(all));
      for (const cell of rows.flat()) expect(cell).not.to.match(/^[=+\-@\t\r]/);
      expect(widths(rows)).to.deep.equal(widths(rowsOf(writers.csv(plain))));
    });
  });
}
