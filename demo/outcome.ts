import { isReviewed, type Plane } from "../domain/plane.ts";
import { lateReasons, type SeedOutcome } from "../domain/rehearsal/outcome.ts";
import { missedServers } from "../domain/status/installations.ts";
import type { FleetStatus, ServerStatus } from "../domain/status/fleetStatus.ts";
import { counted, firstOf } from "../domain/text.ts";
import { outcomeOf } from "../rehearsal/outcome.ts";
import { lateWords } from "../render/rehearsal/rehearsalWords.ts";
import { dueBlocks } from "../render/status/installations.ts";
import { nameOf } from "../render/status/serverNames.ts";
import { writeText } from "../render/writers/text.ts";
import { paper } from "./options.ts";
import { begin } from "./deploy.ts";
import { claim, made, type DemoRun } from "./run.ts";

const shownNames = 6;
const grouped = new Intl.NumberFormat("en-US");

/** What truly came of the two weeks, judged as a rehearsal is: by the embedded cloud's journal. */
export function judgeWeeks(run: DemoRun): SeedOutcome {
  const cloud = made(run.cloud, "the embedded cloud");
  const scenario = {
    seed: run.options.seed,
    span: { start: begin, end: cloud.now() },
    world: made(run.world, "the world"),
    deployments: [{ at: begin, plane: made(run.plane, "the plane") }],
  };
  return outcomeOf({ scenario, journal: cloud.journal.entries });
}

function sum<T>(all: readonly T[], count: (each: T) => number): number {
  return all.reduce((total, each) => total + count(each), 0);
}

function late({ groups }: SeedOutcome): number {
  return sum(groups, (group) => sum(lateReasons, (reason) => group.late[reason]));
}

/** Windows that install for automatic groups and did not do all their servers, by name. */
export function unfinished(plane: Plane, { windows }: SeedOutcome): readonly string[] {
  return windows.flatMap(({ window, location, operation, failed, untouched, overruns }) => {
    const automatic = plane.windows[window]?.groups.some((group) => !isReviewed(plane, group)) === true;
    const left = failed + sum(Object.values(untouched) as readonly number[], (count) => count) + overruns;
    return operation === "install" && automatic && left > 0 ? [`${window} in ${location}`] : [];
  });
}

/** Stops the demo where the outcome is not what a plane that patches brings about. */
export function claimOutcome(run: Pick<DemoRun, "claims" | "options">, plane: Plane, outcome: SeedOutcome): void {
  const breaches = outcome.breaches.map(({ server, what }) => `${server}: ${what}`);
  claim(
    run,
    breaches.length === 0,
    "no service was left stopped, no server rebooted against its group's setting, nothing unapproved was installed",
    breaches.join("; "),
  );
  // With faults the outcome says who was missed and why; nothing is promised of it.
  if (run.options.faults > 0) return;
  const left = unfinished(plane, outcome);
  claim(run, left.length === 0, "every automatic server was patched by its window", `not by ${left.join(", ")}`);
  claim(run, late(outcome) === 0, "every security release was installed on time", `${String(late(outcome))} are late`);
}

function overdueLines(outcome: SeedOutcome): readonly string[] {
  const overdue = outcome.groups.flatMap((group) => group.overdue);
  if (overdue.length === 0) return ["  overdue: none"];
  const byReason = Map.groupBy(overdue, ({ reason }) => reason);
  return [
    `  overdue: ${counted(late(outcome), "security release")} on ${counted(overdue.length, "server")}`,
    ...[...byReason].map(
      ([reason, servers]) =>
        `    ${lateWords[reason]}: ${firstOf(
          servers.map(({ name }) => name),
          shownNames,
        )}`,
    ),
  ];
}

/** The outcome in words: what was on time, what is due and when, what went wrong and for whom. */
export function outcomeText(outcome: SeedOutcome, status: FleetStatus, faults: number): string {
  const onTime = sum(outcome.groups, (group) => group.onTime);
  const open = sum(outcome.groups, (group) => group.open);
  const missed = missedServers(status.installations);
  const unknown = status.servers.filter(({ judgement }) => judgement.verdict === "unknown");
  const named = (servers: readonly ServerStatus[]): string =>
    servers.length === 0 ? "none" : firstOf(servers.map(nameOf), shownNames);
  const servers = counted(
    sum(status.servers, ({ machines }) => machines),
    "server",
  );
  const world = faults === 0 ? "nothing wrong with any" : `something wrong with ${String(Math.round(faults * 100))} %`;
  return [
    `Two weeks, ${servers}, ${world}:`,
    `  on time: ${grouped.format(onTime)} security releases were installed before they were due`,
    ...overdueLines(outcome),
    `  due later: ${grouped.format(open)} releases came since the last window of their group, or are not approved`,
    ...writeText({ blocks: dueBlocks(status) }, { width: paper - 4 })
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`),
    `  missed by the last run of a window: ${named(missed.map(({ server }) => server))}`,
    `  unknown: ${named(unknown)}`,
    "The status below says of each of them why, and what to do.",
  ].join("\n");
}
