import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stampOf } from "../../domain/collection/stamp.ts";
import {
  recordLines,
  runOf,
  runVerbs,
  type RecordLine,
  type Run,
  type RunBegun,
  type RunVerb,
} from "../../domain/runs/runRecord.ts";
import { instantText } from "../../domain/time.ts";

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

/** Begins the record of a new run. */
export function beginRecord(root: string, begun: Omit<RunBegun, "id" | "at">, clock: () => Date): RunRecord {
  mkdirSync(join(root, runsFolder), { recursive: true });
  const id = `${stampOf(clock())}-${begun.stack}-${begun.verb}-${randomBytes(2).toString("hex")}`;
  const record = openRecord(root, id, clock);
  record.write({ line: "begun", schema: "patchplane/run-record/1", id, ...begun });
  return record;
}

/** The runs of a stack that are on record, and files that are no record although they are named as one. */
export interface RunsRead {
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Paths from the project's root. */
  readonly broken: readonly string[];
}

/**
 * Reads the records of a stack's runs.
 * @param verb - only those of one command
 */
export function readRuns(root: string, stack: string, verb?: RunVerb): RunsRead {
  const folder = join(root, runsFolder);
  const ids = existsSync(folder) ? readdirSync(folder).map((name) => name.slice(0, -ending.length)) : [];
  const named = ids.filter((id) => idForm.test(id) && (verb === undefined || id.includes(`-${verb}-`)));
  const read = named.sort().map((id) => {
    const lines = recordLines(readFileSync(join(root, recordPath(id)), "utf8"));
    return { id, run: lines === undefined ? undefined : runOf(lines) };
  });
  return {
    runs: read.flatMap(({ run }) => run ?? []).filter((run) => run.stack === stack),
    broken: read.flatMap(({ id, run }) => (run === undefined ? [recordPath(id)] : [])),
  };
}
