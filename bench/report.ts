import Table from "cli-table3";
import {
  medianCost,
  median,
  ratioTo,
  type ChangesFigures,
  type FarFigures,
  type FleetFigures,
  type PageFigures,
  type CommandFigures,
  type PreviewFigures,
  type Results,
  type SimulatorFigures,
  type WholeFigures,
} from "./results.ts";
import { contenders } from "./outcome/contenders.ts";
import { worlds, type OutcomeFigures } from "./outcome/measure.ts";
import { comparedPrograms, type ComparedProgram } from "./preview/task.ts";
import type { Verdict } from "./targets.ts";

type Cell = string;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const edges = ["top", "bottom", "left", "right"].flatMap((edge) => [
    edge,
    `${edge}-mid`,
    `${edge}-left`,
    `${edge}-right`,
  ]);
  const none = Object.fromEntries([...edges, "mid", "mid-mid", "middle"].map((name) => [name, ""]));
  const made = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: none,
  });
  made.push(...rows.map((row) => [...row]));
  const lines = made.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

const count = (value: number): string => value.toLocaleString("en-US");
const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;
const ratio = (value: number): string => value.toFixed(2);

const programWords: Readonly<Record<ComparedProgram, string>> = {
  component: "SubscriptionOnboarding",
  naive: "naive: the SDKs' classes",
  floor: "floor: bare resources",
};

function previewRows({ vms, rounds }: PreviewFigures): readonly (readonly Cell[])[] {
  return comparedPrograms.map((program) => {
    const costs = rounds.map((round) => round[program]);
    const multiples =
      program === "component"
        ? ["", ""]
        : [ratio(ratioTo(program, rounds, "seconds")), ratio(ratioTo(program, rounds, "mebibytes"))];
    return [
      `${count(vms)} VMs, ${programWords[program]}`,
      seconds(medianCost(costs, "seconds")),
      mebibytes(medianCost(costs, "mebibytes")),
      ...multiples,
    ];
  });
}

function wholeRows({ resources, rounds }: WholeFigures): readonly (readonly Cell[])[] {
  return (["whole", "bare"] as const).map((program) => {
    const costs = rounds.map((round) => round[program]);
    const multiple = (measure: "seconds" | "mebibytes"): string =>
      program === "whole" ? "" : ratio(median(rounds.map(({ whole, bare }) => whole[measure] / bare[measure])));
    return [
      program === "whole" ? `checked-in stack: ${count(resources)} resources` : "floor: as many bare resources",
      seconds(medianCost(costs, "seconds")),
      mebibytes(medianCost(costs, "mebibytes")),
      multiple("seconds"),
      multiple("mebibytes"),
    ];
  });
}

function previewTable(previews: readonly PreviewFigures[], whole: WholeFigures | undefined): string {
  return table(
    ["pulumi preview", "time", "peak memory", "ours/its time", "ours/its memory"],
    [...previews.flatMap(previewRows), ...(whole === undefined ? [] : wholeRows(whole))],
  );
}

function simulatorTable(figures: readonly SimulatorFigures[]): string {
  return table(
    ["embedded cloud", "start", "scan of all", "peak memory"],
    figures.map(({ servers, costs }) => [
      `${count(servers)} servers`,
      seconds(median(costs.map((cost) => cost.startSeconds))),
      seconds(median(costs.map((cost) => cost.scanSeconds))),
      mebibytes(median(costs.map((cost) => cost.mebibytes))),
    ]),
  );
}

function fleetTable(figures: readonly FleetFigures[]): string {
  return table(
    ["fleet file", "time", "peak memory"],
    figures.flatMap(({ rows, readFleet, readPlane }) =>
      [
        { words: "parsed and validated", costs: readFleet },
        { words: "with its stack file and every check", costs: readPlane },
      ].map(({ words, costs }) => [
        `${count(rows)} rows, ${words}`,
        seconds(medianCost(costs, "seconds")),
        mebibytes(medianCost(costs, "mebibytes")),
      ]),
    ),
  );
}

function commandTable(title: string, figures: readonly CommandFigures[]): string {
  return table(
    [title, "time", "peak memory"],
    figures.map(({ servers, costs }) => [
      `${count(servers)} servers`,
      seconds(medianCost(costs, "seconds")),
      mebibytes(medianCost(costs, "mebibytes")),
    ]),
  );
}

