import { join } from "node:path";
import { projectFiles, type FolderEntry, type ProjectFiles } from "../../config/projectFiles.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { planStacks } from "../../operations/plan.ts";

const disk = projectFiles(join(import.meta.dirname, "project"));
const repository = projectFiles(join(import.meta.dirname, "..", ".."));

function filesBelow(folder: string): readonly string[] {
  return disk.list(folder).flatMap(({ name, isFolder }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return isFolder ? filesBelow(path) : [path];
  });
}
const onDisk = filesBelow("");

/** The instant that the specs' dates are counted from. */
export const asOf = new Date("2026-12-01T12:00:00Z");

/** Files of the sample project, as somebody changed them: a text for a path, undefined for a file taken away. */
export class Edited {
  readonly #texts = new Map<string, string | undefined>();

  text(path: string): string {
    const text = this.#texts.has(path) ? this.#texts.get(path) : disk.read(path);
    if (text === undefined) throw new Error(`the sample project has no ${path}`);
    return text;
  }

  /** Replaces what has to be there, everywhere in the file. */
  replace(path: string, old: string | RegExp, put: string): this {
    const text = this.text(path);
    const edited = text.replaceAll(typeof old === "string" ? old : new RegExp(old, "gm"), put);
    if (edited === text) throw new Error(`${path} does not hold ${String(old)}`);
    this.#texts.set(path, edited);
    return this;
  }

  append(path: string, text: string): this {
    this.#texts.set(path, this.text(path) + text);
    return this;
  }

  write(path: string, text: string): this {
    this.#texts.set(path, text);
    return this;
  }

  remove(path: string): this {
    this.#texts.set(path, undefined);
    return this;
  }

  /** Changes the rows of a fleet file; a row without text is taken away. */
  rows(path: string, change: (row: string, cells: readonly string[]) => string | undefined): this {
    const [head = "", ...rows] = this.text(path).trimEnd().split("\n");
    const edited = rows.flatMap((row) => change(row, row.split(",")) ?? []);
    if (edited.join() === rows.join()) throw new Error(`no row of ${path} is changed`);
    return this.write(path, `${[head, ...edited].join("\n")}\n`);
  }

  get files(): ProjectFiles {
    const read = (path: string): string | undefined =>
      this.#texts.has(path) ? this.#texts.get(path) : disk.read(path);
    // As in git, a folder without files is none.
    const folders = new Map<string, Map<string, FolderEntry>>();
    for (const path of new Set([...onDisk, ...this.#texts.keys()])) {
      if (this.#texts.has(path) && this.#texts.get(path) === undefined) continue;
      const parts = path.split("/");
      for (const [depth, name] of parts.entries()) {
        const folder = parts.slice(0, depth).join("/");
        const entries = folders.get(folder) ?? new Map<string, FolderEntry>();
        folders.set(folder, entries.set(name, { name, isFolder: depth < parts.length - 1 }));
      }
    }
    const list = (path: string): readonly FolderEntry[] =>
      path.startsWith("components")
        ? repository.list(path)
        : [...(folders.get(path)?.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { read, list };
  }
}

/** The plan of the sample project's production, changed from one version to another. */
export function planOf(head: Edited, { base = new Edited(), stack = "prod" } = {}): PlanReport {
  const [plan] = planStacks({ label: "main", files: base.files }, { label: "the change", files: head.files }, asOf, [
    stack,
  ]);
  if (plan === undefined) throw new Error("nothing was planned");
  return plan.report;
}
