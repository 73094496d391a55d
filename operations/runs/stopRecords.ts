import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stampOf } from "../../domain/collection/stamp.ts";
import { recordLines, stopRun, type RecordLine, type StopRun } from "../../domain/runs/stopRecord.ts";
import { instantText } from "../../domain/time.ts";

/** The project's folder of run records. */
const runsFolder = "runs";
const fileForm = /^([0-9A-Za-z-]+-stop-[0-9a-f]{4})\.jsonl$/;

/** A record's line without its time, which its writing gives it. */
type Unwritten<Line> = Line extends RecordLine ? Omit<Line, "at"> : never;

/** A record that is open for writing. */
export interface StopRecord {
  readonly id: string;
  /** Appends a line; it is on the disk when this returns, so that the record is true however the process ends. */
  readonly write: (line: Unwritten<RecordLine>) => void;
}

/** Path of a stop's record, from the project's root. */
export function recordPath(id: string): string {
  return `${runsFolder}/${id}.jsonl`;
}

/** Opens a stop's record, to append to it. */
export function openRecord(root: string, id: string, clock: () => Date): StopRecord {
  const file = join(root, recordPath(id));
  // A line that a killed process left unfinished ends here, so that the next one is read.
  if (existsSync(file) && !readFileSync(file, "utf8").endsWith("\n")) appendFileSync(file, "\n");
  return {
    id,
    write: (line) => {
      appendFileSync(file, `${JSON.stringify({ ...line, at: instantText(clock()) })}\n`, { flush: true });
    },
  };
}

/** Begins the record of a new stop. */
export function beginRecord(
  root: string,
  begun: Omit<StopRun, "id" | "at" | "results">,
  clock: () => Date,
): StopRecord {
  mkdirSync(join(root, runsFolder), { recursive: true });
  const id = `${stampOf(clock())}-${begun.stack}-stop-${randomBytes(2).toString("hex")}`;
  const record = openRecord(root, id, clock);
  record.write({ line: "begun", schema: "patchplane/stop-record/1", id, ...begun });
  return record;
}

/** The stops that are on record, oldest first, and files that are no record although they are named as one. */
export function readStops(root: string): { readonly stops: readonly StopRun[]; readonly broken: readonly string[] } {
  const folder = join(root, runsFolder);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => fileForm.test(name)) : [];
  const read = files.sort().map((name) => {
    const lines = recordLines(readFileSync(join(folder, name), "utf8"));
    return { name, stop: lines === undefined ? undefined : stopRun(lines) };
  });
  return {
    stops: read.flatMap(({ stop }) => stop ?? []),
    broken: read.flatMap(({ name, stop }) => (stop === undefined ? [`${runsFolder}/${name}`] : [])),
  };
}
