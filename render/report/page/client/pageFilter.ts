import { namedColumn, pageKeys, setPart } from "./address.ts";
import { afterTyping, element, found } from "./elements.ts";
import { namesIn, type Table } from "./query.ts";
import type { Page } from "./tableView.ts";

/** Names that can be offered for a key, over all tables. */
function namesOf(tables: readonly Table[], key: string): readonly string[] {
  const names = tables.flatMap((table) => {
    const column = namedColumn(table, key);
    if (column === undefined) return [];
    const texts = column.texts.filter((_, place) => column.values[place] !== null);
    return texts.flatMap((text) => namesIn(column.kind, text));
  });
  return [...new Set(names)].sort(new Intl.Collator("en", { numeric: true }).compare);
}

/**
 * Fields that narrow every table of the page to a server, an owner, a group.
 * @returns what brings the fields up to date with the address
 */
export function addPageFilter({ tables, parts, changed }: Page): () => void {
  const form = found(document, "#page-filter", HTMLElement);
  const clear = element("button", { type: "button" }, "Show all");
  form.append("Show only");
  const inputs = pageKeys.flatMap((key) => {
    const names = namesOf(tables, key);
    if (names.length === 0) return [];
    const list = element("datalist", { id: `all-${key}` }, ...names.map((value) => element("option", { value })));
    const input = element("input", { type: "search", list: list.id, autocomplete: "off", spellcheck: "false" });
    const label = `${key.slice(0, 1).toUpperCase()}${key.slice(1)} `;
    form.append(element("label", {}, label, input), list);
    const typed = afterTyping(() => {
      setPart(parts, key, input.value);
      changed();
    });
    input.addEventListener("input", typed);
    return [[key, input] as const];
  });
  form.append(clear);
  form.hidden = inputs.length === 0;
  clear.addEventListener("click", () => {
    for (const [key] of inputs) parts.delete(key);
    changed();
    inputs[0]?.[1].focus();
  });
  return () => {
    for (const [key, input] of inputs) {
      const value = parts.get(key) ?? "";
      if (document.activeElement !== input) input.value = value;
      input.classList.toggle("set", value !== "");
    }
    clear.hidden = inputs.every(([key]) => !parts.has(key));
  };
}
