import { join } from "node:path";
import { Option, type Command } from "commander";
import { fleetFileOf } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { choiceFaults, chosenBy } from "../../domain/runs/choice.ts";
import { isOpen, retryOf } from "../../domain/onboarding/retry.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import { editFleet } from "../../fleet/edit.ts";
import { retryDocument } from "../../render/retry/retryDocument.ts";
import { retryJson } from "../../render/retry/retryJson.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { choicePlace, shared, type SharedOptions } from "../cli/options.ts";
import { serversOptions } from "../cli/serversRun.ts";
import { UsageError } from "../cli/usageError.ts";
import { writeUnchanged } from "../cli/writeUnchanged.ts";

interface RetryOptions extends SharedOptions {
  readonly servers?: readonly string[];
  readonly write?: boolean;
}

/** Adds `patchplane retry`. */
export function addRetry(program: Command, root: string): void {
  fleetCommand<RetryOptions, Invocation>(program, root, {
    name: "retry",
    summary: "raises onboarding_attempt of VMs whose onboarding failed or whose code ran out; --write writes it",
    description:
      "Reads how the onboarding of every Azure VM stands, as status does, and shows whose failed or whose code ran out, " +
      "why, and what has to be done first. --write raises onboarding_attempt in their rows and changes nothing else; the " +
      "next pulumi up gives each a fresh code and runs its script again.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      serversOptions.servers(),
      new Option("--write", "write the fleet file"),
      shared.asOf("the present (default: now)"),
      ...shared.format(),
    ],
    note: "A VM that is stopped is left: start it first. So is one that only a registration by hand mends.",
    exitCodes:
      "0 nothing is to be raised, or it is written; 1 there are rows to raise, or some that are left want something " +
      "else; 2 usage or configuration; 3 a location or subscription could not be read: its rows stay.",
    examples: ["npx patchplane retry --stack prod", "npx patchplane retry --stack prod --servers vm-app-* --write"],
    resolve: (call) => {
      const invocation = openInvocation(call);
      const faults = choiceFaults(call.options.servers, invocation.plane.fleet);
      if (faults.length > 0) throw new UsageError(faults);
      return invocation;
    },
    run: async ({ stack, plane, scope }, { root: folder, options, asOf }) => {
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { readFleet } = await import("../../operations/status.ts");
      const before = fleetFileOf(projectFiles(folder), stack);
      const status = judgeFleet(plane, await readFleet(plane, scope, asOf), asOf);
      const { servers } = options;
      const retry = retryOf(status.servers, servers === undefined ? undefined : chosenBy(servers));
      const changed = new Map(
        retry.raised.map(({ server, attempt }) => [server, { onboarding_attempt: String(attempt) }]),
      );
      const written = options.write === true && changed.size > 0;
      if (written) {
        const text = editFleet(before.text, { changed }, plane.subscriptions);
        writeUnchanged(join(folder, before.path), before, text);
      }
      const unread = [
        ...status.locations.flatMap(({ location, failure }) =>
          failure === undefined ? [] : [{ name: location.name, failure }],
        ),
        ...status.unreadableSubscriptions,
      ];
      const open = (changed.size > 0 && !written) || retry.left.some(isOpen);
      const findings = open ? exitCodes.findings : exitCodes.fine;
      const said = { file: before.path, written };
      return {
        exitCode: unread.length > 0 ? exitCodes.cloud : findings,
        json: (exitCode) => retryJson(stack, retry, { ...said, unreadable: unread }, exitCode),
        shown: () => [retryDocument(choicePlace(stack, options), retry, { ...said, unread })],
      };
    },
  });
}
