import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readPlaneFrom } from "../config/file.ts";
import type { ProjectFiles } from "../config/projectFiles.ts";
import { approvalsFolder, environmentsOf, settingsAsWritten, stackFileName } from "../config/stackFile.ts";
import type { Fault } from "../domain/fault.ts";
import { approvalsReadme, copiedStackFile, emptyFleet, fleetPath, newStackFile } from "./initText.ts";
import type { NewEnvironment } from "./initText.ts";
import { isMapping } from "../domain/values.ts";
import { isAlive } from "./alive.ts";

/** What was said about an environment; the rest follows from the other environments. */
export type Wanted = Omit<NewEnvironment, "approvals" | "locations"> & {
  readonly locations: readonly Omit<NewEnvironment["locations"][number], "owns">[];
  /** The environment whose policy it takes over. */
  readonly copyFrom?: string;
};

/** A file to write. */
export interface NewFile {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

/** What would be written, with what is worth knowing; or everything that stands against it. */
export type Planned =
  | {
      readonly files: readonly NewFile[];
      readonly notes: readonly string[];
      /** A group that it patches, to look at. */
      readonly group: string;
    }
  | { readonly faults: readonly Fault[]; readonly files: Pick<ProjectFiles, "read"> };

/** What another environment's file says of its places. */
interface Neighbour {
  readonly environment: string;
  readonly approvals: string;
  /** Account and Region of the locations whose defaults or settings are its own. */
  readonly owned: ReadonlySet<string>;
}

function neighboursOf(files: ProjectFiles): readonly Neighbour[] {
  return environmentsOf(files).map((environment) => {
    const settings = settingsAsWritten(files, environment);
    const { locations } = settings;
    const owned = Object.values(isMapping(locations) ? locations : {}).flatMap((location) =>
      isMapping(location) && (location["registersDefaults"] === true || location["ownsServiceSettings"] === true)
        ? [`${String(location["accountId"])} ${String(location["region"])}`]
        : [],
    );
    return { environment, approvals: approvalsFolder(settings), owned: new Set(owned) };
  });
}

/** The files with some that are not written yet. */
function over(files: ProjectFiles, added: readonly NewFile[]): ProjectFiles {
  return {
    read: (path) => added.find((file) => file.path === path)?.text ?? files.read(path),
    list: (path) => files.list(path),
  };
}

function settled(wanted: Wanted, neighbours: readonly Neighbour[]) {
  const taken = neighbours.some(({ approvals }) => approvals === "approvals");
  const notes: string[] = [];
  const locations = wanted.locations.map((location) => {
    const owner = neighbours.find(({ owned }) => owned.has(`${location.accountId} ${location.region}`));
    if (owner === undefined) return { ...location, owns: true };
    notes.push(
      `${location.name}: ${owner.environment} registers the defaults of account ${location.accountId} in ${location.region}, so this one does not`,
    );
    return { ...location, owns: false };
  });
  const approvals = taken ? `approvals-${wanted.environment}` : "approvals";
  return { environment: { ...wanted, locations, approvals }, notes };
}

/** A fault for each file of an environment that is there already; an empty fleet is what a killed run leaves. */
export function existingFiles(files: Pick<ProjectFiles, "read">, environment: string): readonly Fault[] {
  const fix = "choose another name";
  const [stackFile, fleet] = [stackFileName(environment), fleetPath(environment)];
  // The stack file is the last one that is written, so an empty fleet without one is half of an environment.
  const isHalf = files.read(stackFile) === undefined && files.read(fleet) === emptyFleet;
  return [stackFile, fleet]
    .filter((path) => files.read(path) !== undefined && !isHalf)
    .map((file) => ({ file, path: "file", message: "is there already, and is not overwritten", fix }));
}

/**
 * Decides a new environment's files, and reads them as every command will: what would be at fault is not written.
 */
export function planEnvironment(files: ProjectFiles, wanted: Wanted): Planned {
  const { environment, notes } = settled(wanted, neighboursOf(files));
  const source = wanted.copyFrom === undefined ? undefined : files.read(stackFileName(wanted.copyFrom));
  const copied = source === undefined ? undefined : copiedStackFile(source, environment, wanted.copyFrom ?? "");
  const stackFile = { path: stackFileName(wanted.environment), text: copied?.text ?? newStackFile(environment) };
  const must = [stackFile, { path: fleetPath(wanted.environment), text: emptyFleet }];
  const found = existingFiles(files, wanted.environment);
  const all = over(files, must);
  const resolved = readPlaneFrom(all, wanted.environment);
  if ("faults" in resolved) return { faults: [...found, ...resolved.faults], files: all };
  if (found.length > 0) return { faults: found, files: all };
  const readme = { path: `${environment.approvals}/README.md`, text: approvalsReadme(environment.approvals) };
  const everywhere = copied?.windowsEverywhere ?? [];
  return {
    files: files.read(readme.path) === undefined ? [...must, readme] : must,
    group: Object.values(resolved.plane.groups).find(({ kind }) => kind === "managed")?.name ?? "",
    notes: [
      ...notes,
      ...(copied === undefined ? [] : ["npm run format gives the copied file the project's form"]),
      ...(everywhere.length === 0
        ? []
        : [`${everywhere.join(", ")}: named other locations, and are in all locations now; see to it`]),
    ],
  };
}

/** A folder and those above it that are not there yet, the uppermost first. */
function missingFolders(folder: string): readonly string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder];
}

/** Takes away what a killed run of this command left beside a file. */
function clearLeftovers(target: string): void {
  for (const name of readdirSync(dirname(target))) {
    const [, own = "", pid = ""] = /^(.*)\.(\d+)\.new$/.exec(name) ?? [];
    if (own === basename(target) && !isAlive(Number(pid))) rmSync(join(dirname(target), name));
  }
}

/**
 * Writes all files or none, and overwrites nothing. Synchronous on purpose: an interruption comes before or after. Where
 * the process is killed in the middle, it can be run again: the first file, by which an environment is found, is
 * the last one put in its place, and a file that is there with the very same text counts as written.
 * @param root - the project's root
 * @throws whatever the file system says, with everything undone
 */
export function writeEnvironment(root: string, files: readonly NewFile[]): void {
  const undo: (() => void)[] = [];
  try {
    const staged = files.flatMap(({ path, text }) => {
      const target = join(root, path);
      for (const folder of missingFolders(dirname(target))) {
        mkdirSync(folder);
        // Only what is empty goes: somebody may have put a file there meanwhile.
        undo.push(() => {
          rmdirSync(folder);
        });
      }
      clearLeftovers(target);
      if (existsSync(target) && readFileSync(target, "utf8") === text) return [];
      const temporary = `${target}.${String(process.pid)}.new`;
      undo.push(() => {
        rmSync(temporary, { force: true });
      });
      writeFileSync(temporary, text, { flag: "wx" });
      return [{ temporary, target }];
    });
    for (const { temporary, target } of staged.toReversed()) {
      // Unlike a renaming, a link is refused where a file has come into being meanwhile.
      linkSync(temporary, target);
      undo.push(() => {
        rmSync(target, { force: true });
      });
    }
    for (const { temporary } of staged) rmSync(temporary);
  } catch (error) {
    for (const step of undo.toReversed()) {
      try {
        step();
      } catch {
        // What went wrong first is what has to be told; the rest of the steps still count.
      }
    }
    throw error;
  }
}
