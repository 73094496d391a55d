import { join } from "node:path";
import { projectFiles, type FolderEntry, type ProjectFiles } from "../../config/projectFiles.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import { planStacks } from "../../operations/plan.ts";

const disk = projectFiles(join(import.meta.dirname, "project"));
const repository = projectFiles(join(import.meta.dirname, "..", ".."));

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
    const list = (path: string): readonly FolderEntry[] => {
      if (path.startsWith("components")) return repository.list(path);
      const prefix = path === "" ? "" : `${path}/`;
      const names = new Map(disk.list(path).map((entry) => [entry.name, entry]));
      for (const file of this.#texts.keys()) {
        const [name = "", ...below] = file.startsWith(prefix) ? file.slice(prefix.length).split("/") : [];
        if (name !== "") names.set(name, { name, isFolder: below.length > 0 });
      }
      // As in git, a folder without files is none.
      const there = ({ name, isFolder }: FolderEntry): boolean =>
        isFolder ? list(prefix + name).length > 0 : read(prefix + name) !== undefined;
      return [...names.values()].filter(there).sort((a, b) => (a.name < b.name ? -1 : 1));
    };
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
