/** Keys and indexes from the top of a document to a value in it. */
export type Path = readonly PropertyKey[];

/** A path as faults show it: `windows.mw-install-auto.hooks.before[0].name`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") {
      return `${text}[${String(key)}]`;
    }
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

/** The path one step nearer to the top, `""` at the top. */
export function parentPath(text: string): string {
  return text.replace(/(\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, "");
}

/** The value at a path in the form of {@link pathText}; undefined where there is none. */
export function valueAt(document: unknown, text: string): unknown {
  const keys = text.match(/[^.[\]]+/g) ?? [];
  return keys.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    document,
  );
}
