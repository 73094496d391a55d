import { leftOut } from "../cut.ts";
import type { Block, Document, Span, Words } from "../document.ts";
import { clean, cleanLines } from "./clean.ts";
import { wordsText } from "./text.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that ends no element and no attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

function spanHtml(span: Span): string {
  if (typeof span === "string") return escaped(clean(span));
  switch (span.kind) {
    case "value":
      return `<code>${escaped(clean(span.text))}</code>`;
    case "strong":
      return `<strong>${wordsHtml(span.words)}</strong>`;
    case "mark":
      return `<strong>${span.mark}</strong>`;
    case "names":
      return span.names.map(wordsHtml).join(", ");
  }
}

function wordsHtml(words: Words): string {
  return words.map(spanHtml).join("");
}

function blockHtml(block: Block, depth: number): string {
  const under = (blocks: readonly Block[], level = depth): string =>
    blocks.map((each) => blockHtml(each, level)).join("\n");
  switch (block.kind) {
    case "heading": {
      const tag = `h${String(Math.min(depth, 6))}`;
      return `<section>\n<${tag}>${wordsHtml(block.words)}</${tag}>\n${under(block.blocks, depth + 1)}\n</section>`;
    }
    case "paragraph":
      return `<p>${wordsHtml(block.words)}</p>`;
    case "code":
      return `<pre>${escaped(cleanLines(block.text).join("\n"))}</pre>`;
    case "lines":
      return `<ul>\n${block.items.map(({ words, blocks }) => `<li>${wordsHtml(words)}${under(blocks)}</li>`).join("\n")}\n</ul>`;
    case "table": {
      const head = block.columns.map(({ title }) => `<th scope="col">${escaped(title)}</th>`).join("");
      const rows = block.rows.map(([first = [], ...cells]) => {
        const rest = cells.map((cell) => `<td>${wordsHtml(cell)}</td>`).join("");
        return `<tr><th scope="row">${wordsHtml(first)}</th>${rest}</tr>`;
      });
      const more = leftOut(block);
      const table = `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
      return `${table}${more === undefined ? "" : `\n<p>${escaped(more)}</p>`}`;
    }
    case "details":
      return `<details>\n<summary>${wordsHtml(block.summary)}</summary>\n${under(block.blocks)}\n</details>`;
  }
}

/** Documents as one page of HTML: headings, lists, tables with headed rows and columns, details; no script, no style. */
export function writeHtml(documents: readonly Document[]): string {
  const bodies = documents.map(({ title, blocks }) => {
    const head = title === undefined ? "" : `<h1>${wordsHtml(title)}</h1>\n`;
    return `<article>\n${head}${blocks.map((block) => blockHtml(block, 2)).join("\n")}\n</article>`;
  });
  const title = documents.flatMap((document) => (document.title === undefined ? [] : [wordsText(document.title)]));
  const head = `<meta charset="utf-8">\n<title>${escaped(title.join("; "))}</title>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n<main>\n${bodies.join("\n")}\n</main>\n</body>\n</html>\n`;
}
