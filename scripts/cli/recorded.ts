import type { Plane } from "../../domain/plane.ts";
import type { Caller, RunBegun } from "../../domain/runs/runRecord.ts";
import type { UnkeptCopy } from "../../operations/runs/recordCopies.ts";
import type { RunRecord, RunsRead } from "../../operations/runs/runRecords.ts";
import { interruptible } from "./interruption.ts";
import { say } from "./output.ts";

/** What a record begins with; `repeats` and `targets` may be left out where there are none. */
export interface RecordBeginning
  extends Pick<RunBegun, "stack" | "verb" | "why" | "options">, Partial<Pick<RunBegun, "repeats" | "targets">> {
  /** Names of the locations that it touches. */
  readonly at: readonly string[];
}

/** Begins a record of who asks, here and in the buckets of the locations: colleagues see it from now on. */
export async function begunRecord(
  plane: Pick<Plane, "environment" | "locations">,
  root: string,
  { at, ...begun }: RecordBeginning,
): Promise<{ readonly record: RunRecord; readonly who: Caller }> {
  const { whoAsks } = await import("../../operations/aws/callers.ts");
  const { beginRecord } = await import("../../operations/runs/runRecords.ts");
  const { copyRecord } = await import("../../operations/runs/recordCopies.ts");
  const locations = at.flatMap((name) => {
    const { accountId, region } = plane.locations[name] ?? {};
    return accountId === undefined || region === undefined ? [] : [{ name, accountId, region }];
  });
  const who = await whoAsks(plane);
  const record = beginRecord(root, { who, repeats: null, targets: [], ...begun, locations }, () => new Date());
  await copyRecord(plane, record, at);
  return { record, who };
}

/** How something is kept on record. */
export interface Recorded<T> {
  readonly record: RunRecord;
  /** Names of the locations whose buckets keep the record. */
  readonly locations: readonly string[];
  /** Says, when it is broken off, what is done and what goes on. */
  readonly sayEnd: () => Promise<void> | void;
  readonly does: (signal: AbortSignal) => Promise<T>;
}

/**
 * Does something that has a record, and keeps that in the buckets of locations however it ends: a person who breaks it
 * off, or a fault, leaves the line that says so, and the record never looks as if somebody were still at it.
 */
export async function recorded<T>(
  plane: Pick<Plane, "environment" | "locations">,
  { record, locations, sayEnd, does }: Recorded<T>,
): Promise<{ readonly done: T; readonly unkept: readonly UnkeptCopy[] }> {
  const { copyRecord } = await import("../../operations/runs/recordCopies.ts");
  let ending: Promise<void> | undefined;
  const brokenOff = async (): Promise<void> => {
    await sayEnd();
    record.write({ line: "interrupted" });
    await copyRecord(plane, record, locations);
  };
  // What a person breaks off may fail for it: its end is one all the same.
  const end = (): Promise<void> => (ending ??= brokenOff());
  let done: T;
  try {
    done = await interruptible(end, does);
  } catch (error) {
    await end();
    throw error;
  }
  record.write({ line: "ended" });
  return { done, unkept: await copyRecord(plane, record, locations) };
}

/** Says where a record is not, besides the project's folder. */
export function sayUnkept(unkept: readonly UnkeptCopy[]): void {
  for (const { location, failure } of unkept) say(`the bucket of ${location} did not take the record: ${failure}\n`);
}

/** Says which records could not be read; what was read goes on without them. */
export function sayUnreadRecords({ broken, unread }: Pick<RunsRead, "broken" | "unread">): void {
  for (const file of broken) say(`${file} is no record of a run, and is passed over\n`);
  for (const { location, failure } of unread)
    say(`records in the bucket of ${location} are not readable: ${failure}\n`);
}
