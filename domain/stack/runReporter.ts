import { serversOf } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { iamName, regionalName } from "./awsNames.ts";

/** Ids in one rule: a pattern may have 2,048 characters, and an id with its quotes takes 23. */
const windowsInARule = 50;

/**
 * What the function of the run reporter is given. 300 servers, which is what a window has at most here, take it a
 * fraction of both (docs/run-reports.md has the measurement).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const reporterSettings = {
  runtime: "nodejs24.x",
  handler: "index.handler",
  /** In MB. */
  memorySize: 512,
  /** In seconds: the most that Lambda gives. */
  timeout: 900,
} as const;

/** How Lambda calls the function. */
export const reporterCapacity = {
  /** Where one is reserved: an event that comes twice waits for its first time. */
  concurrent: 1,
  /** Attempts after a failed one, which go on where it has stopped; the most that Lambda makes. */
  retries: 2,
  /** How long Lambda keeps an event that finds the function busy; the most that it does. */
  eventAgeSeconds: 21_600,
} as const;

/** Paths of the bundled code of the stack's functions, each an ES module of one file. */
export interface FunctionCode {
  readonly runReporter: string;
}

/** What a location's run reporter is made of, by AWS's names. */
export interface PlannedReporter {
  readonly functionName: string;
  readonly roleName: string;
  readonly logGroup: string;
  /** Queue of the events that could not be reported. */
  readonly queue: string;
  /** Windows, by AWS's names, that no server of the fleet file is for: that their runs meet nobody is no news. */
  readonly idleWindows: readonly string[];
  /** Whether one of Lambda's concurrent executions is reserved for it. */
  readonly reserved: boolean;
}

/** The names of a location's run reporter. */
export function reporterNames(
  environment: string,
  location: string,
): Omit<PlannedReporter, "idleWindows" | "reserved"> {
  const functionName = regionalName(environment, "run-reporter");
  return {
    functionName,
    roleName: iamName(environment, location, "run-reporter"),
    logGroup: `/aws/lambda/${functionName}`,
    queue: functionName,
  };
}

/**
 * The run reporter of a location; undefined where there is nothing to report, or nobody wants it.
 * @param windows the location's windows, by AWS's names
 */
export function plannedReporter(
  plane: Plane,
  location: string,
  windows: ReadonlyMap<string, { readonly window: Window }>,
): PlannedReporter | undefined {
  if (!plane.reports.afterWindows || windows.size === 0) return undefined;
  const idle = [...windows].filter(([, { window }]) => serversOf(plane, window, location).length === 0);
  const { reservedConcurrency: reserved } = plane.reports;
  return { ...reporterNames(plane.environment, location), reserved, idleWindows: idle.map(([name]) => name).sort() };
}

/**
 * The function's environment.
 * @typeParam Text - a text, or what will be one
 */
export function reporterVariables<Text>(
  environment: string,
  { idleWindows }: Pick<PlannedReporter, "idleWindows">,
  { bucketName, topicArn }: Readonly<Record<"bucketName" | "topicArn", Text>>,
): Record<string, Text | string> {
  return {
    REPORT_BUCKET: bucketName,
    REPORT_IDLE_WINDOWS: idleWindows.join(","),
    REPORT_STACK: environment,
    REPORT_TOPIC_ARN: topicArn,
  };
}

/** Rules of {@link windowLots}; the key names what belongs to each of them. */
type LotRules = readonly { readonly key: string; readonly name: string }[];

function lotRules(environment: string, lots: number, keyOf: (lot: number) => string): LotRules {
  return Array.from({ length: lots }, (_, lot) => ({ key: keyOf(lot), name: regionalName(environment, keyOf(lot)) }));
}

/** The rules that call the function. */
export function endedRules(environment: string, lots: number): LotRules {
  return lotRules(environment, lots, (lot) => `ended-runs-${String(lot + 1)}`);
}

/** The rules that tell the topic of runs that failed. */
export function failedRules(environment: string, lots: number): LotRules {
  return lotRules(environment, lots, (lot) => (lot === 0 ? "failed-runs" : `failed-runs-${String(lot + 1)}`));
}

/** Keys of windows, sorted, in lots whose ids fit into the pattern of one rule. */
export function windowLots(keys: readonly string[]): readonly (readonly string[])[] {
  const sorted = keys.toSorted();
  return Array.from({ length: Math.ceil(sorted.length / windowsInARule) }, (_, lot) =>
    sorted.slice(lot * windowsInARule, (lot + 1) * windowsInARule),
  );
}
