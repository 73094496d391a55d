import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A checker that is no package of npm, and how it gets into the project's cache. */
export interface CachedTool {
  /** Of its file, e.g. `shellcheck`; in capitals, the variable that names another one. */
  readonly name: string;
  readonly version: string;
  /** The program that installs it. */
  readonly needs: string;
  /** What to type to have it put in place. */
  readonly installedBy: string;
  /** Gets it into an empty folder; answers the file. */
  readonly install: (folder: string) => string;
}

const cacheOf = ({ name }: CachedTool): string => join(process.cwd(), ".patchplane", name);
const cachedFile = (tool: CachedTool): string => join(cacheOf(tool), `${tool.name}-${tool.version}`);

function foundPath(tool: CachedTool): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [
    process.env[tool.name.toUpperCase()],
    ...folders.map((folder) => join(folder, tool.name)),
    cachedFile(tool),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/**
 * Path of the tool: the variable of its name, else one on PATH, else the cached one.
 *
 * @throws when there is none: a check that is left out unseen is no check
 */
export function toolPath(tool: CachedTool): string {
  const found = foundPath(tool);
  if (found !== undefined) return found;
  throw new Error(
    `${tool.name} is missing: run \`${tool.installedBy}\`, or install it, or set ${tool.name.toUpperCase()}`,
  );
}

/** Puts the tool into the project's cache unless there is one, and prints its path; where it cannot, says what helps. */
export function ensureTool(tool: CachedTool): void {
  if (foundPath(tool) === undefined) {
    mkdirSync(cacheOf(tool), { recursive: true });
    const folder = mkdtempSync(join(cacheOf(tool), "install-"));
    try {
      renameSync(tool.install(folder), cachedFile(tool));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const help = `put ${tool.needs} on PATH, or ${tool.name} itself, or name it by ${tool.name.toUpperCase()}`;
      process.stderr.write(`${tool.name} ${tool.version} could not be installed: ${why}; ${help}\n`);
      process.exitCode = 1;
      return;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  process.stdout.write(`${toolPath(tool)}\n`);
}
