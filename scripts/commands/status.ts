import type { Command } from "commander";
import { statusExitCode } from "../../domain/status/fleetStatus.ts";
import { statusJson } from "../../render/status/statusJson.ts";
import { statusText } from "../../render/status/statusText.ts";
import { collected, instant, openInvocation, type ScopeOptions } from "../cli/invocation.ts";

interface StatusOptions extends ScopeOptions {
  readonly asOf?: Date;
}

async function run(root: string, options: StatusOptions): Promise<void> {
  const { stack, plane, scope } = openInvocation(root, options);
  // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
  const { fleetStatus } = await import("../../operations/status.ts");
  const status = await fleetStatus(plane, options.asOf ?? new Date(), scope);
  process.exitCode = statusExitCode(status);
  process.stdout.write(options.json === true ? statusJson(stack, status) : statusText(stack, status));
}

/** Adds `patchplane status`. */
export function addStatus(program: Command, root: string): void {
  program
    .command("status")
    .summary("what the clouds know of every server: patched, missing, failed, unknown; and how onboarding stands")
    .description(
      "Shows each server of the fleet file in one column: compliant, missing security, pending reboot, failed or " +
        "unknown. Reads only, and needs no Pulumi state.",
    )
    .option("-C, --cwd <folder>", "folder of stack files, fleet and approvals, instead of this project's own")
    .option("-s, --stack <name>", "stack file to read; may be left out where there is one")
    .option("-l, --location <name>", "only this location; may be repeated", collected)
    .option("-g, --group <name>", "only this patch group; may be repeated", collected)
    .option("--as-of <instant>", "decides what is stale (default: now)", instant)
    .option("--json", "print JSON, and nothing else")
    .addHelpText(
      "after",
      `
Exit codes: 0 nothing to see to; 1 failed or unknown servers, onboarding or tags to see to; 2 usage or configuration;
3 a location or subscription could not be read.

Examples:
  npx patchplane status --stack prod
  npx patchplane status --stack prod --location prod-euw1 --group prod-auto --json`,
    )
    .action((options: StatusOptions) => run(root, options));
}
