import { isOnline } from "../fleet/managedNode.ts";
import { isReviewed, type Plane } from "../plane.ts";
import type { NodeResult } from "../runs/runRecord.ts";
import { groupOf, reachable, type FailedLocation, type Reachable, type ServerReport } from "../runs/serversRun.ts";
import type { FoundLocation } from "../runs/stopped.ts";
import { readinessChecks, readinessMark, type ReadinessCheck } from "../stack/readinessScripts.ts";
import type { PlacedServer } from "../status/placedServers.ts";
import { byText, counted, firstOf } from "../text.ts";
import { byImportance, type Diagnosis, type Result } from "./diagnosis.ts";
import type { DrillCheckId } from "./catalogue.ts";

/** A server on which a drill is made. */
export interface DrillServer {
  readonly server: Reachable;
  /** Whether nothing is installed on it but through an approval, by its tag or by the fleet file. */
  readonly reviewed: boolean;
}

/** Which servers a drill takes, and where there is none that it could. */
export interface DrillChoice {
  readonly servers: readonly DrillServer[];
  readonly without: readonly {
    readonly location: string;
    readonly system: string;
    readonly names: readonly string[];
  }[];
}

function isReady(server: Reachable): boolean {
  return isOnline(server.node);
}

/**
 * One server of each location and operating system: the first by name whose agent answers. Of an automatic group where
 * there is one, because on others nothing can be installed for a test.
 * @param named - whether these servers were named: then all of them are taken
 */
export function chooseDrill(plane: Plane, placed: readonly PlacedServer[], named: boolean): DrillChoice {
  const tried = (server: Reachable): DrillServer => {
    const groups = [groupOf(server), server.server.patchGroup];
    return { server, reviewed: groups.some((group) => isReviewed(plane, group)) };
  };
  const kinds = Map.groupBy(
    placed.filter(({ readable }) => readable),
    (each) => JSON.stringify([each.location, each.server.os]),
  );
  const sorted = [...kinds.values()].map((all) => {
    const ready = reachable(all).filter(isReady).map(tried);
    const order = (a: DrillServer, b: DrillServer): number =>
      Number(a.reviewed) - Number(b.reviewed) || byText(a.server.server.name, b.server.server.name);
    const silent = all.filter((each) => !ready.some(({ server }) => server === each));
    return { ready: ready.toSorted(order), silent: named || ready.length === 0 ? silent : [] };
  });
  return {
    servers: sorted.flatMap(({ ready }) => (named ? ready : ready.slice(0, 1))),
    without: sorted.flatMap(({ silent }) => {
      const [first] = silent;
      const names = silent.map(({ server }) => server.name);
      return first === undefined ? [] : [{ location: first.location, system: first.server.os, names }];
    }),
  };
}

/** What a server said of one check. */
export interface Readiness {
  readonly result: "ok" | "failed" | "unknown";
  readonly words: string;
}

const readinessLine = new RegExp(`^${readinessMark} (\\w+) (ok|failed|unknown) (.*)$`);

/** What a server said of each check, by what the readiness document wrote there. */
export function readinessOf(output: string): ReadonlyMap<ReadinessCheck, Readiness> {
  const said = new Map<ReadinessCheck, Readiness>();
  for (const line of output.split(/\r?\n/)) {
    const [, id, result, words = ""] = readinessLine.exec(line) ?? [];
    const check = readinessChecks.find((each) => each === id);
    if (check !== undefined) said.set(check, { result: result as Readiness["result"], words: words.trim() });
  }
  return said;
}

/** One of the commands of a drill, by node id; one that was not sent at all has nothing. */
export interface DrillStep {
  readonly results: ReadonlyMap<string, NodeResult>;
  /** Why it broke off, by location. */
  readonly failures: ReadonlyMap<string, string>;
}

/** What a drill has seen. A step that is undefined was not wanted. */
export interface DrillEvidence {
  readonly choice: DrillChoice;
  /** Locations that could not be read. */
  readonly failures: readonly FailedLocation[];
  readonly readiness?: DrillStep & { readonly outputs: ReadonlyMap<string, string> };
  readonly scan?: DrillStep & { readonly reports: ReadonlyMap<string, ServerReport> };
  readonly install?: DrillStep;
  readonly stop?: readonly FoundLocation[];
}

const fixes: Readonly<Record<ReadinessCheck, string>> = {
  aws: "let its network through to these hosts on 443: a proxy, a NAT gateway, or VPC endpoints with one for S3",
  repository:
    "look at its sources and its proxy, and at what its network lets through; on Windows at the update service and its policy",
  withheld:
    "take it away, have the mirror synchronised with its security suite and notices, or boot the newest kernel: such updates are missing in no report, or fail in every run; where it is meant, leave this out by --except drill-withheld",
  lock: "wait for what is at work; where it is an updater of its own, as unattended-upgrades is, take it off",
  disk: "make room before the window: old kernels, caches, logs",
  clock: "have its clock kept by the time service of its cloud (chrony, Windows Time)",
};

const rightToSend =
  "ask by the operators' role, which sends the stack's own documents; deploy where the document is missing";

