import { InvalidArgumentError, Option } from "commander";
import type { Fault } from "../../domain/fault.ts";
import { choiceFaults } from "../../domain/runs/choice.ts";
import type { Caller, RunBegun, RunVerb } from "../../domain/runs/runRecord.ts";
import {
  serverRows,
  serversOutcome,
  targetOf,
  reachable,
  type LeftOut,
  type ServersRun,
} from "../../domain/runs/serversRun.ts";
import type { PlacedServer } from "../../domain/status/placedServers.ts";
import type { LocationScope } from "../../operations/fleetNodes.ts";
import type { RunRecord } from "../../operations/runs/runRecords.ts";
import type { Done, FoundServers } from "../../operations/runs/servers.ts";
import { pasted, type Place } from "../../render/commands.ts";
import type { Document } from "../../render/document.ts";
import { serversDocument } from "../../render/runs/serversDocument.ts";
import { serversJson } from "../../render/runs/serversJson.ts";
import { wordsText } from "../../render/writers/text.ts";
import { agreed, type AgreementOptions } from "./agreement.ts";
import type { Answer, Call } from "./command.ts";
import { exitCodeOf } from "./exitCodes.ts";
import { openInvocation, type Invocation } from "./invocation.ts";
import { commaSeparated, placeOf, type SharedOptions } from "./options.ts";
import { say } from "./output.ts";
import { begunRecord, recorded } from "./recorded.ts";
import { UsageError } from "./usageError.ts";

/** Options that commands on chosen servers share. */
export interface ServersOptions extends SharedOptions, AgreementOptions {
  readonly servers?: readonly string[];
  readonly wait: number;
}

const longestWaitMinutes = 24 * 60;

/** A whole number from 1 on. */
export function counting(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`allowed: a whole number from 1 to ${String(most)}`);
    return value;
  };
}

/** Makes the options that commands on chosen servers share. */
export const serversOptions = {
  servers: () =>
    new Option(
      "--servers <names>",
      "only these: names, ids or node ids, by commas; * stands for any letters",
    ).argParser(commaSeparated),
  wait: (usual: number) =>
    new Option("--wait <minutes>", "how long what was sent is waited for")
      .argParser(counting(longestWaitMinutes))
      .default(usual),
} as const;

/** What is missing where neither servers nor a group are named, and not everything may be meant. */
export function unchosenFaults({ servers, group }: Pick<ServersOptions, "servers" | "group">): readonly Fault[] {
  return (servers ?? group) === undefined
    ? [{ path: "--servers", message: "name servers, or a group by --group" }]
    : [];
}

/**
 * Opens the stack, and checks the chosen servers against its fleet file.
 * @throws UsageError with every fault
 */
export function openServers(call: Call<ServersOptions>): Invocation {
  const invocation = openInvocation(call);
  const faults = choiceFaults(call.options.servers, invocation.plane.fleet);
  if (faults.length > 0) throw new UsageError(faults);
  return invocation;
}

/** Does something with the servers that a choice takes, once their locations are read. */
export async function withServers<T>(
  { plane }: Invocation,
  scope: LocationScope,
  isChosen: (placed: PlacedServer) => boolean,
  does: (found: FoundServers) => Promise<T>,
): Promise<T> {
  // The clouds' SDKs are loaded when they are needed, or --help would wait for them.
  const { findServers } = await import("../../operations/runs/servers.ts");
  const { closeLocations } = await import("../../operations/aws/locations.ts");
  const found = await findServers(plane, scope, isChosen);
  try {
    return await does(found);
  } finally {
    closeLocations(found.reads);
  }
}

/** A run that is about to begin. */
export interface Beginning {
  readonly verb: RunVerb;
  readonly command: "scan" | "install" | "reboot";
  readonly why: string;
  readonly repeats?: string;
  readonly found: FoundServers;
  /** What was chosen beside what was found. @default none */
  readonly leftOut?: readonly LeftOut[];
  readonly options: RunBegun["options"];
  /** What will be done, to be agreed to; undefined where nothing is changed. */
  readonly ask?: Document;
  /** Does it; what it returns are the results of all servers that have a node. */
  readonly act: (record: RunRecord, signal: AbortSignal) => Promise<Done>;
}

