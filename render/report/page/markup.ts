import { clean } from "../../writers/clean.ts";
import { escaped } from "../../writers/html.ts";

/** HTML: texts that were put into it are escaped. */
export interface Markup {
  readonly html: string;
}

type Part = string | number | Markup | readonly Markup[] | undefined;

function written(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escaped(clean(part));
  return "html" in part ? part.html : part.map(({ html }) => html).join("");
}

/** HTML with parts: texts are escaped and lose what acts on a reader, HTML stays, undefined is nothing. */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: literals.map((literal, index) => `${literal}${written(parts[index])}`).join("") };
}

/** What is made of a list; nothing of one that is empty. */
export function present<T>(list: readonly T[], make: (list: readonly T[]) => Markup): Markup | undefined {
  return list.length === 0 ? undefined : make(list);
}