function farTable(figures: readonly FarFigures[]): string {
  return table(
    ["50 ms away", "calls", "time", "the SDK alone", "one by one", "processors", "the SDK alone", "peak memory"],
    figures.map(({ verb, servers, costs }) => [
      `${verb}, ${count(servers)} servers`,
      count(median(costs.map(({ least }) => least.calls))),
      seconds(medianCost(costs, "seconds")),
      seconds(median(costs.map(({ least }) => least.seconds))),
      seconds(median(costs.map(({ sequentialSeconds }) => sequentialSeconds))),
      seconds(median(costs.map(({ processorSeconds }) => processorSeconds))),
      seconds(median(costs.map(({ least }) => least.processorSeconds))),
      mebibytes(medianCost(costs, "mebibytes")),
    ]),
  );
}

function changesTable(figures: readonly ChangesFigures[]): string {
  return table(
    ["changes between two collections", "time", "processors", "peak memory"],
    figures.flatMap(({ rows, copy, rounds }) =>
      [
        { words: "from the copies", costs: rounds.map(({ engine }) => engine) },
        { words: "the first time, which makes the copies", costs: [copy] },
        { words: "a plain join in memory", costs: rounds.map(({ join }) => join) },
      ].map(({ words, costs }) => [
        `${count(rows)} rows, ${words}`,
        seconds(medianCost(costs, "seconds")),
        seconds(median(costs.map(({ processorSeconds }) => processorSeconds))),
        mebibytes(medianCost(costs, "mebibytes")),
      ]),
    ),
  );
}

function pageTable(figures: readonly PageFigures[]): string {
  return table(
    ["page of a report", "size", "written", "ready in Chromium"],
    figures.map(({ rows, costs }) => [
      `${count(rows)} rows of 13 columns`,
      `${median(costs.map((cost) => cost.megabytes)).toFixed(2)} MB`,
      seconds(median(costs.map((cost) => cost.writeSeconds))),
      seconds(median(costs.map((cost) => cost.readySeconds))),
    ]),
  );
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${String(Math.floor((part / whole) * 10_000) / 100)} %`;

/** Servers and runs are the worst seed's; releases are counted over all of them. */
function outcomeTable(figures: readonly OutcomeFigures[]): string {
  const heads = [
    "faults, and how it is patched",
    "on time",
    "of reachable",
    "overdue",
    "lacking > 30 d",
    "overruns",
    "cut off",
    "left stopped",
    "unapproved",
  ];
  const rows = worlds.flatMap((faults) =>
    figures
      .filter((each) => each.faults === faults)
      .map((each) => [
        `${String(faults * 100)} %: ${contenders[each.contender].title}`,
        share(each.onTime, each.onTime + each.late),
        share(each.onTime, each.onTime + each.lateReachable),
        ...[each.overdueServers, each.nonCompliant, each.overruns, each.cutOff, each.leftStopped, each.unapproved].map(
          count,
        ),
      ]),
  );
  return table(heads, rows);
}

function verdictTable(verdicts: readonly Verdict[]): string {
  return table(
    ["target", "at most", "measured", ""],
    verdicts.map(({ target, atMost, measured, met }) => [
      target,
      ratio(atMost),
      ratio(measured),
      met ? "met" : "MISSED",
    ]),
  );
}

/** The results as plain text: medians over the rounds, and of ratios the median of the rounds' own. */
export function reportText(
  { previews, whole, simulator, fleet, plans, rehearsals, pages, changes, far, outcomes }: Results,
  verdicts: readonly Verdict[],
): string {
  return [
    previews.length === 0 ? "" : previewTable(previews, whole),
    simulator.length === 0 ? "" : simulatorTable(simulator),
    fleet.length === 0 ? "" : fleetTable(fleet),
    plans.length === 0 ? "" : commandTable("plan of a change to every server", plans),
    rehearsals.length === 0 ? "" : commandTable("rehearsal of a quarter", rehearsals),
    pages.length === 0 ? "" : pageTable(pages),
    changes.length === 0 ? "" : changesTable(changes),
    far.length === 0 ? "" : farTable(far),
    outcomes.length === 0 ? "" : outcomeTable(outcomes),
    verdicts.length === 0 ? "" : verdictTable(verdicts),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
