import { Option, type Command } from "commander";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { doctorCheckIds, doctorChecks, type DoctorCheck } from "../../domain/doctor/catalogue.ts";
import { doctorOutcome } from "../../domain/doctor/diagnosis.ts";
import { examine } from "../../domain/doctor/judge.ts";
import type { Fault } from "../../domain/fault.ts";
import { suggest } from "../../domain/nearest.ts";
import { trustedKeys } from "../../domain/onboarding/trustedKeys.ts";
import { doctorDocument, doctorListDocument } from "../../render/doctor/doctorDocument.ts";
import { doctorJson, doctorListJson } from "../../render/doctor/doctorJson.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";

interface DoctorOptions extends SharedOptions {
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

function resolve(call: FleetCall<DoctorOptions>): Asked {
  const { only, except = [], list } = call.options;
  const faults = [...unknownChecks("--only", only), ...unknownChecks("--except", except)];
  if (faults.length > 0) throw new UsageError(faults);
  const checks = doctorChecks.filter(({ id }) => (only ?? [id]).includes(id) && !except.includes(id));
  if (checks.length === 0)
    throw new UsageError([{ path: "--except", message: "leaves no check of those that --only names" }]);
  return list === true ? { checks } : { checks, invocation: openInvocation(call) };
}

/** Adds `patchplane doctor`. */
export function addDoctor(program: Command, root: string): void {
  fleetCommand<DoctorOptions, Asked>(program, root, {
    name: "doctor",
    summary: "whether the next windows have what they need, and whether somebody hears of it where they do not",
    description:
      "Compares what is deployed with the stack, and looks at what windows need: roles, documents, baselines, nodes that " +
      "answer, a topic that somebody is subscribed to, reports of the last runs, and what ends by its date. Reads only.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      repeatable("--only <check>", "only this check; may be repeated"),
      repeatable("--except <check>", "not this check; may be repeated"),
      new Option("--list", "the checks, and why each matters; asks no cloud"),
      shared.asOf("decides what is late, stale or over (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 all is well; 1 something failed, or wants to be seen to; 2 usage or configuration;\n" +
      "3 something could not be read: its line names the right, or the reason.",
    examples: [
      "npx patchplane doctor --stack prod",
      "npx patchplane doctor --stack prod --location prod-euw1 --except service-linked-role",
      "npx patchplane doctor --list",
    ],
    resolve,
    run: async ({ checks, invocation }, { asOf, options }) => {
      if (invocation === undefined)
        return { json: () => doctorListJson(checks), shown: () => [doctorListDocument(checks)] };
      const { stack, plane, scope } = invocation;
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { gatherEvidence } = await import("../../operations/doctor.ts");
      const evidence = await gatherEvidence(plane, scope, asOf, trustedKeys(plane, loadOnboardingScripts(root)));
      const wanted = new Set<string>(checks.map(({ id }) => id));
      const diagnoses = examine(plane, evidence, asOf).filter(({ check }) => wanted.has(check));
      return {
        exitCode: exitCodeOf[doctorOutcome(diagnoses)],
        json: (exitCode) => doctorJson(stack, asOf, diagnoses, exitCode),
        shown: () => [doctorDocument(placeOf(stack, options), diagnoses)],
      };
    },
  });
}
