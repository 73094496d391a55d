import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { stampOf } from "../../domain/collection/stamp.ts";
import {
  hasDiverged,
  mergedRecord,
  recordLines,
  runOf,
  runVerbs,
  type Caller,
  type RecordLine,
  type Run,
  type RunBegun,
  type RunVerb,
} from "../../domain/runs/runRecord.ts";
import type { Plane } from "../../domain/plane.ts";
import { takes } from "../../domain/values.ts";
import { instantText } from "../../domain/time.ts";
import { keptRecords } from "./keptRecords.ts";
import type { UnkeptCopy } from "./recordCopies.ts";

/** The project's folder of run records. */
const runsFolder = "runs";
const idForm = new RegExp(`^[0-9A-Za-z-]+-(?:${runVerbs.join("|")})-[0-9a-f]{4}$`);
const ending = ".jsonl";

/** A record's line without its time, which its writing gives it. */
type Unwritten<Line> = Line extends RecordLine ? Omit<Line, "at"> : never;

/** A record that is open for writing. */
export interface RunRecord {
  readonly id: string;
  /** Appends a line; it is on the disk when this returns, so that the record is true however the process ends. */
  readonly write: (line: Unwritten<RecordLine>) => void;
  /** Its text as it is now. */
  readonly text: () => string;
  /** Numbers the commands of a run, from 1 on; one that is taken up again goes on behind those that it has asked for. */
  readonly nextCommand: () => number;
}

/** Path of a run's record, from the project's root. */
export function recordPath(id: string): string {
  return `${runsFolder}/${id}${ending}`;
}

/** Opens a run's record, to append to it. */
export function openRecord(root: string, id: string, clock: () => Date): RunRecord {
  const file = join(root, recordPath(id));
  // A line that a killed process left unfinished ends here, so that the next one is read.
  if (existsSync(file) && !readFileSync(file, "utf8").endsWith("\n")) appendFileSync(file, "\n");
  let commands: number | undefined;
  const text = (): string => readFileSync(file, "utf8");
  const asked = (line: RecordLine): boolean => line.line === "asked" && line.action === "sendCommand";
  return {
    id,
    write: (line) => {
      appendFileSync(file, `${JSON.stringify({ ...line, at: instantText(clock()) })}\n`, { flush: true });
    },
    text,
    nextCommand: () => {
      commands = (commands ?? recordLines(text())?.filter(asked).length ?? 0) + 1;
      return commands;
    },
  };
}

function thisProcess(): { readonly host: string; readonly pid: number } {
  return { host: hostname(), pid: process.pid };
}

