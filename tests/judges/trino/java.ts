import { execFile, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Version of Trino that judges: what Athena says of its own leaves this open. */
export const trinoVersion = "476";

/** Trino 476 is built for this Java. */
const leastJava = 24;

/** Why something cannot be judged on this machine. */
export interface Unavailable {
  readonly reason: string;
}

const cache = join(homedir(), ".cache", "patchplane");

/** Folder in the user's cache, for what is too large for each checkout. */
export function cacheFolder(name: string): string {
  return join(cache, name);
}

function majorOf(java: string): number {
  const { stderr, error } = spawnSync(java, ["-version"], { encoding: "utf8" });
  return error !== undefined ? 0 : Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}

/** A Java that runs Trino: that of JAVA_HOME, the one on PATH, or one that Linux distributions put beside others. */
export function javaPath(): string | Unavailable {
  const home = process.env["JAVA_HOME"];
  const candidates = [
    ...(home === undefined ? [] : [join(home, "bin", "java")]),
    "java",
    ...globSync("/usr/lib/jvm/*/bin/java"),
  ];
  const found = candidates.find((java) => majorOf(java) >= leastJava);
  return found ?? { reason: `no Java ${String(leastJava)} or newer: set JAVA_HOME to one` };
}

/** Runs Maven; its message where it fails. */
export function maven(...args: readonly string[]): Unavailable | undefined {
  const { status, error, stdout } = spawnSync("mvn", ["-q", "-B", ...args], { encoding: "utf8" });
  if (error !== undefined) return { reason: "mvn is not on the PATH" };
  return status === 0 ? undefined : { reason: `mvn could not fetch Trino: ${stdout.split("\n")[0] ?? ""}` };
}

/** The plugin that fetches, by its full name, so that no other version comes. */
export const dependencyPlugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

/** Fills a folder of the cache once, whole or not at all. */
export function cached(name: string, fill: (folder: string) => Unavailable | undefined): string | Unavailable {
  const folder = cacheFolder(name);
  if (existsSync(folder) && readdirSync(folder).length > 0) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const aside = mkdtempSync(`${folder}.new-`);
  try {
    const failure = fill(aside);
    if (failure !== undefined) return failure;
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
    return folder;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Trino's own parser; why it is not at hand. */
export function trinoParser(): { readonly java: string; readonly classPath: string } | Unavailable {
  const java = javaPath();
  if (typeof java !== "string") return java;
  const pom = join(import.meta.dirname, "pom.xml");
  const jars = cached(`trino-parser-${trinoVersion}`, (folder) =>
    maven("-f", pom, `${dependencyPlugin}:copy-dependencies`, `-DoutputDirectory=${folder}`),
  );
  return typeof jars === "string" ? { java, classPath: join(jars, "*") } : jars;
}

/** What Trino's parser says of statements in files: `ok`, or what is wrong with it. */
export async function parsed(
  { java, classPath }: { readonly java: string; readonly classPath: string },
  files: readonly string[],
): Promise<readonly string[]> {
  const check = join(import.meta.dirname, "Check.java");
  const { stdout } = await promisify(execFile)(java, ["-cp", classPath, check, ...files]);
  return stdout.trimEnd().split("\n");
}
