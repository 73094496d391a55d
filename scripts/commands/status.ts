import type { Command } from "commander";
import { statusOutcome } from "../../domain/status/fleetStatus.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import { statusJson } from "../../render/status/statusJson.ts";
import { statusDocument } from "../../render/status/statusDocument.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, shared, storeAddress, type SharedOptions } from "../cli/options.ts";

interface StatusOptions extends SharedOptions {
  readonly store: string;
}

/** Adds `patchplane status`. */
export function addStatus(program: Command, root: string): void {
  fleetCommand<StatusOptions, Invocation>(program, root, {
    name: "status",
    summary: "what the clouds know of every server: patched, missing, failed, unknown; and how onboarding stands",
    description:
      "Shows each server of the fleet file in one column: compliant, missing security, pending reboot, failed or " +
      "unknown. Reads only, and needs no Pulumi state. Where collections are, also what is due and overdue.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      shared.store("collections that say since when patches are missing: folder, or s3://bucket/prefix"),
      shared.asOf("decides what is stale (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 nothing to see to; 1 failed or unknown servers, servers that the last run missed, windows that reached " +
      "nobody, what is overdue, onboarding or tags to see to; 2 usage or configuration; " +
      "3 a location, a subscription or the collections could not be read.",
    examples: [
      "npx patchplane status --stack prod",
      "npx patchplane status --stack prod --location prod-euw1 --group prod-auto --json",
    ],
    resolve: openInvocation,
    run: async ({ stack, plane, scope }, { root: folder, asOf, options }) => {
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { collectedHistory, readFleet } = await import("../../operations/status.ts");
      const { openStore } = await import("../../operations/store/openStore.ts");
      const store = openStore(plane, storeAddress(folder, options.store));
      const evidence = await readFleet(plane, scope, asOf);
      const history = await collectedHistory(plane, scope, asOf, store);
      const status = judgeFleet(plane, { ...evidence, ...history }, asOf);
      return {
        exitCode: exitCodeOf[statusOutcome(status)],
        json: (exitCode) => statusJson(stack, status, exitCode),
        shown: () => [statusDocument(placeOf(stack, options), status)],
      };
    },
  });
}
