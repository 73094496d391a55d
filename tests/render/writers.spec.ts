import { expect } from "chai";
import {
  code,
  details,
  heading,
  item,
  joined,
  lines,
  listed,
  names,
  paragraph,
  strong,
  table,
  words,
  type Document,
} from "../../render/document.ts";
import { writeMarkdown } from "../../render/writers/markdown.ts";
import { writeText } from "../../render/writers/text.ts";
import { writers } from "../../render/writers/writers.ts";
import { keepsTheLaws } from "./writerLaws.ts";

/** A document with the text wherever a text can stand. */
function everywhere(text: string): Document {
  return {
    title: words`${[text]} ${text}`,
    blocks: [
      paragraph([text]),
      ...heading("lists", lines([item(words`${text}: ${[text]}`, [[text]]), [names([text, text], "things")]])),
      ...lines([text, listed([text, text, [text]]), joined([text, text], ", ")]),
      ...heading("tables", table(["name", "text"], [[text, [text]]])),
      ...details([text, strong(text), names([text], "things")], [paragraph([text])]),
      code(text),
    ],
  };
}

describe("a value in a document", () => {
  keepsTheLaws((text) => [everywhere(text)], 500);
});

describe("an address in a document", () => {
  it("ends in Markdown before the sentence's own signs", () => {
    const text = writeMarkdown({ blocks: [paragraph("see https://a.example/x, https://b.example/y.")] });
    expect(text).to.equal("see `https://a.example/x`, `https://b.example/y`.\n");
  });
});

describe("a table on a terminal", () => {
  it("shows fifty rows and counts the rest, unless all is asked for", () => {
    const rows = Array.from({ length: 60 }, (_, index) => [`server-${String(index)}`]);
    const document: Document = { blocks: table(["server"], rows, "servers") };
    expect(writeText(document).trimEnd().split("\n").slice(-2)).to.deep.equal([
      "server-49",
      "and 10 more servers (--json lists all)",
    ]);
    expect(writeText(document, { all: true }))
      .to.include("server-59")
      .and.not.include("more servers");
  });
});

describe("a folded part", () => {
  it("says in Markdown all of its summary that HTML says", () => {
    const document: Document = {
      blocks: details(words`${strong("all")} of ${names(["a", "b"], "things")}`, [code("x")]),
    };
    expect(writers.markdown([document])).to.include("<summary>all of a, b</summary>");
    expect(writers.html([document])).to.match(/<summary>.*all.* of .*a.*, .*b.*<\/summary>/);
  });
});
