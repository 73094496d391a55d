import { readFileSync } from "node:fs";
import type { RecordedRefusal } from "./inputChecks.ts";
import type { RecordedStep } from "./judgeRun.ts";
import type { RecordedAnswer } from "./typeAnswers.ts";

/** What the real provider showed and refused, as `record.ts` writes it. */
export interface Recording {
  /** Day of the run. */
  readonly recordedOn: string;
  /** What was run: source, version and how it was built. */
  readonly provider: string;
  readonly engine: string;
  /** What the run does not cover. */
  readonly leftOut: readonly string[];
  readonly steps: readonly RecordedStep[];
  readonly refusals: readonly RecordedRefusal[];
  /** Of the types that Athena's queries are made of. */
  readonly queries: readonly RecordedAnswer[];
  /** Of the types that stand around Systems Manager: storage, access, notifications, the run reporter. */
  readonly support: readonly RecordedAnswer[];
}

/** The checked-in recording. */
export function readRecording(): Recording {
  return JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as Recording;
}
