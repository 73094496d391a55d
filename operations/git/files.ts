import { execFileSync } from "node:child_process";
import { basename, dirname, normalize } from "node:path/posix";
import { NoPlainFile, type FolderEntry, type ProjectFiles } from "../../config/projectFiles.ts";
import { byName } from "../../domain/text.ts";
import { isUntrusted } from "./untrusted.ts";

/** A commit that files are read from. */
export interface Commit {
  /** Full hash. */
  readonly hash: string;
  readonly files: ProjectFiles;
}

/** Why a commit cannot be read, in the words of an operator. */
export class GitFailure extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GitFailure";
    this.fix = fix;
  }
}

/** Fleet files of 10,000 rows have some megabytes. */
const maxBuffer = 256 * 1024 * 1024;

function isMissingProgram(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function git(root: string, ...args: readonly string[]): string {
  try {
    return execFileSync("git", ["-C", root, ...args], {
      encoding: "utf8",
      maxBuffer,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    if (isMissingProgram(cause)) {
      throw new GitFailure("git is not on the PATH", "install git, or compare two folders", { cause });
    }
    if (isUntrusted(cause)) {
      const fix = "give it to who runs this, or name it to git config --global --add safe.directory";
      throw new GitFailure("git does not trust the folder, which belongs to somebody else", fix, { cause });
    }
    throw cause;
  }
}

/** Runs git; undefined where it says no. */
function asked(root: string, ...args: readonly string[]): string | undefined {
  try {
    return git(root, ...args).trim();
  } catch (cause) {
    if (cause instanceof GitFailure) throw cause;
    return undefined;
  }
}

/**
 * The commit in which a branch was left: the merge base of a ref and HEAD, as `git diff ref...` has it, so that what
 * happened on the ref since then does not look like a change of ours. Of HEAD, HEAD itself.
 *
 * @param root - a folder of the repository; paths count from it, also where it is not the repository's top
 * @throws GitFailure when there is no repository, no such ref, or no common history
 */
export function baseCommit(root: string, ref: string): Commit {
  if (asked(root, "rev-parse", "--is-inside-work-tree") !== "true") {
    throw new GitFailure("not a git repository", "name the folder of one, or compare two folders");
  }
  // With a leading hyphen it would be an option.
  const commit = ref.startsWith("-") ? undefined : asked(root, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === undefined) {
    throw new GitFailure(
      "git knows no such commit",
      "fetch it first (in a workflow: fetch-depth: 0), or correct its name",
    );
  }
  const hash = asked(root, "merge-base", commit, "HEAD");
  if (hash === undefined) {
    throw new GitFailure("shares no history with HEAD", "fetch the whole history (in a workflow: fetch-depth: 0)");
  }
  return { hash, files: filesOf(root, hash) };
}

interface Listing {
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, FolderEntry>>;
  /** Paths of symbolic links and submodules. */
  readonly unplain: ReadonlySet<string>;
}

/** Paths below the folder by what they are: one listing answers every question but for the files' texts. */
function listing(root: string, hash: string): Listing {
  const folders = new Map<string, Map<string, FolderEntry>>();
  const unplain = new Set<string>();
  const note = (folder: string, entry: FolderEntry): void => {
    folders.set(folder, (folders.get(folder) ?? new Map<string, FolderEntry>()).set(entry.name, entry));
  };
  for (const line of git(root, "ls-tree", "-r", "-z", hash, "--", ".").split("\0")) {
    const path = line.slice(line.indexOf("\t") + 1);
    const parts = path.split("/");
    if (path !== "" && !line.startsWith("100")) unplain.add(path);
    for (const [index, name] of path === "" ? [] : parts.entries()) {
      note(parts.slice(0, index).join("/"), { name, isFolder: index < parts.length - 1 });
    }
  }
  return { folders, unplain };
}

function filesOf(root: string, hash: string): ProjectFiles {
  const { folders, unplain } = listing(root, hash);
  const plain = (path: string): string => normalize(path).replace(/^\.?\/*|\/+$/g, "");
  const refuseLinks = (path: string): void => {
    const parts = plain(path).split("/");
    const linked = parts.map((_, index) => parts.slice(0, index + 1).join("/")).find((part) => unplain.has(part));
    if (linked !== undefined) throw new NoPlainFile(linked);
  };
  return {
    read: (path) => {
      refuseLinks(path);
      const entry = folders.get(plain(dirname(path)))?.get(basename(path));
      return entry?.isFolder === false ? git(root, "cat-file", "blob", `${hash}:./${plain(path)}`) : undefined;
    },
    list: (path) => {
      refuseLinks(path);
      const entries = [...(folders.get(plain(path))?.values() ?? [])].sort(byName);
      if (plain(path) !== "") for (const { name } of entries) refuseLinks(`${plain(path)}/${name}`);
      return entries;
    },
  };
}