/** How the servers that a run missed are run again. */
export interface Again {
  readonly root: string;
  /** Minutes. */
  readonly wait: number;
  /** Although somebody else is at a run. */
  readonly anyway: boolean;
  /** Why, where it is not for the reason of the run itself; empty where that holds. */
  readonly reason: string;
}

/** What a person who breaks a run off wants to know: what goes on, and how it is ended. */
async function sayWhatGoesOn(record: RunRecord, path: string, place: Place | undefined): Promise<void> {
  const { recordLines, runOf } = await import("../../domain/runs/runRecord.ts");
  const run = runOf(recordLines(record.text()) ?? []);
  const heard = (run?.results ?? []).filter(({ outcome }) => outcome !== "unknown");
  const over = new Set(heard.map(({ command }) => command));
  const open = (run?.actions ?? []).filter(
    ({ action, got }) => action === "sendCommand" && got !== undefined && !over.has(got),
  );
  const rerun = place === undefined ? undefined : wordsText([pasted("npx patchplane rerun", record.id, place)]);
  const then = rerun === undefined ? "call again later" : `${rerun} looks after it and does the rest`;
  say(`${path} says what was sent; ${then}\n`);
  for (const { got = "", location } of open) {
    const region = run?.locations.find(({ name }) => name === location)?.region ?? "";
    say(`goes on in ${location}; to cancel it: aws ssm cancel-command --region ${region} --command-id ${got}\n`);
  }
}

/** What was done, and where its record is. */
interface Kept<T> {
  readonly record: RunRecord;
  readonly who: Caller;
  readonly done: T;
  readonly unkept: ServersRun["unkept"];
}

/**
 * Does something with servers and keeps it on record, whatever its end.
 * @param place - where a rerun of it would be typed; none for what is not repeated
 */
export async function onRecord<T>(
  { stack, plane }: Pick<Invocation, "stack" | "plane">,
  root: string,
  beginning: Pick<Beginning, "verb" | "why" | "repeats" | "options"> & {
    readonly found: Pick<FoundServers, "placed">;
    readonly act: (record: RunRecord, signal: AbortSignal) => Promise<T>;
  },
  place?: Place,
): Promise<Kept<T>> {
  const records = await import("../../operations/runs/runRecords.ts");
  const { verb, why, repeats, options, act } = beginning;
  const { placed } = beginning.found;
  const at = [...new Set(reachable(placed).map(({ location }) => location))];
  const targets = placed.map(targetOf);
  const { record, who } = await begunRecord(plane, root, {
    stack,
    verb,
    why,
    repeats: repeats ?? null,
    at,
    targets,
    options,
  });
  const sayEnd = (): Promise<void> => sayWhatGoesOn(record, records.recordPath(record.id), place);
  const kept = await recorded(plane, { record, locations: at, sayEnd, does: (signal) => act(record, signal) });
  return { record, who, ...kept };
}

/** Has a run agreed to, done, and kept on record, whatever its end. */
export async function runOnServers(
  { stack, plane }: Invocation,
  { root, options }: Call<ServersOptions>,
  beginning: Beginning,
): Promise<Answer> {
  const records = await import("../../operations/runs/runRecords.ts");
  const { verb, command, why, repeats, found, leftOut = [], ask } = beginning;
  const { placed, failures } = found;
  const place = placeOf(stack, options);
  const answer = (run: Omit<ServersRun, "verb" | "why" | "leftOut">): Answer => {
    const whole: ServersRun = { verb, why, leftOut, ...(repeats === undefined ? {} : { repeats }), ...run };
    const record = run.run === undefined ? undefined : records.recordPath(run.run);
    return {
      exitCode: exitCodeOf[serversOutcome(whole)],
      json: (exitCode) => serversJson(stack, command, whole, record, exitCode),
      shown: () => [serversDocument(place, whole, record)],
    };
  };
  const rows = serverRows(placed, [], new Map(), failures);
  const servers = reachable(placed);
  const nothing = { declined: false, rows, failures, unkept: [] };
  if (servers.length === 0) return answer(nothing);
  if (ask !== undefined && !(await agreed(ask, options))) return answer({ ...nothing, declined: true });
  const { record, who, done, unkept } = await onRecord({ stack, plane }, root, beginning, place);
  return answer({
    run: record.id,
    declined: false,
    who,
    rows: serverRows(placed, done.results, done.reports, done.failures),
    failures: done.failures,
    unkept,
  });
}
