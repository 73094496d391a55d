import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import type { Fault } from "../domain/fault.ts";
import { byName } from "../domain/text.ts";

/** One entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Files of the project by path from its root. Links are not followed: what one points at may lie outside the project
 * and changes without a change, or an owner, of the file that was reviewed.
 */
export interface ProjectFiles {
  /**
   * The file's text; undefined when there is none.
   * @throws NoPlainFile when it, or a folder on the way to it, is a link, or when it is no regular file
   */
  read(path: string): string | undefined;
  /**
   * The folder's entries in the order of their names; none when there is no such folder.
   * @throws NoPlainFile when the folder, or below the root one of its entries, is neither a file nor a folder
   */
  list(path: string): readonly FolderEntry[];
}

/** Something stands where a file or a folder has to stand. */
export class NoPlainFile extends Error {
  readonly fault: Fault;

  /** @param path - from the project's root */
  constructor(path: string, what = "a symbolic link") {
    const fault = {
      path,
      message: `is ${what}`,
      allowed: "a regular file, in real folders",
      fix: "put the file itself there",
    };
    super(`${path} is ${what}`);
    this.name = "NoPlainFile";
    this.fault = fault;
  }
}

/** What a reading gives, or the fault of a link that it met. */
export function plainly<T>(read: () => T): T | { readonly fault: Fault } {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof NoPlainFile) return { fault: cause.fault };
    throw cause;
  }
}

/** Every part of the way from the root is looked at, because a link may stand for a folder as well. */
function refuseLinks(root: string, path: string): void {
  const parts = normalize(path).split(/[\\/]/);
  for (const [index] of parts.entries()) {
    const part = join(...parts.slice(0, index + 1));
    const status = lstatSync(join(root, part));
    if (status.isSymbolicLink()) throw new NoPlainFile(part);
    if (!status.isFile() && !status.isDirectory()) throw new NoPlainFile(part, "a pipe, a socket or a device");
  }
}

/** The root holds what is nobody's concern here, such as linked modules; its files are looked at when they are read. */
function entriesOf(root: string, path: string): readonly FolderEntry[] {
  refuseLinks(root, path);
  return readdirSync(join(root, path), { withFileTypes: true }).map((entry) => {
    const inRoot = normalize(path) === ".";
    if (!inRoot && !entry.isFile() && !entry.isDirectory()) refuseLinks(root, join(path, entry.name));
    return { name: entry.name, isFolder: entry.isDirectory() };
  });
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
    read: (path) =>
      unlessMissing(() => {
        refuseLinks(root, path);
        return beginningOf(join(root, path));
      }, undefined),
    list: (path) => [...unlessMissing(() => entriesOf(root, path), [])].sort(byName),
  };
}

/** The fault of a path in the stack file that does not stay below the project's root; undefined for one that does. */
export function outsideProject(path: string, setting: string): Fault | undefined {
  const plain = normalize(path);
  return isAbsolute(plain) || plain.split(/[\\/]/)[0] === ".."
    ? { path: setting, message: "leaves the project", value: path, allowed: "a path from the project's root" }
    : undefined;
}
