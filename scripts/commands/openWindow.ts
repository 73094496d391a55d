import { InvalidArgumentError, Option, type Command } from "commander";
import {
  isTimeless,
  openedOutcome,
  openOpenings,
  type FoundOpenings,
  type Opened,
  type OpenedLocation,
} from "../../domain/approvals/opened.ts";
import { lapsedFaults, liveOpeningFaults, openableWindows, openingFaults } from "../../domain/approvals/opening.ts";
import { unshownFaults } from "../../domain/approvals/shown.ts";
import type { Fault } from "../../domain/fault.ts";
import { suggest } from "../../domain/nearest.ts";
import type { Window } from "../../domain/window.ts";
import { nodeResult } from "../../domain/runs/nodeResult.ts";
import { openRunsSince } from "../../domain/runs/openRun.ts";
import { approvalOf } from "../../domain/stack/publications.ts";
import { hour, minute } from "../../domain/time.ts";
import { takes } from "../../domain/values.ts";
import type { RunRecord } from "../../operations/runs/runRecords.ts";
import {
  closingDocument,
  openedDocument,
  openingDocument,
  type Intent,
} from "../../render/openWindow/openWindowDocument.ts";
import { openWindowJson } from "../../render/openWindow/openWindowJson.ts";
import { pasted } from "../../render/commands.ts";
import { wordsText } from "../../render/writers/text.ts";
import { agreed, agreementFaults, reasonFaults } from "../cli/agreement.ts";
import { unreadScans } from "../cli/cloudError.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { instant, placeOf, shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { begunRecord, recorded, sayUnreadRecords } from "../cli/recorded.ts";
import { UsageError } from "../cli/usageError.ts";
import { openedStore } from "./review.ts";

const usualMinutesAhead = 15;
const usualSeconds = 15;

interface OpenWindowOptions extends Omit<SharedOptions, "group"> {
  readonly window?: string;
  readonly group?: readonly string[];
  readonly at?: Date;
  readonly close?: true;
  readonly watch?: true;
  readonly interval: number;
  readonly store: string;
  readonly anyway?: true;
  readonly reason?: string;
  readonly yes?: boolean;
}

interface Asked extends Invocation {
  readonly window: Window;
  readonly at: Date;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 600) throw new InvalidArgumentError("allowed: 1 to 600 seconds");
  return value;
}

/** The window that is meant: by its name, by its group, or the only one. */
function chosenWindow(windows: readonly Window[], { window: name, group }: OpenWindowOptions): Window {
  const known = windows.map((each) => each.name);
  const fitting = windows.filter(
    (each) => (name === undefined || each.name === name) && each.groups.every((own) => takes(group, own)),
  );
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const message =
    windows.length === 0
      ? "the stack has no window that can be opened: on demand, of a reviewed group"
      : fitting.length > 1
        ? "several windows can be opened"
        : "no such window can be opened: it has to be on demand, of a reviewed group";
  const byGroup = name === undefined && group !== undefined;
  throw new UsageError([
    byGroup
      ? {
          path: "--group",
          message,
          value: group.join(),
          ...suggest(
            group.join(),
            windows.flatMap((each) => each.groups),
          ),
        }
      : { path: "--window", message, ...(name === undefined ? {} : { value: name }), ...suggest(name ?? "", known) },
  ]);
}

function resolveOpening(call: FleetCall<OpenWindowOptions>): Asked {
  const { options, asOf } = call;
  const invocation = openInvocation(call);
  const { plane } = invocation;
  const window = chosenWindow(openableWindows(plane), options);
  const at = options.at ?? new Date(Math.ceil(asOf.getTime() / minute + usualMinutesAhead) * minute);
  const locations = window.locations.filter((name) => takes(options.location, name));
  const faults: readonly Fault[] = [
    ...reasonFaults("--reason", options.reason ?? ""),
    ...agreementFaults(options),
    ...(options.close === true ? [] : openingFaults(plane, window, locations, at, asOf)),
  ];
  if (faults.length > 0) throw new UsageError(faults);
  return { ...invocation, window, at };
}

const nothingRead = { faults: [], names: new Map<string, string>() };

/** What stands against it in AWS. A location that cannot be read stands against nothing but itself. */
function liveFaults({ plane, window, at }: Asked, found: readonly FoundOpenings[], asOf: Date): readonly Fault[] {
  return found.flatMap((each) => ("failure" in each ? [] : liveOpeningFaults(plane, window, each, at, asOf)));
}

