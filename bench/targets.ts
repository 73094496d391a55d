import type { FarVerb } from "./far.ts";
import type { OutcomeFigures } from "./outcome/measure.ts";
import { medianCost, median, ratioTo, type PageCost, type Results } from "./results.ts";

/** A target, and what was measured. */
export interface Verdict {
  readonly target: string;
  readonly atMost: number;
  readonly measured: number;
  readonly met: boolean;
}

interface Target {
  readonly target: string;
  readonly atMost: number;
  /** Undefined when the run measured nothing that tells. */
  readonly measured: (results: Results) => number | undefined;
}

function against(program: "naive" | "floor", measure: "seconds" | "mebibytes", vms: number, atMost: number): Target {
  const what = measure === "seconds" ? "time" : "memory";
  return {
    target: `${what} of ${String(vms)} VMs, as a multiple of the ${program} program's`,
    atMost,
    measured: ({ previews }) => {
      const figures = previews.find((each) => each.vms === vms);
      return figures === undefined ? undefined : ratioTo(program, figures.rounds, measure);
    },
  };
}

function growth(from: number, to: number): Target {
  return {
    target: `time of ${String(to)} VMs, as a multiple of ${String(from)} VMs'`,
    atMost: to / from,
    measured: ({ previews }) => {
      const small = previews.find((each) => each.vms === from);
      const large = previews.find((each) => each.vms === to);
      if (small === undefined || large === undefined) return undefined;
      const ratios = large.rounds.map(
        (round, index) => round.component.seconds / (small.rounds[index]?.component.seconds ?? Number.NaN),
      );
      return median(ratios);
    },
  };
}

const wholeToBare: Target = {
  target: "time of the checked-in stack's preview, as a multiple of as many bare resources'",
  atMost: 1.15,
  measured: ({ whole }) =>
    whole === undefined ? undefined : median(whole.rounds.map(({ whole: ours, bare }) => ours.seconds / bare.seconds)),
};

/** Parts of which each figure is a command's. */
const commandWords = { plans: "a plan", rehearsals: "a rehearsal" } as const;

type CommandPart = keyof typeof commandWords;

function command(part: CommandPart, servers: number, measure: "seconds" | "mebibytes", atMost: number): Target {
  return {
    target: `${measure === "seconds" ? "seconds" : "MiB"} of ${commandWords[part]} of ${String(servers)} servers`,
    atMost,
    measured: (results) => {
      const figures = results[part].find((each) => each.servers === servers);
      return figures === undefined ? undefined : medianCost(figures.costs, measure);
    },
  };
}

/** Growth of a command's time or memory, by medians: rounds are too short, or too few, for ratios of single ones. */
function commandGrowth(part: CommandPart, measure: "seconds" | "mebibytes", from: number, to: number): Target {
  const what = measure === "seconds" ? "time" : "memory";
  return {
    target: `${what} of ${commandWords[part]} of ${String(to)} servers, as a multiple of ${String(from)} servers'`,
    atMost: to / from,
    measured: (results) => {
      const [small, large] = [from, to].map((servers) => results[part].find((each) => each.servers === servers));
      if (small === undefined || large === undefined) return undefined;
      return medianCost(large.costs, measure) / medianCost(small.costs, measure);
    },
  };
}

function page(rows: number, measure: keyof PageCost, target: string, atMost: number): Target {
  return {
    target,
    atMost,
    measured: ({ pages }) => {
      const figures = pages.find((each) => each.rows === rows);
      return figures === undefined ? undefined : median(figures.costs.map((cost) => cost[measure]));
    },
  };
}

/** What comes of the shipped stack in a world: late shares in percent, servers and runs in numbers. */
function outcome(faults: number, what: string, atMost: number, of: (figures: OutcomeFigures) => number): Target {
  return {
    target: `shipped stack, ${String(faults * 100)} % faults: ${what}`,
    atMost,
    measured: ({ outcomes }) => {
      const figures = outcomes.find((each) => each.contender === "shipped" && each.faults === faults);
      return figures === undefined ? undefined : of(figures);
    },
  };
}

/** Growth of the time until a page is ready, by the rounds' own multiples. */
function pageGrowth(from: number, to: number): Target {
  return {
    target: `time until a page of ${String(to)} rows is ready, as a multiple of ${String(from)} rows'`,
    atMost: to / from,
    measured: ({ pages }) => {
      const [small, large] = [from, to].map((rows) => pages.find((each) => each.rows === rows));
      if (small === undefined || large === undefined) return undefined;
      return median(
        large.costs.map(({ readySeconds }, index) => readySeconds / (small.costs[index]?.readySeconds ?? Number.NaN)),
      );
    },
  };
}

function outcomeTargets(faults: number, latePercent: number): readonly Target[] {
  const late = ({ onTime, lateReachable }: OutcomeFigures): number => (100 * lateReachable) / (onTime + lateReachable);
  return [
    outcome(faults, "percent of releases late on servers that were reachable", latePercent, late),
    outcome(faults, "runs over the cutoff", 0, ({ overruns }) => overruns),
    outcome(faults, "servers cut off", 0, ({ cutOff }) => cutOff),
    outcome(faults, "servers left stopped", 0, ({ leftStopped }) => leftStopped),
    outcome(faults, "packages that nobody approved", 0, ({ unapproved }) => unapproved),
    outcome(
      faults,
      "automatic servers non-compliant for more than 30 days without a fault of their own",
      0,
      ({ nonCompliantByStack }) => nonCompliantByStack,
    ),
  ];
}

