import { Option, type Command } from "commander";
import { instantOf } from "../../domain/collection/stamp.ts";
import { suggest } from "../../domain/nearest.ts";
import type { RunAction, Run } from "../../domain/runs/runRecord.ts";
import { toResume, windowsToEnable } from "../../domain/runs/stopRecord.ts";
import { isAnything, stopOutcome, untouched, type Stopped, type StoppedLocation } from "../../domain/runs/stopped.ts";
import { day } from "../../domain/time.ts";
import { takes } from "../../domain/values.ts";
import type { RunRecord } from "../../operations/runs/runRecords.ts";
import { foundDocument, resumeDocument, stoppedDocument } from "../../render/stop/stopDocument.ts";
import { stopJson } from "../../render/stop/stopJson.ts";
import { agreed, agreementFaults, reasonFaults } from "../cli/agreement.ts";
import type { Answer, Call } from "../cli/command.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { recorded, sayUnreadRecords } from "../cli/recorded.ts";
import { UsageError } from "../cli/usageError.ts";

interface StopOptions extends SharedOptions {
  readonly reason?: string;
  readonly resume?: string;
  readonly yes?: boolean;
}

type StopCall = Call<StopOptions>;

/** Checks what the files cannot: whether there is somebody to ask, and why it is done. */
function resolve(call: StopCall): Invocation {
  const { options } = call;
  const faults = [...reasonFaults("--reason", options.reason ?? ""), ...agreementFaults(options)];
  if (faults.length > 0) throw new UsageError(faults);
  return openInvocation(call);
}

/** A run's id begins with the stamp of its beginning. */
const stampLength = "2026-11-15T030000Z".length;
/** Days of whose stops an emergency shows those that are open; one that is named may be of any age. */
const shownDays = 30;
/** An emergency waits no longer for what others have on record, in milliseconds. */
const patience = 10_000;

/** The stops of the last time, of whoever; those of the project's folder alone where the buckets take too long. */
async function recentStops({ stack, plane }: Invocation, root: string): Promise<readonly Run[]> {
  const { inTime } = await import("../../operations/aws/answerLimit.ts");
  const { plainMessage } = await import("../../operations/connection.ts");
  const { readOwnRuns, readRuns } = await import("../../operations/runs/runRecords.ts");
  const since = new Date(Date.now() - shownDays * day);
  try {
    const { runs, ...unread } = await inTime(() => readRuns(root, stack, plane, { verb: "stop", since }), patience);
    sayUnreadRecords(unread);
    return runs;
  } catch (error) {
    // Whatever it is: the brake does not wait for it.
    say(`records in the buckets cannot be read: ${plainMessage(error)}; other people's open stops are not shown\n`);
    return readOwnRuns(root, stack, { verb: "stop" }).runs;
  }
}

/** The stop that `--resume` names, and those that came later: here, or in the buckets. */
async function namedStop(
  { stack, plane }: Invocation,
  root: string,
  id: string,
): Promise<{ readonly stop: Run; readonly stops: readonly Run[] }> {
  const { bringRecord, readRuns } = await import("../../operations/runs/runRecords.ts");
  const begun = instantOf(id.slice(0, stampLength));
  const since = begun === undefined ? {} : { since: begun };
  const { runs: stops, ...unread } = await readRuns(root, stack, plane, { verb: "stop", ...since });
  sayUnreadRecords(unread);
  const stop = stops.find((each) => each.id === id);
  if (stop === undefined) {
    const known = stops.map((each) => each.id);
    const message = "no stop of this stack is on record by this id, neither in runs/ nor in the buckets";
    const meant = known.length === 0 ? { fix: "no stop is on record: there is nothing to resume" } : suggest(id, known);
    throw new UsageError([{ path: "--resume", message, value: id, ...meant }]);
  }
  await bringRecord(root, plane, id);
  return { stop, stops };
}

const nothing = { declined: false, held: [], unkept: [] };

/** Those of the stops that are open, the current one as it is now. */
async function openOf(stack: string, root: string, stops: readonly Run[], current?: string): Promise<readonly Run[]> {
  const { readOwnRuns } = await import("../../operations/runs/runRecords.ts");
  const own = current === undefined ? [] : readOwnRuns(root, stack, { id: current }).runs;
  const all = [...stops.filter(({ id }) => id !== current), ...own];
  return all.filter((each) => windowsToEnable(each).length > 0);
}

/** Does what a record was begun for. */
async function kept(
  { plane }: Invocation,
  record: RunRecord,
  locations: readonly string[],
  does: () => Promise<readonly StoppedLocation[]>,
): Promise<Pick<Stopped, "locations" | "unkept"> & { readonly run: string }> {
  const { recordPath } = await import("../../operations/runs/runRecords.ts");
  const sayEnd = (): void => {
    say(`${recordPath(record.id)} says what was done; call again for the rest\n`);
  };
  const { done, unkept } = await recorded(plane, { record, locations, sayEnd, does });
  return { run: record.id, locations: done, unkept };
}

