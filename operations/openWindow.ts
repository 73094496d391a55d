import { setTimeout as passed } from "node:timers/promises";
import { GetMaintenanceWindowCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { FollowedRun, FoundOpenings, OpenedLocation } from "../domain/approvals/opened.ts";
import { openedAt } from "../domain/approvals/opening.ts";
import type { Location, Plane } from "../domain/plane.ts";
import type { Window } from "../domain/window.ts";
import type { RunAction } from "../domain/runs/runRecord.ts";
import { windowName } from "../domain/stack/awsNames.ts";
import { windowsAt } from "../domain/fleet/placement.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { counted, withCounts } from "../domain/text.ts";
import { day, instantText, minute } from "../domain/time.ts";
import { ssmClient } from "./aws/clients.ts";
import { awsFailure, isRefusal } from "./aws/failure.ts";
import { close, goesOn, openAt, readOpening, runsSince } from "./aws/opening.ts";
import { readWindowRun } from "./aws/windowRun.ts";
import type { LocationScope } from "./fleetNodes.ts";
import type { Step, StepOutcome } from "./progress.ts";
import type { RunRecord } from "./runs/runRecords.ts";

/** Longest that a location's calls may take together; a run that is followed takes as long as it takes. */
const wholeLimit = 120_000;
/** A run that has not begun so long after its time is not waited for. */
const lateMinutes = 30;
/** Looks in a row that may fail before a followed location is given up. */
const mostFailures = 5;

function title({ name, accountId, region }: Location): string {
  return `${name} (${accountId}, ${region})`;
}

/** A step in a location with a client of its own: what fails is the row that `failed` makes of it. */
function step<T>(
  location: Location,
  limit: number | undefined,
  does: (client: SSMClient, show: (line: string) => void) => Promise<StepOutcome<T>>,
  failed: (failure: string, error: unknown) => T,
): Step<T> {
  return {
    title: title(location),
    act: async (show) => {
      const client = ssmClient(location, limit);
      try {
        return await does(client, show);
      } catch (error) {
        const failure = awsFailure(error, location);
        return { value: failed(failure, error), line: `${location.name}: ${failure}`, failed: true };
      } finally {
        client.destroy();
      }
    },
  };
}

/** The window as it is in each of its locations, by reading alone. */
export function findOpenings(
  plane: Plane,
  window: Window,
  scope: LocationScope,
  asOf: Date,
): Promise<readonly FoundOpenings[]> {
  const locations = locationsOf(plane, scope).filter(({ name }) => window.locations.includes(name));
  const name = windowName(plane.environment, window.name, "");
  const steps = locations.map((location) => {
    const onDemand = windowsAt(plane, location.name).filter((each) => each.onDemand);
    const names = new Map(onDemand.map((each) => [windowName(plane.environment, each.name, ""), each.name]));
    return step<FoundOpenings>(
      location,
      wholeLimit,
      async (client) => {
        const found = await readOpening(client, name, names, new Date(asOf.getTime() - 2 * day));
        const line = found.found === undefined ? "not deployed" : found.found.schedule;
        return { value: { location, ...found }, line: `${location.name}: ${line}`, failed: false };
      },
      (failure) => ({ location, failure }),
    );
  });
  return scope.runSteps(steps);
}

/** Does something to the window in every location where it was found, with a line of the record before and after. */
async function inEach(
  found: readonly FoundOpenings[],
  { runSteps }: Pick<LocationScope, "runSteps">,
  record: RunRecord,
  name: string,
  action: "openWindow" | "closeWindow",
  does: (client: SSMClient, windowId: string) => Promise<Date | undefined>,
): Promise<readonly OpenedLocation[]> {
  const steps = found.map((each): Step<OpenedLocation> => {
    const { location } = each;
    const before = { location, windowId: "", outcome: "unread" as const };
    if ("failure" in each || each.found === undefined) {
      const failure = "failure" in each ? each.failure : "the window is not deployed there";
      const outcome = { value: { ...before, failure }, line: `${location.name}: ${failure}`, failed: true };
      return { title: title(location), act: () => Promise.resolve(outcome) };
    }
    const windowId = each.found.id;
    const about: RunAction = { location: location.name, action, id: windowId, name };
    return step<OpenedLocation>(
      location,
      wholeLimit,
      async (client) => {
        record.write({ line: "asked", ...about });
        const opens = await does(client, windowId);
        record.write({ line: "answered", ...about, outcome: "done", failure: null });
        const done = { ...before, windowId, outcome: "done" as const };
        const isTimeless = action === "openWindow" && opens === undefined;
        const came =
          opens === undefined ? (isTimeless ? "AWS names no time" : "closed") : `opens ${instantText(opens)}`;
        const line = `${location.name}: ${came}`;
        return { value: { ...done, ...(opens === undefined ? {} : { opens }) }, line, failed: isTimeless };
      },
      (failure, error) => {
        const outcome = isRefusal(error) ? "refused" : "unknown";
        record.write({ line: "answered", ...about, outcome, failure });
        return { ...before, windowId, outcome, failure };
      },
    );
  });
  return runSteps(steps);
}

/** Has the window open at an instant, wherever it was found. */
export function openWindows(
  plane: Plane,
  window: Window,
  found: readonly FoundOpenings[],
  at: Date,
  scope: Pick<LocationScope, "runSteps">,
  record: RunRecord,
): Promise<readonly OpenedLocation[]> {
  const name = windowName(plane.environment, window.name, "");
  return inEach(found, scope, record, name, "openWindow", (client, id) => openAt(client, id, at));
}

/** Closes the window wherever it was found. */
export function closeWindows(
  plane: Plane,
  window: Window,
  found: readonly FoundOpenings[],
  scope: Pick<LocationScope, "runSteps">,
  record: RunRecord,
): Promise<readonly OpenedLocation[]> {
  const name = windowName(plane.environment, window.name, "");
  return inEach(found, scope, record, name, "closeWindow", async (client, id) => {
    await close(client, id);
    return undefined;
  });
}

/** How a run is followed. */
export interface Following {
  readonly at: Date;
  /** The present when the waiting begins. */
  readonly asOf: Date;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly signal: AbortSignal;
}

async function look(
  client: SSMClient,
  windowId: string,
  { at }: Following,
  isLate: boolean,
  show: (line: string) => void,
): Promise<FollowedRun | undefined> {
  const [run] = await runsSince(client, windowId, new Date(at.getTime() - minute));
  if (run?.WindowExecutionId === undefined) {
    const { Enabled = false, Schedule = "" } = await client.send(
      new GetMaintenanceWindowCommand({ WindowId: windowId }),
    );
    if (openedAt(Schedule, Enabled)?.getTime() !== at.getTime()) return { kind: "changed" };
    show(`opens ${instantText(at)}`);
    return isLate ? { kind: "late" } : undefined;
  }
  const { records } = await readWindowRun(client, windowId, run.WindowExecutionId);
  const statuses = Map.groupBy(records, ({ status }) => status);
  show(
    withCounts([...statuses].map(([status, all]) => [all.length, `${String(all.length)} ${status}`])) ||
      "no server yet",
  );
  if (goesOn(run)) return undefined;
  return { kind: "ended", run: run.WindowExecutionId, status: run.Status ?? "", records };
}

async function followed(
  client: SSMClient,
  windowId: string,
  following: Following,
  show: (line: string) => void,
): Promise<FollowedRun> {
  const { at, asOf, every, signal } = following;
  const lateAt = performance.now() + at.getTime() - asOf.getTime() + lateMinutes * minute;
  for (let failures = 0; ;) {
    try {
      const end = await look(client, windowId, following, performance.now() > lateAt, show);
      if (end !== undefined) return end;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures >= mostFailures) throw error;
    }
    await passed(every, undefined, { signal });
  }
}

/** Follows the runs of opened windows to their end, location by location. */
export function followOpened(
  plane: Plane,
  opened: readonly OpenedLocation[],
  { runSteps }: Pick<LocationScope, "runSteps">,
  following: Following,
): Promise<readonly OpenedLocation[]> {
  const steps = opened.map((each): Step<OpenedLocation> => {
    const location = plane.locations[each.location.name];
    if (each.outcome !== "done" || location === undefined) {
      const line = `${each.location.name}: not opened`;
      return { title: each.location.name, act: () => Promise.resolve({ value: each, line, failed: true }) };
    }
    return step<OpenedLocation>(
      location,
      undefined,
      async (client, show) => {
        const end = await followed(client, each.windowId, following, show);
        const line =
          end.kind === "ended"
            ? `${end.status} on ${counted(end.records.length, "server")}`
            : end.kind === "late"
              ? "did not begin"
              : "was given another time, or disabled";
        return { value: { ...each, followed: end }, line: `${location.name}: ${line}`, failed: end.kind !== "ended" };
      },
      (failure) => ({ ...each, outcome: "unknown", failure }),
    );
  });
  return runSteps(steps);
}
