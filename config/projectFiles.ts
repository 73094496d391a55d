import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import type { Fault } from "../domain/fault.ts";
import { byName } from "../domain/text.ts";

/** One entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Files of the project by path from its root. */
export interface ProjectFiles {
  /** The file's text; undefined when there is none. */
  read(path: string): string | undefined;
  /** The folder's entries in the order of their names; none when there is no such folder. */
  list(path: string): readonly FolderEntry[];
}

function missing(cause: unknown): boolean {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

function unlessMissing<T, U>(read: () => T, otherwise: U): T | U {
  try {
    return read();
  } catch (cause) {
    if (missing(cause)) return otherwise;
    throw cause;
  }
}

/** Far beyond what any reader of this project takes; each says so with the file's name. */
const mostRead = 67_108_864;

/** A file's text; of one that is larger than anybody reads, its beginning. */
function beginningOf(path: string): string {
  if (statSync(path).size <= mostRead) return readFileSync(path, "utf8");
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(mostRead);
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, mostRead, 0));
  } finally {
    closeSync(file);
  }
}

/** The files below a folder of this machine. */
export function projectFiles(root: string): ProjectFiles {
  return {
    read: (path) => unlessMissing(() => beginningOf(join(root, path)), undefined),
    list: (path) => {
      const entries = unlessMissing(() => readdirSync(join(root, path), { withFileTypes: true }), []);
      return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })).sort(byName);
    },
  };
}

/** The fault of a path in the stack file that does not stay below the project's root; undefined for one that does. */
export function outsideProject(path: string, setting: string): Fault | undefined {
  const plain = normalize(path);
  return isAbsolute(plain) || plain.split(/[\\/]/)[0] === ".."
    ? { path: setting, message: "leaves the project", value: path, allowed: "a path from the project's root" }
    : undefined;
}
