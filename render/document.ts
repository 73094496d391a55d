/** How much a line matters; each writer has its own sign for it. */
export type Mark = "error" | "warning" | "mended";

/**
 * A piece of a sentence. Plain strings are prose: every writer escapes them as if somebody else had written them, so
 * no value has to be trusted. What is an object carries what prose cannot say.
 */
export type Span =
  | string
  /** A value to be told from the words around it: a name, an id, an expression. */
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "strong"; readonly words: Words }
  | { readonly kind: "mark"; readonly mark: Mark }
  /** A list of names in a sentence, which may be cut. */
  | { readonly kind: "names"; readonly names: readonly Words[]; readonly noun: string };

/** A sentence, or a part of one. */
export type Words = readonly Span[];

/** A sentence as the functions below take it: a string is prose without a value in it. */
export type Sentence = string | Words;

/** One line of a list, and what belongs under it. */
export interface Item {
  readonly words: Words;
  readonly blocks: readonly Block[];
}

/** What may be cut to its first rows: `rows` where a reader wants all, `names` where the first few do on a terminal. */
export type Length = "rows" | "names";

/** A list, one item a line. */
export interface Lines {
  readonly kind: "lines";
  readonly items: readonly Item[];
  /** What the items are, for the count of those that are left out; a list without is never cut. */
  readonly noun?: string;
  readonly length: Length;
}

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Rows under titles; each row has a cell for every column. */
export interface DocumentTable {
  readonly kind: "table";
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Words[])[];
  /** As of {@link Lines}. */
  readonly noun?: string;
  /** Rows that a cut left out. */
  readonly more?: number;
  /** Whether rows with an empty second cell are heads of those below, which a terminal shows in one column. */
  readonly nested?: boolean;
}

/** A part that is folded where a format can fold. */
export interface Details {
  readonly kind: "details";
  readonly summary: Words;
  readonly blocks: readonly Block[];
  /** Whether it is background, which a terminal shows only when it is asked for. */
  readonly aside: boolean;
}

/** A part of a document. */
export type Block =
  | { readonly kind: "heading"; readonly words: Words; readonly blocks: readonly Block[] }
  | { readonly kind: "paragraph"; readonly words: Words }
  | { readonly kind: "code"; readonly text: string }
  | Lines
  | DocumentTable
  | Details;

/** What a command tells a human, without a format. */
export interface Document {
  /** Undefined where the first block says what it is. */
  readonly title?: Words;
  readonly blocks: readonly Block[];
}

/** A value: a name, an id, an expression. */
export function value(text: string): Span {
  return { kind: "value", text };
}

/** Prose that is already a text, in a sentence: a reason somebody gave, a fault in words. */
export function said(text: string): Words {
  return [text];
}

function sentence(text: Sentence): Words {
  return typeof text === "string" ? [text] : text;
}

/** What stands in a sentence or a cell: strings are values, numbers are written as they are. */
type Part = string | number | Span | Words;

function spans(part: Part): Words {
  if (typeof part === "number") return [String(part)];
  if (typeof part === "string") return [value(part)];
  return part instanceof Array ? part : [part];
}

/**
 * A sentence: strings put into it are values, numbers are written as they are, words are joined.
 * `words`${name} in ${place}: ${said(reason)}``
 */
export function words(literals: TemplateStringsArray, ...parts: readonly Part[]): Words {
  return literals.flatMap((literal, index) => {
    const part = parts[index];
    return [...(literal === "" ? [] : [literal]), ...(part === undefined ? [] : spans(part))];
  });
}

/** Words that stand out. */
export function strong(...inner: Words): Span {
  return { kind: "strong", words: inner };
}

/** A sign of how much a line matters. */
export function mark(of: Mark): Span {
  return { kind: "mark", mark: of };
}

/** Names after each other, by commas. */
export function names(list: readonly (string | Words)[], noun: string): Span {
  return { kind: "names", names: list.map(spans), noun };
}

/** Parts with a text between them. */
export function joined(parts: readonly Part[], between: string): Words {
  return parts.flatMap((part, index) => [...(index === 0 ? [] : [between]), ...spans(part)]);
}

/** "a", "a and b", "a, b and c". */
export function listed(parts: readonly Part[], last = "and"): Words {
  const end = parts.at(-1);
  if (end === undefined || parts.length === 1) return joined(parts, "");
  return [...joined(parts.slice(0, -1), ", "), ` ${last} `, ...spans(end)];
}

/** A line with what belongs under it; lines under it become a list. */
export function item(line: Sentence, under: readonly (Sentence | Item)[] = [], ...blocks: readonly Block[]): Item {
  return { words: sentence(line), blocks: [...lines(under), ...blocks] };
}

/** A list; nothing where it has no lines. */
export function lines(
  all: readonly (Sentence | Item)[],
  { noun, length = "rows" }: { readonly noun?: string; readonly length?: Length } = {},
): readonly Block[] {
  if (all.length === 0) return [];
  const items = all.map((each) => (typeof each === "object" && "words" in each ? each : item(each)));
  return [{ kind: "lines", items, length, ...(noun === undefined ? {} : { noun }) }];
}

/** A part under a heading; nothing where it has no content. */
export function heading(text: string, blocks: readonly Block[]): readonly Block[] {
  return blocks.length === 0 ? [] : [{ kind: "heading", words: [text], blocks }];
}

/** A sentence of its own. */
export function paragraph(text: Sentence): Block {
  return { kind: "paragraph", words: sentence(text) };
}

/** Text whose line breaks and blanks matter. */
export function code(text: string): Block {
  return { kind: "code", text };
}

/** A part to fold; nothing where it has no content. */
export function details(summary: Sentence, blocks: readonly Block[], { aside = false } = {}): readonly Block[] {
  return blocks.length === 0 ? [] : [{ kind: "details", summary: sentence(summary), blocks, aside }];
}

/** A table; titles that end in a bar are of right-aligned columns. Strings in cells are values, numbers are counts. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly (Words | string | number)[])[],
  noun?: string,
): readonly Block[] {
  if (rows.length === 0) return [];
  const columns = titles.map((title): TableColumn =>
    title.endsWith("|") ? { title: title.slice(0, -1), align: "right" } : { title, align: "left" },
  );
  return [{ kind: "table", columns, rows: rows.map((row) => row.map(spans)), ...(noun === undefined ? {} : { noun }) }];
}

/** A table whose rows with an empty second cell are heads of those below. */
export function nestedTable(...given: Parameters<typeof table>): readonly Block[] {
  return table(...given).map((block) => (block.kind === "table" ? { ...block, nested: true } : block));
}