/** What stands against it by the servers' last scans, and what those servers are called. */
async function scanFaults(
  { plane, scope, window }: Asked,
  call: FleetCall<OpenWindowOptions>,
): Promise<{ readonly faults: readonly Fault[]; readonly names: Opened["names"] }> {
  const { scansOf } = await import("../../operations/review.ts");
  const approval = approvalOf(plane, window);
  if (approval === undefined) return nothingRead;
  const store = await openedStore(plane, call.root, call.options.store);
  const question = { groups: window.groups, store, asOf: call.asOf, installed: () => true };
  // An approval is for the whole group: an entry may be of servers elsewhere.
  const { scanned, failures } = await scansOf(plane, { ...scope, locations: window.locations }, question);
  if (failures.length > 0 && call.options.anyway !== true)
    throw unreadScans(failures, "see to it first, or give --anyway");
  const servers = scanned.flatMap((each) => each.servers.map(({ server }) => server));
  return {
    faults: unshownFaults(plane, approval, scanned, call.asOf),
    names: new Map(servers.map(({ resourceId, name }) => [resourceId, name])),
  };
}

/** Follows what was opened to its end, keeps what came of each server, and closes the window behind it. */
async function watched(
  { plane, scope, window, at }: Asked,
  { options, asOf }: FleetCall<OpenWindowOptions>,
  opened: readonly OpenedLocation[],
  found: readonly FoundOpenings[],
  record: RunRecord,
  signal: AbortSignal,
): Promise<readonly OpenedLocation[]> {
  const { closeWindows, followOpened } = await import("../../operations/openWindow.ts");
  const followed = await followOpened(plane, opened, scope, { at, asOf, every: options.interval * 1000, signal });
  const ends = followed.flatMap(({ location, followed: end }) => (end?.kind === "ended" ? [{ location, end }] : []));
  for (const { location, end } of ends)
    for (const each of end.records)
      record.write({ line: "result", ...nodeResult(location.name, each, { value: each.reason }) });
  const ended = new Set(ends.map(({ location }) => location.name));
  await closeWindows(
    plane,
    window,
    found.filter(({ location }) => ended.has(location.name)),
    scope,
    record,
  );
  return followed;
}

/** Opens the window, or closes it, on record. */
async function carriedOut(
  asked: Asked,
  call: FleetCall<OpenWindowOptions>,
  found: readonly FoundOpenings[],
  why: string,
): Promise<Pick<Opened, "run" | "who" | "locations" | "unkept">> {
  const { closeWindows, openWindows } = await import("../../operations/openWindow.ts");
  const { recordPath } = await import("../../operations/runs/runRecords.ts");
  const { stack, plane, scope, window, at } = asked;
  const { root, options } = call;
  const closing = options.close === true;
  const locations = found.map(({ location }) => location.name);
  const { record, who } = await begunRecord(plane, root, {
    stack,
    verb: "open-window",
    why,
    at: locations,
    options: { window: window.name, at: at.toISOString(), ...(closing ? { close: true } : {}) },
  });
  const place = placeOf(stack, options);
  const sayEnd = (): void => {
    const close = wordsText([
      pasted("npx patchplane open-window", `--window ${window.name} --close --reason "..."`, place),
    ]);
    const stop = wordsText([pasted("npx patchplane stop", '--reason "..."', place)]);
    say(`${recordPath(record.id)} says what was done. ${window.name} stays as it is in AWS: close it by\n`);
    say(`${close}, or stop a run of it by\n${stop}\n`);
  };
  const does = async (signal: AbortSignal): Promise<readonly OpenedLocation[]> => {
    if (closing) return closeWindows(plane, window, found, scope, record);
    const opened = await openWindows(plane, window, found, at, scope, record);
    if (options.watch !== true || opened.every(isTimeless)) return opened;
    return watched(asked, call, opened, found, record, signal);
  };
  const { done, unkept } = await recorded(plane, { record, locations, sayEnd, does });
  return { run: record.id, who, locations: done, unkept };
}

