import { Option, type Command } from "commander";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { allDoctorChecks, doctorCheckIds, isDrillCheck, type DoctorCheck } from "../../domain/doctor/catalogue.ts";
import { byImportance, doctorOutcome, type Diagnosis } from "../../domain/doctor/diagnosis.ts";
import { examine } from "../../domain/doctor/judge.ts";
import type { Fault } from "../../domain/fault.ts";
import { suggest } from "../../domain/nearest.ts";
import { trustedKeys } from "../../domain/onboarding/trustedKeys.ts";
import { doctorDocument, doctorListDocument } from "../../render/doctor/doctorDocument.ts";
import { doctorJson, doctorListJson } from "../../render/doctor/doctorJson.ts";
import { agreementFaults } from "../cli/agreement.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodeOf, exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, repeatable, shared } from "../cli/options.ts";
import { openServers, serversOptions } from "../cli/serversRun.ts";
import { UsageError } from "../cli/usageError.ts";
import { drilled, type DrillOptions } from "./doctorDrill.ts";

const usualWaitMinutes = 30;

interface DoctorOptions extends DrillOptions {
  readonly drill?: boolean;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly list?: boolean;
}

/** The checks that are asked for, and of which stack; no stack where only the checks are listed. */
interface Asked {
  readonly checks: readonly DoctorCheck[];
  readonly invocation?: Invocation;
}

function unknownChecks(option: string, given: readonly string[] = []): readonly Fault[] {
  return given
    .filter((id) => !doctorCheckIds.includes(id))
    .map((id) => ({ path: option, message: "there is no such check", value: id, ...suggest(id, doctorCheckIds) }));
}

/** Faults of what belongs to a drill and was said without one, or the other way round. */
function drillFaults(options: DoctorOptions): readonly Fault[] {
  const { drill = false, list = false, only = [] } = options;
  if (list) return [];
  if (drill) return agreementFaults(options);
  const fix = "say --drill too";
  const given = (["servers", "anyway", "yes"] as const).filter((name) => options[name] !== undefined);
  return [
    ...given.map((name) => ({ path: `--${name}`, message: "is for a drill", fix })),
    ...only.filter(isDrillCheck).map((value) => ({ path: "--only", message: "only a drill looks at it", value, fix })),
  ];
}

function resolve(call: FleetCall<DoctorOptions>): Asked {
  const { only, except = [], list, drill = false } = call.options;
  const faults = [...unknownChecks("--only", only), ...unknownChecks("--except", except), ...drillFaults(call.options)];
  if (faults.length > 0) throw new UsageError(faults);
  const wanted = allDoctorChecks.filter(({ id }) => (only ?? [id]).includes(id) && !except.includes(id));
  const checks = list === true || drill ? wanted : wanted.filter(({ id }) => !isDrillCheck(id));
  if (checks.length === 0)
    throw new UsageError([{ path: "--except", message: "leaves no check of those that --only names" }]);
  if (list === true) return { checks };
  return { checks, invocation: drill ? openServers(call) : openInvocation(call) };
}

async function run(root: string, { checks, invocation }: Asked, call: FleetCall<DoctorOptions>): Promise<Answer> {
  const { asOf, options } = call;
  if (invocation === undefined)
    return { json: () => doctorListJson(checks), shown: () => [doctorListDocument(checks)] };
  const { stack, plane, scope } = invocation;
  const wanted = new Set<string>(checks.map(({ id }) => id));
  const isWanted = (id: string): boolean => wanted.has(id);
  const drills = checks.some(({ id }) => isDrillCheck(id));
  const drill = drills ? await drilled(invocation, call, isWanted) : undefined;
  if (drill?.declined === true) return { exitCode: exitCodes.findings, shown: "nothing was done: the answer was no\n" };
  const examined = async (): Promise<readonly Diagnosis[]> => {
    if (checks.every(({ id }) => isDrillCheck(id))) return [];
    // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
    const { gatherEvidence } = await import("../../operations/doctor.ts");
    const evidence = await gatherEvidence(plane, scope, asOf, trustedKeys(plane, loadOnboardingScripts(root)));
    return examine(plane, evidence, asOf).filter(({ check }) => isWanted(check));
  };
  const diagnoses = byImportance([...(drill?.diagnoses ?? []), ...(await examined())]);
  return {
    exitCode: exitCodeOf[doctorOutcome(diagnoses)],
    json: (exitCode) => doctorJson(stack, asOf, diagnoses, exitCode, drill?.record),
    shown: () => [doctorDocument(placeOf(stack, options), diagnoses, drill?.record)],
  };
}

/** Adds `patchplane doctor`. */
export function addDoctor(program: Command, root: string): void {
  fleetCommand<DoctorOptions, Asked>(program, root, {
    name: "doctor",
    summary: "whether the next windows have what they need, and whether somebody hears of it where they do not",
    description:
      "Compares what is deployed with the stack, and looks at what windows need: roles, documents, baselines, nodes that " +
      "answer, a topic that somebody is subscribed to, reports of the last runs, and what ends by its date. Reads only, without --drill: that " +
      "tries one server of each location and operating system, by a scan and an installation of nothing.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      repeatable("--only <check>", "only this check; may be repeated"),
      repeatable("--except <check>", "not this check; may be repeated"),
      new Option(
        "--drill",
        "tries servers too: network, repositories, lock, disk, clock, a scan, an installation of nothing",
      ),
      serversOptions.servers(),
      serversOptions.wait(usualWaitMinutes),
      new Option("--anyway", "a drill although somebody else's run goes on"),
      new Option("-y, --yes", "do not ask before a drill; needed where there is no terminal, and with JSON"),
      new Option("--list", "the checks, and why each matters; asks no cloud"),
      shared.asOf("decides what is late, stale or over (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 all is well; 1 something failed, or wants to be seen to, or the answer was no; 2 usage or configuration; " +
      "3 something could not be read: its line names the right, or the reason.",
    examples: [
      "npx patchplane doctor --stack prod",
      "npx patchplane doctor --stack prod --location prod-euw1 --except service-linked-role",
      "npx patchplane doctor --stack prod --drill",
      "npx patchplane doctor --list",
    ],
    resolve,
    run: (asked, call) => run(root, asked, call),
  });
}
