import { parse } from "csv-parse/sync";
import { expect } from "chai";
import fc from "fast-check";
import {
  code,
  details,
  heading,
  item,
  lines,
  names,
  paragraph,
  table,
  words,
  type Document,
} from "../../render/document.ts";
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

/** A document with the text wherever a text can stand. */
function everywhere(text: string): Document {
  return {
    title: words`${[text]} ${text}`,
    blocks: [
      paragraph([text]),
      ...heading("lists", lines([item(words`${text}: ${[text]}`, [[text]]), [names([text, text], "things")]])),
      ...heading("tables", table(["name", "text"], [[text, [text]]])),
      ...details([text], [paragraph([text])]),
      code(text),
    ],
  };
}

const shape = everywhere("x");

function holds(law: (text: string) => void): void {
  fc.assert(fc.property(hostile, law), { numRuns: 500 });
}

/** Markdown without fenced blocks and code spans, as CommonMark finds them. */
function withoutCode(markdown: string): string {
  const fence = /^ *(`{3,})text\n[\s\S]*?\n *\1$/gm;
  // From left to right, as a sign that is escaped begins no span; what is escaped is seen but by those that look for code.
  const escapeOrSpan = /\\([^\n])|(`+)(?!`)[^\n]*?(?<!`)\2(?!`)/g;
  return markdown
    .replace(fence, "")
    .replace(escapeOrSpan, (_, escaped: string | undefined) => (escaped ?? "").replace(/[`<\\]/, ""));
}

describe("a value in a document", () => {
  it("sends no control character, escape sequence or turn of direction to a terminal", () => {
    holds((text) => {
      expect(writers.text([everywhere(text)])).not.to.match(/[^\P{Cc}\t\n]|[\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
    });
  });

  it("opens no element of its own in HTML, and leaves no tag open", () => {
    const tags = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? [];
    holds((text) => {
      expect(tags(writers.html([everywhere(text)]))).to.deep.equal(tags(writers.html([shape])));
    });
  });

  it("pings nobody, becomes no reference, link or element in Markdown", () => {
    holds((text) => {
      const markdown = writers.markdown([everywhere(text)]);
      // A summary is HTML, where a backslash is nothing but one.
      const summaries = markdown.match(/^<summary>[^<>]*<\/summary>$/gm) ?? [];
      const prose = withoutCode(markdown.replace(/^<summary>.*$/m, ""));
      expect(summaries).to.have.lengthOf(1);
      expect(prose.match(/<[^>]*>/g)).to.deep.equal(["<details>", "</details>"]);
      expect(`${prose}${summaries.join("")}`).not.to.match(/@\w|#\d|\bGH-\d|[a-z]:\/\/\w|\bwww\.\w/i);
    });
  });

  it("ends no cell in Markdown", () => {
    holds((text) => {
      const rows = writers.markdown([everywhere(text)]).split("\n");
      const begin = rows.indexOf("| name | text |");
      const bars = rows[begin + 2]?.match(/(?<!\\)\|/g);
      expect(bars, rows[begin + 2]).to.have.lengthOf(3);
      expect(rows[begin + 3]).to.equal("");
    });
  });

  it("runs as no formula in a spreadsheet, and ends no cell there", () => {
    holds((text) => {
      const rows: string[][] = parse(writers.csv([everywhere(text)]), { relax_column_count: true });
      for (const cell of rows.flat()) expect(cell).not.to.match(/^[=+\-@\t\r]/);
      expect(rows.filter((row) => row.length === 3)).to.have.lengthOf(2);
    });
  });
});
