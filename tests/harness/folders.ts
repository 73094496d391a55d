import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Make = () => string | Promise<string>;

function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "patchplane-spec-"));
}

function folderBetween(begin: Mocha.HookFunction, end: Mocha.HookFunction, make: Make): () => string {
  let folder = "";
  begin(async () => {
    folder = await make();
  });
  end(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

/** A folder for each spec of a block, taken away after it; an empty one unless something else makes it. */
export function folderOfEach(make: Make = emptyFolder): () => string {
  return folderBetween(beforeEach, afterEach, make);
}

/** One folder for all specs of a block, taken away after them. */
export function folderOfAll(make: Make = emptyFolder): () => string {
  return folderBetween(before, after, make);
}

/** Runs git in a folder with an author of its own, and answers what it prints. */
export function gitIn(folder: () => string): (...args: readonly string[]) => string {
  const author = ["-c", "user.name=spec", "-c", "user.email=spec@example.com", "-c", "commit.gpgsign=false"];
  return (...args) =>
    execFileSync("git", ["-C", folder(), ...author, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}
