import { expect } from "chai";
import { median, ratioTo, type PreviewRound, type Results } from "../../bench/results.ts";
import { verdicts } from "../../bench/targets.ts";

function round(component: number, naive: number, floor: number): PreviewRound {
  const cost = (value: number) => ({ seconds: value, mebibytes: value * 100 });
  return { component: cost(component), naive: cost(naive), floor: cost(floor) };
}

function previews(vms: number, ...rounds: readonly PreviewRound[]): Results["previews"][number] {
  return { vms, rounds };
}

const nothing: Results = {
  previews: [],
  simulator: [],
  fleet: [],
  plans: [],
  rehearsals: [],
  pages: [],
  changes: [],
  far: [],
  outcomes: [],
};

describe("the benchmark's arithmetic", () => {
  it("takes the middle value, the mean of two middle ones, and nothing of nothing", () => {
    expect(median([9, 1, 2])).to.equal(2);
    expect(median([4, 1, 2, 9])).to.equal(3);
    expect(median([])).to.be.NaN;
  });

  it("compares within a round, so that a slow round slows both sides", () => {
    // The medians of the two sides alone would give 6 / 4.
    const rounds = [round(2, 4, 1), round(6, 12, 1), round(30, 3, 1)];
    expect(ratioTo("naive", rounds, "seconds")).to.equal(0.5);
    expect(ratioTo("floor", rounds, "mebibytes")).to.equal(6);
  });

  it("judges what was measured and says nothing of the rest", () => {
    expect(verdicts(nothing)).to.deep.equal([]);
    expect(verdicts({ ...nothing, previews: [previews(200, round(1, 1, 1))] })).to.deep.equal([]);
    expect(verdicts({ ...nothing, previews: [previews(300, round(8, 10, 6))] })).to.deep.equal([
      { target: "time of 300 VMs, as a multiple of the naive program's", atMost: 0.8, measured: 0.8, met: true },
      { target: "memory of 300 VMs, as a multiple of the naive program's", atMost: 0.65, measured: 0.8, met: false },
      { target: "time of 300 VMs, as a multiple of the floor program's", atMost: 1.25, measured: 8 / 6, met: false },
    ]);
  });

  it("judges growth by the rounds' own multiples", () => {
    const small = previews(100, round(1, 2, 1), round(2, 2, 2), round(1, 2, 1));
    const large = previews(1000, round(9, 90, 9), round(22, 90, 22), round(8, 90, 8));
    const growth = verdicts({ ...nothing, previews: [small, large] }).find(({ atMost }) => atMost === 10);
    expect(growth).to.deep.equal({
      target: "time of 1000 VMs, as a multiple of 100 VMs'",
      atMost: 10,
      measured: 9,
      met: true,
    });
  });

  it("judges the fleet file of 10,000 rows by its own reading, not by the plane's", () => {
    const cost = (seconds: number) => ({ seconds, mebibytes: 1 });
    const fleet = [{ rows: 10_000, readFleet: [cost(0.4), cost(2), cost(0.5)], readPlane: [cost(9)] }];
    expect(verdicts({ ...nothing, fleet })).to.deep.equal([
      { target: "seconds to parse and validate a fleet file of 10,000 rows", atMost: 1, measured: 0.5, met: true },
    ]);
  });

  it("judges a rehearsal by time and memory, and its growth by medians", () => {
    const cost = (seconds: number, mebibytes: number) => ({ seconds, mebibytes });
    const rehearsals = [
      { servers: 1200, costs: [cost(20, 600), cost(30, 700), cost(90, 900)] },
      { servers: 10_000, costs: [cost(270, 2100)] },
    ];
    expect(verdicts({ ...nothing, rehearsals }).map(({ measured, met }) => [measured, met])).to.deep.equal([
      [30, true],
      [700, true],
      [9, false],
      [3, true],
    ]);
  });

  it("judges a report's page of 100,000 rows by size and time, and its growth by the rounds' own multiples", () => {
    const cost = (megabytes: number, readySeconds: number) => ({ megabytes, readySeconds, writeSeconds: 1 });
    const pages = [
      { rows: 10_000, costs: [cost(0.2, 0.1), cost(0.2, 0.2)] },
      { rows: 100_000, costs: [cost(1.4, 0.4), cost(1.4, 2.2)] },
    ];
    expect(verdicts({ ...nothing, pages }).map(({ measured, met }) => [measured, met])).to.deep.equal([
      [1.4, true],
      [1.3, false],
      [7.5, true],
    ]);
  });

  it("counts a figure that is no number as missed", () => {
    const fleet = [{ rows: 10_000, readFleet: [], readPlane: [] }];
    expect(verdicts({ ...nothing, fleet }).map(({ met }) => met)).to.deep.equal([false]);
  });

  it("judges a plan by its median time and memory, and its growth by the number of servers", () => {
    const cost = (seconds: number, mebibytes: number) => ({ seconds, mebibytes });
    const plans = [
      { servers: 1200, costs: [cost(1, 200), cost(3, 350), cost(1.5, 250)] },
      { servers: 10_000, costs: [cost(13, 900)] },
    ];
    expect(
      verdicts({ ...nothing, plans }).map(({ measured, met }) => [Math.round(measured * 100) / 100, met]),
    ).to.deep.equal([
      [1.5, true],
      [250, true],
      [8.67, false],
    ]);
  });

  it("judges what is far away by the rounds' own multiples of the SDK's calls, and its memory by its growth", () => {
    const cost = (seconds: number, least: number, mebibytes: number) => ({
      ...{ seconds, mebibytes, processorSeconds: 1, sequentialSeconds: 100 },
      least: { seconds: least, processorSeconds: 1, calls: 10 },
    });
    const far = [
      { verb: "review" as const, servers: 1200, costs: [cost(12, 10, 300), cost(60, 30, 310), cost(11, 10, 320)] },
      { verb: "review" as const, servers: 5000, costs: [cost(54, 40, 496)] },
    ];
    expect(verdicts({ ...nothing, far }).map(({ measured, met }) => [measured, met])).to.deep.equal([
      [1.2, true],
      [1.35, false],
      [1.6, false],
    ]);
  });

  it("judges the shipped stack's outcome in each world, and nobody else's", () => {
    const fine = {
      onTime: 1000,
      late: 5,
      lateReachable: 5,
      overdueServers: 3,
      overruns: 0,
      cutOff: 0,
      leftStopped: 0,
      unapproved: 0,
      nonCompliant: 2,
      nonCompliantByStack: 0,
    };
    const missed = (faults: number, more: Partial<typeof fine>, contender: "shipped" | "article" = "shipped") =>
      verdicts({ ...nothing, outcomes: [{ ...fine, ...more, contender, faults }] })
        .filter(({ met }) => !met)
        .map(({ target }) => target.replace(/^.*: /, ""));
    expect(missed(0.05, {})).to.deep.equal([]);
    expect(missed(0, {})).to.deep.equal(["percent of releases late on servers that were reachable"]);
    expect(missed(0.05, { lateReachable: 6 })).to.have.length(1);
    expect(missed(0.15, { lateReachable: 6 })).to.have.length(0);
    expect(
      missed(0.15, { overruns: 1, cutOff: 1, leftStopped: 1, unapproved: 1, nonCompliantByStack: 1 }),
    ).to.have.length(5);
    expect(missed(0, { overruns: 9 }, "article")).to.deep.equal([]);
  });
});
