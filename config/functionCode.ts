import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { RunError } from "@pulumi/pulumi";
import type { FunctionCode } from "../domain/stack/runReporter.ts";

export type { FunctionCode } from "../domain/stack/runReporter.ts";

/** Where the bundles lie, relative to the project's root; git ignores it. */
export const functionCodeFolder = join(".patchplane", "functions");

/** Packages that are no ES modules find `require` in a bundle that is one. */
const requireBanner = 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);';

function bundled(entry: string): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    // Without it the text holds the names of folders, and would differ from one checkout to another.
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    banner: { js: requireBanner },
    write: false,
    logLevel: "silent",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return file.contents;
}

function holds(file: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(contents);
  } catch {
    return false;
  }
}

/**
 * Written aside and renamed, so that who reads it at the same time sees the one or the other; and only where it is not
 * there yet, so that a checkout which nobody may write to can be previewed again.
 */
function put(file: string, contents: Uint8Array): void {
  if (holds(file, contents)) return;
  const aside = `${file}.${String(process.pid)}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(aside, contents);
      renameSync(aside, file);
    } finally {
      rmSync(aside, { force: true });
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RunError(`the functions' code cannot be written to ${file}: ${reason}; let this user write there`);
  }
}

/**
 * Bundles the functions of the stack, each into one file that needs nothing beside it: no preview depends on a build
 * that was or was not run. The same commit makes the same bytes in every checkout; docs/adr/0015-function-code.md.
 *
 * @param root the project's root
 * @throws esbuild's error, with file and line, when the sources cannot be bundled; RunError when the bundle cannot be
 * written
 */
export function buildFunctionCode(root: string): FunctionCode {
  const runReporter = join(root, functionCodeFolder, "runReporter.mjs");
  put(runReporter, bundled(join(root, "functions", "runReporter", "index.ts")));
  return { runReporter };
}