const joinWords = { seconds: "time", processorSeconds: "processor time", mebibytes: "memory" } as const;

/** A comparison's cost as a multiple of the plain join's, by the rounds' own multiples. */
function toJoin(rows: number, measure: keyof typeof joinWords, atMost: number): Target {
  const what = joinWords[measure];
  return {
    target: `${what} of the changes in ${String(rows)} rows, as a multiple of a join in memory`,
    atMost,
    measured: ({ changes }) => {
      const figures = changes.find((each) => each.rows === rows);
      return figures === undefined
        ? undefined
        : median(figures.rounds.map(({ engine, join }) => engine[measure] / join[measure]));
    },
  };
}

/** Growth of a comparison's time, by the rounds' own multiples. */
function changesGrowth(from: number, to: number): Target {
  return {
    target: `time of the changes in ${String(to)} rows, as a multiple of ${String(from)} rows'`,
    atMost: to / from,
    measured: ({ changes }) => {
      const [small, large] = [from, to].map((rows) => changes.find((each) => each.rows === rows));
      if (small === undefined || large === undefined) return undefined;
      return median(
        large.rounds.map(({ engine }, index) => engine.seconds / (small.rounds[index]?.engine.seconds ?? Number.NaN)),
      );
    },
  };
}

function far(verb: FarVerb, servers: number, atMost: number): Target {
  return {
    target: `time to ${verb} ${String(servers)} servers 50 ms away, as a multiple of the SDK's own calls`,
    atMost,
    measured: ({ far: all }) => {
      const figures = all.find((each) => each.verb === verb && each.servers === servers);
      return figures === undefined
        ? undefined
        : median(figures.costs.map(({ seconds, least }) => seconds / least.seconds));
    },
  };
}

/** Growth of the memory of reading a fleet: what is kept of a server is little beside what is read of it. */
function farMemory(verb: FarVerb, from: number, to: number, atMost: number): Target {
  return {
    target: `memory to ${verb} ${String(to)} servers, as a multiple of ${String(from)} servers'`,
    atMost,
    measured: ({ far: all }) => {
      const [small, large] = [from, to].map((servers) =>
        all.find((each) => each.verb === verb && each.servers === servers),
      );
      if (small === undefined || large === undefined) return undefined;
      return medianCost(large.costs, "mebibytes") / medianCost(small.costs, "mebibytes");
    },
  };
}

function farTargets(verb: FarVerb): readonly Target[] {
  return [far(verb, 1_200, 1.3), far(verb, 5_000, 1.3), farMemory(verb, 1_200, 5_000, 1.5)];
}

/** What the project sets itself. */
const targets: readonly Target[] = [
  against("naive", "seconds", 300, 0.8),
  against("naive", "mebibytes", 300, 0.65),
  against("naive", "mebibytes", 1000, 0.5),
  against("floor", "seconds", 100, 1.25),
  against("floor", "seconds", 300, 1.25),
  against("floor", "seconds", 1000, 1.25),
  growth(100, 1000),
  wholeToBare,
  {
    target: "seconds to parse and validate a fleet file of 10,000 rows",
    atMost: 1,
    measured: ({ fleet }) => {
      const figures = fleet.find(({ rows }) => rows === 10_000);
      return figures === undefined ? undefined : medianCost(figures.readFleet, "seconds");
    },
  },
  command("plans", 1200, "seconds", 2),
  command("plans", 1200, "mebibytes", 300),
  commandGrowth("plans", "seconds", 1200, 10_000),
  command("rehearsals", 1200, "seconds", 40),
  command("rehearsals", 1200, "mebibytes", 768),
  commandGrowth("rehearsals", "seconds", 1200, 10_000),
  commandGrowth("rehearsals", "mebibytes", 1200, 10_000),
  page(100_000, "megabytes", "MB of a report's page of 100000 rows", 1.5),
  page(100_000, "readySeconds", "seconds until that page is ready in Chromium", 1),
  pageGrowth(10_000, 100_000),
  ...farTargets("collect"),
  ...farTargets("scan"),
  ...farTargets("review"),
  ...farTargets("verify"),
  toJoin(1_920_000, "seconds", 0.35),
  toJoin(1_920_000, "processorSeconds", 0.35),
  toJoin(1_920_000, "mebibytes", 0.5),
  changesGrowth(100_800, 1_920_000),
  ...outcomeTargets(0, 0),
  ...outcomeTargets(0.05, 0.5),
  ...outcomeTargets(0.15, 1),
];

/** Verdicts on every target that the run can tell of; a figure that is no number misses its target. */
export function verdicts(results: Results): readonly Verdict[] {
  return targets.flatMap(({ target, atMost, measured }) => {
    const figure = measured(results);
    return figure === undefined ? [] : [{ target, atMost, measured: figure, met: figure <= atMost }];
  });
}
