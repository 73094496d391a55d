import type { Evidence, Violation } from "./evidence.ts";
import { violations } from "./invariants/all.ts";
import { runScenario } from "./runScenario.ts";
import { drawScenario, type ScenarioOptions } from "./scenario.ts";

/** How much happened in a simulation, so that one in which nothing did is seen. */
export interface Tally {
  readonly servers: number;
  readonly windowRuns: number;
  readonly operations: number;
  readonly installs: number;
  readonly approvedInstalls: number;
  readonly kernelInstalls: number;
  readonly reboots: number;
  readonly missed: number;
  readonly failed: number;
  readonly faults: number;
  /** Machines of all looks at status, by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/** What came of a seed. */
export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly tally: Tally;
  /** Why it could not be played to its end. */
  readonly broken?: string;
}

/** Violations of a seed that are told one by one. */
const mostShown = 10;

const nothing: Tally = {
  servers: 0,
  windowRuns: 0,
  operations: 0,
  installs: 0,
  approvedInstalls: 0,
  kernelInstalls: 0,
  reboots: 0,
  missed: 0,
  failed: 0,
  faults: 0,
  verdicts: {},
};

function counted(values: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, same]) => [value, same.length]));
}

/** Counts what happened. */
function tallyOf({ scenario, journal, observations }: Evidence): Tally {
  const operations = journal.filter((entry) => entry.kind === "patching");
  const installs = operations.filter((operation) => operation.packages.length > 0);
  return {
    servers: scenario.world.machines.length,
    windowRuns: journal.filter((entry) => entry.kind === "windowRun").length,
    operations: operations.length,
    installs: installs.length,
    approvedInstalls: installs.filter((operation) => operation.installOverrideList !== undefined).length,
    kernelInstalls: installs.filter((operation) => operation.baselineOverride !== undefined).length,
    reboots: operations.filter((operation) => operation.rebooted).length,
    missed: operations.filter((operation) => operation.outcome === "missed").length,
    failed: operations.filter((operation) => operation.outcome === "failed").length,
    faults: journal.filter((entry) => entry.kind === "fault").length,
    verdicts: counted(observations.flatMap(({ servers }) => servers.map(({ verdict }) => verdict))),
  };
}

/**
 * Plays a seed and holds what it left behind against every invariant.
 * @param show - is handed what it left behind
 */
export async function outcomeOf(
  seed: number,
  options: ScenarioOptions,
  show: (evidence: Evidence) => void = () => undefined,
): Promise<Outcome> {
  try {
    const evidence = await runScenario(drawScenario(seed, options));
    show(evidence);
    return { seed, violations: violations(evidence), tally: tallyOf(evidence) };
  } catch (error) {
    const broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, violations: [], tally: nothing, broken };
  }
}

/** The command that plays a seed again and shows all of it. */
export function replayCommand(seed: number): string {
  return `npm run simulate -- --seed ${String(seed)}`;
}

/** What is wrong with a seed, one line each, and how to see more; nothing when all holds. */
export function complaints({ seed, violations: found, broken }: Outcome): readonly string[] {
  const more = found.length - mostShown;
  const lines = [
    ...found
      .slice(0, mostShown)
      .map(({ invariant, at, subject, what }) => `${invariant}: ${at.toISOString()} ${subject} ${what}`),
    ...(more > 0 ? [`and ${String(more)} more`] : []),
    ...(broken === undefined ? [] : [`could not be played: ${broken}`]),
  ];
  return lines.length === 0 ? [] : [`seed ${String(seed)}`, ...lines, replayCommand(seed)];
}
