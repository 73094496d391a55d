import { nextRuns } from "../domain/schedule/nextRuns.ts";
import type { Plane } from "../domain/plane.ts";
import type { Window } from "../domain/window.ts";
import { plainTable, type Column } from "../render/plainTable.ts";
import type { JournalEntry } from "../simulator/index.ts";
import { paper } from "./options.ts";
import { regionalName } from "../domain/stack/awsNames.ts";
import { begin, type Show } from "./deploy.ts";
import { DemoFailed, made, type DemoRun } from "./run.ts";
import { wrongsTable } from "./wrongs.ts";
import { byText } from "../domain/text.ts";
import { isOrdinaryInstall } from "../domain/fleet/placement.ts";

const hour = 3_600_000;
const day = 24 * hour;

function firstEnd(window: Window): number | undefined {
  const runs = window.schedules.flatMap((schedule) => nextRuns(schedule, begin, 1));
  const [first] = runs.map(({ at }) => at.getTime()).sort((a, b) => a - b);
  return first === undefined ? undefined : first + window.durationHours * hour;
}

/** When every weekly and monthly install window that opens by the clock has been open once. */
function lastNight(plane: Plane): Date {
  const ends = Object.values(plane.windows)
    .filter((window) => isOrdinaryInstall(window) && !window.onDemand)
    .filter((window) => window.schedules.length === 1)
    .flatMap((window) => firstEnd(window) ?? [])
    .filter((end) => end < begin.getTime() + 14 * day);
  if (ends.length === 0) throw new DemoFailed("the stack has no install window in the first two weeks");
  return new Date(Math.max(...ends));
}

type WindowRunEntry = Extract<JournalEntry, { readonly kind: "windowRun" }>;

/** How the runs of one window in one location went. */
interface WindowRuns {
  readonly window: string;
  readonly place: string;
  readonly runs: readonly WindowRunEntry[];
}

function runsWith(status: string): (row: WindowRuns) => number {
  return ({ runs }) => runs.filter((run) => run.status === status).length;
}

const columns: readonly Column<WindowRuns>[] = [
  { title: "window", align: "left", cell: ({ window }) => window },
  { title: "location", align: "left", cell: ({ place }) => place },
  { title: "runs", align: "right", cell: ({ runs }) => runs.length },
  { title: "servers", align: "right", cell: ({ runs }) => Math.max(...runs.map(({ nodes }) => nodes)) },
  { title: "ok", align: "right", cell: runsWith("SUCCESS") },
  { title: "failed", align: "right", cell: runsWith("FAILED") },
  { title: "timed out", align: "right", cell: runsWith("TIMED_OUT") },
  { title: "cancelled", align: "right", cell: runsWith("CANCELLED") },
];

function runsTable(plane: Plane, entries: readonly WindowRunEntry[]): string {
  const places = Object.values(plane.locations);
  const placeOf = ({ accountId, region }: WindowRunEntry): string =>
    places.find((each) => each.accountId === accountId && each.region === region)?.name ?? "";
  const own = regionalName(plane.environment, "");
  const byWindow = Map.groupBy(entries, (run) => `${run.windowName.replace(own, "")}\n${placeOf(run)}`);
  const rows = [...byWindow].map(([key, runs]): WindowRuns => {
    const [window = "", place = ""] = key.split("\n");
    return { window, place, runs };
  });
  rows.sort((a, b) => byText(`${a.window} ${a.place}`, `${b.window} ${b.place}`));
  return plainTable(columns, rows, paper);
}

/** Lets two weeks of windows run, up to the end of the last automatic install window. */
export async function passNights(run: DemoRun, show: Show): Promise<string> {
  const cloud = made(run.cloud, "the embedded cloud");
  const plane = made(run.plane, "the plane");
  const end = lastNight(plane);
  for (let at = cloud.now().getTime() + day; at < end.getTime(); at += day) {
    show(`to ${new Date(at).toISOString().slice(0, 10)}`);
    await cloud.advanceTo(new Date(at));
  }
  await cloud.advanceTo(end);
  const runs = cloud.journal.entries.filter((entry) => entry.kind === "windowRun");
  run.printed.push(`Windows that ran until ${end.toISOString().slice(0, 16)}Z:\n${runsTable(plane, runs)}`);
  const wrongs = wrongsTable(cloud.journal.entries);
  if (wrongs !== "") run.printed.push(`What went wrong on the way, as the embedded cloud's journal has it:\n${wrongs}`);
  return `two weeks pass, until ${end.toISOString().slice(0, 16)}Z: ${String(runs.length)} window runs`;
}