/** Whether a run's process was one of this machine, and is no more; of another machine's nothing can be told. */
export function isGone({ process: own }: Run): boolean {
  if (own?.host !== hostname()) return false;
  try {
    process.kill(own.pid, 0);
    return false;
  } catch (error) {
    // Another user's process is there, and may not be signalled.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Begins the record of a new run. */
export function beginRecord(
  root: string,
  begun: Omit<RunBegun, "id" | "at" | "process">,
  clock: () => Date,
): RunRecord {
  mkdirSync(join(root, runsFolder), { recursive: true });
  const id = `${stampOf(clock())}-${begun.stack}-${begun.verb}-${randomBytes(2).toString("hex")}`;
  const record = openRecord(root, id, clock);
  record.write({ line: "begun", schema: "patchplane/run-record/1", id, ...begun, process: thisProcess() });
  return record;
}

/** Takes a run up again, by its record. */
export function resumeRecord(
  root: string,
  id: string,
  by: { readonly who: Caller; readonly why: string },
  clock: () => Date,
): RunRecord {
  const record = openRecord(root, id, clock);
  record.write({ line: "resumed", ...by, process: thisProcess() });
  return record;
}

/** Which runs of a stack are read. */
export interface RunsWanted {
  /** Locations whose buckets are read, beside the project's folder; all where it is left out. */
  readonly locations?: readonly string[];
  readonly verb?: RunVerb;
  /** Only runs that began since. */
  readonly since?: Date;
  /** Only this run. */
  readonly id?: string;
}

/** The runs of a stack that are on record, and what could not be read. */
export interface RunsRead {
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Ids of those that two have gone on with without knowing of each other: what both wrote is in them. */
  readonly diverged: readonly string[];
  /** Paths, as from the project's root, of what is named as a record and is none. */
  readonly broken: readonly string[];
  /** Locations whose bucket could not be read. */
  readonly unread: readonly UnkeptCopy[];
}

function ownText(root: string, id: string): string {
  const file = join(root, recordPath(id));
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function isWanted(id: string, wanted: RunsWanted): boolean {
  const { verb, since } = wanted;
  const isOfVerb = verb === undefined || id.slice(0, -5).endsWith(`-${verb}`);
  return idForm.test(id) && isOfVerb && id === (wanted.id ?? id) && (since === undefined || id >= stampOf(since));
}

function read(
  root: string,
  stack: string,
  wanted: RunsWanted,
  copies: ReadonlyMap<string, readonly string[]>,
): Omit<RunsRead, "unread"> {
  const folder = join(root, runsFolder);
  const own = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : [];
  const ids = new Set([...own.map((name) => name.slice(0, -ending.length)), ...copies.keys()]);
  const runs = [...ids]
    .filter((id) => isWanted(id, wanted))
    .sort()
    .map((id) => {
      const [text, others] = [ownText(root, id), copies.get(id) ?? []];
      const lines = recordLines(mergedRecord(text, others));
      const run = lines === undefined ? undefined : runOf(lines);
      return { id, run, diverged: hasDiverged([text, ...others]) };
    });
  return {
    runs: runs.flatMap(({ run }) => run ?? []).filter((run) => run.stack === stack),
    diverged: runs.flatMap(({ id, diverged }) => (diverged ? [id] : [])),
    broken: runs.flatMap(({ id, run }) => (run === undefined ? [recordPath(id)] : [])),
  };
}

/** Reads the records of a stack's runs that are in the project's folder. */
export function readOwnRuns(root: string, stack: string, wanted: RunsWanted = {}): Omit<RunsRead, "unread"> {
  return read(root, stack, wanted, new Map());
}

/**
 * Reads the records of a stack's runs, whoever ran them and wherever: those in the project's folder, and those in the
 * buckets of the locations, by the calls of {@link keptRecords}.
 */
export async function readRuns(
  root: string,
  stack: string,
  plane: Pick<Plane, "environment" | "locations">,
  wanted: RunsWanted = {},
): Promise<RunsRead> {
  const { copies, unread } = await keptRecords(plane, {
    ...wanted,
    locations: Object.values(plane.locations).filter(({ name }) => takes(wanted.locations, name)),
    isWanted: (id) => isWanted(id, wanted),
  });
  return { ...read(root, stack, wanted, copies), unread };
}

/**
 * Has the project's folder hold all that is known of a run, so that its record can be gone on with here: adds to the
 * file what copies in the buckets say more.
 */
export async function bringRecord(
  root: string,
  plane: Pick<Plane, "environment" | "locations">,
  id: string,
): Promise<void> {
  const { copies } = await keptRecords(plane, { locations: Object.values(plane.locations), id });
  const own = ownText(root, id);
  const whole = mergedRecord(own, copies.get(id) ?? []);
  mkdirSync(join(root, runsFolder), { recursive: true });
  // What a killed process left unfinished becomes a line of its own, as when a record is opened.
  const torn = own === "" || own.endsWith("\n") ? "" : "\n";
  const known = own.slice(0, own.lastIndexOf("\n") + 1);
  appendFileSync(join(root, recordPath(id)), `${torn}${whole.slice(known.length)}`, { flush: true });
}
