import type { Command } from "commander";
import { statusOutcome } from "../../domain/status/fleetStatus.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import { statusJson } from "../../render/status/statusJson.ts";
import { statusDocument } from "../../render/status/statusDocument.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, shared, type SharedOptions } from "../cli/options.ts";

/** Adds `patchplane status`. */
export function addStatus(program: Command, root: string): void {
  fleetCommand<SharedOptions, Invocation>(program, root, {
    name: "status",
    summary: "what the clouds know of every server: patched, missing, failed, unknown; and how onboarding stands",
    description:
      "Shows each server of the fleet file in one column: compliant, missing security, pending reboot, failed or " +
      "unknown. Reads only, and needs no Pulumi state.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      shared.asOf("decides what is stale (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 nothing to see to; 1 failed or unknown servers, servers that the last run\nmissed, windows that reached " +
      "nobody, onboarding or tags to see to; 2 usage or configuration;\n" +
      "3 a location or subscription could not be read.",
    examples: [
      "npx patchplane status --stack prod",
      "npx patchplane status --stack prod --location prod-euw1 --group prod-auto --json",
    ],
    resolve: openInvocation,
    run: async ({ stack, plane, scope }, { asOf, options }) => {
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { readFleet } = await import("../../operations/status.ts");
      const status = judgeFleet(plane, await readFleet(plane, scope, asOf), asOf);
      return {
        exitCode: exitCodeOf[statusOutcome(status)],
        json: (exitCode) => statusJson(stack, status, exitCode),
        shown: () => [statusDocument(placeOf(stack, options), status)],
      };
    },
  });
}