/** Enables the windows that a stop disabled. */
async function resumed(invocation: Invocation, { root, options }: StopCall, id: string, why: string): Promise<Stopped> {
  // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
  const { enableWindows } = await import("../../operations/stop.ts");
  const { whoAsks } = await import("../../operations/aws/callers.ts");
  const { resumeRecord } = await import("../../operations/runs/runRecords.ts");
  const { stack, plane, scope } = invocation;
  const { stop, stops } = await namedStop(invocation, root, id);
  const inScope = ({ location }: RunAction): boolean => takes(options.location, location);
  const all = toResume(stop, stops);
  const [windows, held] = [all.windows.filter(inScope), all.held.filter(inScope)];
  const open = await openOf(stack, root, stops);
  const before = { ...nothing, why, task: "resume" as const, held, locations: [], open };
  if (windows.length === 0) return before;
  const shown = resumeDocument(placeOf(stack, options), stop, windows);
  if (!(await agreed(shown, options))) return { ...before, declined: true };
  const who = await whoAsks(plane);
  const record = resumeRecord(root, stop.id, { who, why }, () => new Date());
  const at = [...new Set(windows.map(({ location }) => location))];
  const done = await kept(invocation, record, at, () => enableWindows(plane, windows, stop.locations, scope, record));
  return { ...before, ...done, who, open: await openOf(stack, root, stops, stop.id) };
}

/** Disables the stack's windows, and cancels what runs. */
async function stopped(invocation: Invocation, { root, options }: StopCall, why: string): Promise<Stopped> {
  const { findStoppable, stopFound } = await import("../../operations/stop.ts");
  const { beginRecord } = await import("../../operations/runs/runRecords.ts");
  const { stack, plane, scope } = invocation;
  const [{ who, locations: found }, stops] = await Promise.all([
    findStoppable(plane, scope),
    recentStops(invocation, root),
  ]);
  const open = await openOf(stack, root, stops);
  const before = { ...nothing, why, task: "stop" as const, who, locations: found.map(untouched), open };
  if (!found.some(isAnything)) return before;
  const shown = foundDocument(placeOf(stack, options), found, open);
  if (!(await agreed(shown, options))) return { ...before, declined: true };
  const locations = found.map(({ location: { name, accountId, region } }) => ({ name, accountId, region }));
  const begun = { stack, verb: "stop" as const, who, why, repeats: null, locations, targets: [], options: {} };
  // No copy of it goes to the buckets first: nothing waits where everything has to stop.
  const record = beginRecord(root, begun, () => new Date());
  const at = locations.map(({ name }) => name);
  const done = await kept(invocation, record, at, () => stopFound(plane, found, scope, record));
  return { ...before, ...done };
}

async function run(invocation: Invocation, call: StopCall): Promise<Answer> {
  const { recordPath } = await import("../../operations/runs/runRecords.ts");
  const { stack } = invocation;
  const { options } = call;
  const why = (options.reason ?? "").trim();
  const answer =
    options.resume === undefined
      ? await stopped(invocation, call, why)
      : await resumed(invocation, call, options.resume, why);
  const record = answer.run === undefined ? undefined : recordPath(answer.run);
  return {
    exitCode: exitCodeOf[stopOutcome(answer)],
    json: (exitCode) => stopJson(stack, answer, record, exitCode),
    shown: () => [stoppedDocument(placeOf(stack, options), answer, record)],
  };
}

/** Adds `patchplane stop`. */
export function addStop(program: Command, root: string): void {
  fleetCommand<StopOptions, Invocation>(program, root, {
    name: "stop",
    summary: "stops everything now: disables the stack's windows, cancels what runs; --resume enables them again",
    description:
      "The emergency brake. In every location at once: disables the enabled windows of the stack, cancels their runs " +
      "that are under way and the commands that these sent. Shows beforehand what it will stop and asks; --yes answers. " +
      "Keeps a record in runs/ and in the buckets of the locations, by which --resume, here or at another machine, enables " +
      "exactly the windows that this stop disabled.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      new Option("--reason <text>", "why: it goes on record; needed"),
      new Option("--resume <id>", "enables the windows that the stop of this id disabled, and no other"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      ...shared.format(),
    ],
    note:
      "A server that has begun may go on to its end: AWS does not promise to end what runs on it. Associations, and " +
      "patch commands that no window of the stack sent, are not stopped; the latter are listed.",
    exitCodes:
      "0 everything is stopped, or enabled again; 1 the answer was no, or patch commands go on that cannot be told " +
      "to be the stack's; 2 usage or configuration; 3 a location failed, or something in it; the rest was done.",
    examples: [
      'npx patchplane stop --stack prod --reason "kernel update breaks storage"',
      'npx patchplane stop --stack prod --reason "kernel pulled" --resume 2026-11-15T030000Z-prod-stop-1a2b --yes',
    ],
    resolve,
    run,
  });
}