/** What an ended command says of a server; undefined where it has done it. */
function shortfall(
  step: DrillStep,
  { location, node }: Reachable,
  fix: string,
): Pick<Diagnosis, "result" | "message" | "fix"> | undefined {
  const result = step.results.get(node.id);
  const failure = step.failures.get(location);
  if (result === undefined)
    return {
      result: "unknown",
      message: failure ?? "nothing is known of it",
      ...(failure === undefined ? {} : { fix }),
    };
  if (result.outcome === "done") return undefined;
  const known: Result = result.outcome === "failed" || result.outcome === "unreachable" ? "failed" : "unknown";
  return { result: known, message: result.reason === "" ? result.outcome : result.reason };
}

type Told = Pick<Diagnosis, "result" | "message" | "fix">;

function tell(check: DrillCheckId, { location, server }: Reachable, { result, message, fix }: Told): Diagnosis {
  return {
    check,
    result,
    about: { location },
    message: `${server.name}: ${message}`,
    ...(fix === undefined ? {} : { fix }),
    servers: [server.name],
  };
}

function readinessDiagnoses(step: NonNullable<DrillEvidence["readiness"]>, server: Reachable): readonly Diagnosis[] {
  const short = shortfall(step, server, rightToSend);
  const said = readinessOf(step.outputs.get(server.node.id) ?? "");
  return readinessChecks.map((id) => {
    const answer = said.get(id);
    const told: Told =
      answer === undefined
        ? (short ?? { result: "unknown", message: "its answer says nothing of this" })
        : { result: answer.result, message: answer.words, ...(answer.result === "ok" ? {} : { fix: fixes[id] }) };
    return tell(`drill-${id}`, server, told);
  });
}

function scanDiagnoses(step: NonNullable<DrillEvidence["scan"]>, server: Reachable): readonly Diagnosis[] {
  const short = shortfall(step, server, rightToSend);
  if (short !== undefined)
    return [
      tell("drill-scan", server, short),
      tell("drill-report", server, { result: "unknown", message: "there was no scan that could be reported" }),
    ];
  const report = step.reports.get(server.node.id);
  const arrived: Told =
    report === undefined
      ? {
          result: "failed",
          message: "the scan ended well, and no result of it has arrived",
          fix: "look at the command's output on the server, and at its role: it writes compliance by ssm:PutComplianceItems and ssm:PutInventory",
        }
      : { result: "ok", message: `reported at ${report.at}: ${counted(report.missing, "update")} missing` };
  return [tell("drill-scan", server, { result: "ok", message: "scanned" }), tell("drill-report", server, arrived)];
}

/** Nothing of a server where it was not tried. */
function installDiagnoses(step: DrillStep, { server, reviewed }: DrillServer): readonly Diagnosis[] {
  if (reviewed) return [];
  const done: Told = { result: "ok", message: "an installation of nothing ended well" };
  return [tell("drill-install", server, shortfall(step, server, rightToSend) ?? done)];
}

function stopDiagnosis({ location, found }: FoundLocation): Diagnosis {
  const about = { location: location.name };
  if ("failure" in found) return { check: "drill-stop", result: "unknown", about, message: found.failure };
  const { windows, runs, commands } = found;
  const message = `stop would disable ${counted(windows.length, "window")} and cancel ${counted(runs.length + commands.length, "run or command", "runs and commands")}`;
  return { check: "drill-stop", result: "ok", about, message };
}

function choiceDiagnoses({ choice, failures, install }: DrillEvidence): readonly Diagnosis[] {
  const check = "drill-servers";
  const tried = Map.groupBy(choice.servers, ({ server }) => server.location);
  return [
    ...failures.map(({ location, failure }): Diagnosis => {
      return { check, result: "unknown", about: { location: location.name }, message: failure };
    }),
    ...choice.without.map(({ location, system, names }): Diagnosis => ({
      check,
      result: "failed",
      about: { location },
      message: `no agent answers of ${firstOf(names, 3)} (${system})`,
      fix: "npx patchplane status says why of each",
      servers: names,
    })),
    ...[...tried].map(([location, own]): Diagnosis => {
      const namesOf = (of: readonly DrillServer[]): readonly string[] => of.map(({ server }) => server.server.name);
      const reviewed = install === undefined ? [] : namesOf(own.filter((each) => each.reviewed));
      const not =
        reviewed.length === 0
          ? ""
          : `; no installation on ${reviewed.join(", ")}: what installs on a reviewed group is an approval`;
      const servers = namesOf(own);
      return { check, result: "ok", about: { location }, message: `tried on ${servers.join(", ")}${not}`, servers };
    }),
  ];
}

/** Judges a drill: every check of every server that was tried, the worst first. */
export function judgeDrill(evidence: DrillEvidence): readonly Diagnosis[] {
  const { choice, readiness, scan, install, stop = [] } = evidence;
  return byImportance([
    ...choiceDiagnoses(evidence),
    ...choice.servers.flatMap((each) => [
      ...(readiness === undefined ? [] : readinessDiagnoses(readiness, each.server)),
      ...(scan === undefined ? [] : scanDiagnoses(scan, each.server)),
      ...(install === undefined ? [] : installDiagnoses(install, each)),
    ]),
    ...stop.map(stopDiagnosis),
  ]);
}
