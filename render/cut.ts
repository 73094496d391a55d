import type { Block, Document, Item, Span, Words } from "./document.ts";

/** How many rows, and how many names, a list may show; the rest is counted. */
export interface Cut {
  readonly rows: number;
  readonly names: number;
}

function moreText(more: number, noun: string): string {
  return `and ${String(more)} more ${noun} (--json lists all)`;
}

function cutSpan(span: Span, cut: Cut): Words {
  if (typeof span === "string" || span.kind !== "names") return [span];
  const more = span.names.length - cut.names;
  if (more <= 0) return [span];
  return [{ ...span, names: span.names.slice(0, cut.names) }, ` ${moreText(more, span.noun)}`];
}

function cutWords(words: Words, cut: Cut): Words {
  return words.flatMap((span) => cutSpan(span, cut));
}

function cutBlock(block: Block, cut: Cut): Block {
  switch (block.kind) {
    case "lines": {
      const { items, noun, length } = block;
      const more = noun === undefined ? 0 : Math.max(0, items.length - cut[length]);
      const shown = items.slice(0, items.length - more).map(({ words, blocks }): Item => ({
        words: cutWords(words, cut),
        blocks: blocks.map((each) => cutBlock(each, cut)),
      }));
      const rest: readonly Item[] = more === 0 ? [] : [{ words: [moreText(more, noun ?? "")], blocks: [] }];
      return { ...block, items: [...shown, ...rest] };
    }
    case "table": {
      const more = block.noun === undefined ? 0 : Math.max(0, block.rows.length - cut.rows);
      return more === 0 ? block : { ...block, rows: block.rows.slice(0, cut.rows), more };
    }
    case "heading":
    case "details":
      return { ...block, blocks: block.blocks.map((each) => cutBlock(each, cut)) };
    case "paragraph":
      return { ...block, words: cutWords(block.words, cut) };
    case "code": {
      const all = block.text.split("\n");
      const more = all.length - cut.rows;
      return more <= 0 ? block : { ...block, text: [...all.slice(0, cut.rows), moreText(more, "lines")].join("\n") };
    }
  }
}

/** A document whose long lists show their first rows, with the count of those that are left out. */
export function cutDocument(document: Document, cut: Cut): Document {
  return { ...document, blocks: document.blocks.map((block) => cutBlock(block, cut)) };
}

/** The sentence under a table that was cut; undefined where all its rows are there. */
export function leftOut({
  more = 0,
  noun = "",
}: {
  readonly more?: number;
  readonly noun?: string;
}): string | undefined {
  return more === 0 ? undefined : moreText(more, noun);
}

/** What is left of a block where hardly anything fits. */
function stub(block: Block | undefined): readonly Block[] {
  if (block?.kind === "heading") return [{ ...block, blocks: [] }];
  return block?.kind === "paragraph" ? [block] : [];
}

/** More rows than any text of a limit that matters holds. */
const mostRows = 4_096;

/**
 * A document as a text of at most so many characters: its long lists are cut, each to the same number of rows, the
 * largest with which all fits. Where that is not enough, its title and first block are left.
 */
export function fitted(document: Document, limit: number, write: (document: Document) => string): string {
  const whole = write(document);
  if (whole.length <= limit) return whole;
  let best: string | undefined;
  for (let [low, high] = [0, mostRows]; low < high;) {
    const rows = Math.floor((low + high) / 2);
    const text = write(cutDocument(document, { rows, names: rows }));
    if (text.length <= limit) [best, low] = [text, rows + 1];
    else high = rows;
  }
  if (best !== undefined) return best;
  const rest: Block = { kind: "paragraph", words: ["The rest does not fit here: run the command itself."] };
  return write({ ...document, blocks: [...stub(document.blocks[0]), rest] }).slice(0, limit);
}