async function run(asked: Asked, call: FleetCall<OpenWindowOptions>): Promise<Answer> {
  const { findOpenings } = await import("../../operations/openWindow.ts");
  const { readRuns, recordPath } = await import("../../operations/runs/runRecords.ts");
  const { stack, plane, scope, window, at } = asked;
  const { root, options, asOf } = call;
  const began = performance.now();
  const place = placeOf(stack, options);
  const closing = options.close === true;
  const why = (options.reason ?? "").trim();
  const since = openRunsSince(new Date());
  const [{ runs, ...unreadRecords }, found] = await Promise.all([
    readRuns(root, stack, plane, { verb: "open-window", since, locations: window.locations }),
    findOpenings(plane, window, scope, asOf),
  ]);
  sayUnreadRecords(unreadRecords);
  const open = openOpenings(runs, window.name);
  const scans = closing ? nothingRead : await scanFaults(asked, call);
  const faults = closing ? [] : [...liveFaults(asked, found, call.asOf), ...scans.faults];
  const serious = faults.filter(({ path }) => !(options.anyway === true && path === "--anyway"));
  if (serious.length > 0) throw new UsageError(serious);
  const closes = new Date(at.getTime() + window.durationHours * hour);
  const approval = closing ? undefined : approvalOf(plane, window);
  const intent: Intent = { plane, window, at, closes, approval, found, open };
  const before: Opened = {
    task: closing ? "close" : "open",
    window: window.name,
    group: window.groups.join(", "),
    names: scans.names,
    at,
    closes,
    declined: false,
    why,
    locations: [],
    unkept: [],
  };
  const answer = (opened: Opened): Answer => {
    const record = opened.run === undefined ? undefined : recordPath(opened.run);
    return {
      exitCode: exitCodeOf[openedOutcome(opened)],
      json: (exitCode) => openWindowJson(stack, opened, record, exitCode),
      shown: () => [openedDocument(place, opened, record)],
    };
  };
  const shown = closing ? closingDocument(place, intent) : openingDocument(place, intent);
  if (!(await agreed(shown, options))) return answer({ ...before, declined: true });
  const lapsed = closing ? [] : lapsedFaults(at, new Date(asOf.getTime() + performance.now() - began));
  if (lapsed.length > 0) throw new UsageError(lapsed);
  return answer({ ...before, ...(await carriedOut(asked, call, found, why)) });
}

/** Adds `patchplane open-window`. */
export function addOpenWindow(program: Command, root: string): void {
  fleetCommand<OpenWindowOptions, Asked>(program, root, {
    name: "open-window",
    summary: "opens a reviewed group's on-demand window at a near time, follows it with --watch, or closes it again",
    description:
      "Gives the on-demand window of a reviewed group a near time in every location, so that AWS installs what the " +
      "deployed approval names, and nothing else. Refuses without an approval that holds until the window closes, where " +
      "another approval is deployed than these files have, in a freeze, where another window is open on the same " +
      "servers, and where the time is too short for them. Shows beforehand what it will do and asks; --yes answers.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups("the window of this reviewed group"),
      new Option("--window <name>", "the window; may be left out where one fits"),
      new Option("--at <instant>", `when it opens (default: in ${String(usualMinutesAhead)} minutes)`).argParser(
        instant,
      ),
      new Option("--watch", "follow it per server until it has ended, then close it"),
      new Option("--interval <seconds>", "between two looks of --watch").argParser(seconds).default(usualSeconds),
      new Option("--close", "close it instead: it does not open any more, and is disabled"),
      new Option(
        "--anyway",
        "although somebody has opened it for another time, a server has no fresh scan, or no scan shows what is approved",
      ),
      new Option("--store <place>", "folder, or s3://bucket/prefix, of collections").default("collections"),
      new Option("--reason <text>", "why: it goes on record; needed"),
      shared.asOf("what counts as the present (default: now)"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      ...shared.format(),
    ],
    exitCodes:
      "0 it opens, or is closed; with --watch every server has succeeded; 1 the answer was no, AWS names no time at which it opens, or --watch saw a server " +
      "fail; 2 usage, configuration, or something stands against opening it; 3 a location failed; the rest was done.",
    examples: [
      'npx patchplane open-window --stack prod --group prod-sensitive --reason "weekly patching" --watch',
      'npx patchplane open-window --stack prod --group prod-sensitive --at 2026-12-03T22:00:00Z --reason "weekly" --yes',
      'npx patchplane open-window --stack prod --group prod-sensitive --close --reason "postponed"',
    ],
    resolve: resolveOpening,
    run,
  });
}
