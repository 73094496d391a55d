import { join } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { collectionOutcome } from "../../domain/collection/collected.ts";
import { collectDocument } from "../../render/collect/collectDocument.ts";
import { collectJson } from "../../render/collect/collectJson.ts";
import { interrupted } from "../cli/command.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { shared, storeAddress, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { UsageError } from "../cli/usageError.ts";

interface CollectOptions extends SharedOptions {
  readonly store: string;
  readonly refresh?: boolean;
  readonly wait: number;
  readonly fresh?: boolean;
  readonly fromSync?: boolean;
}

const usualWaitMinutes = 15;
const longestWaitMinutes = 240;

function minutes(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > longestWaitMinutes)
    throw new InvalidArgumentError(`allowed: whole minutes from 1 to ${String(longestWaitMinutes)}`);
  return value;
}

const nothingSynced = {
  path: "--from-sync",
  message:
    "nothing is synced: the stack file's reports.syncInventory is false; set it to true, or leave the option out",
};

/** What a person who interrupts the command wants to know. */
function sayWhatIsKept(code: number): void {
  if (code === interrupted) say("what was read is kept: call again within six hours, and it is gone on with\n");
}

/** Adds `patchplane collect`. */
export function addCollect(program: Command, root: string): void {
  fleetCommand<CollectOptions, Invocation>(program, root, {
    name: "collect",
    summary: "keeps what AWS knows of every node, for reports: packages, patches, compliance, runs",
    description:
      "Reads the packages, patches, compliance, tags and runs of every node and keeps them as a dated collection, " +
      "from which reports tell before and after. Reads only, but for --refresh. What is broken off is gone on with " +
      "by the same call within six hours. Prints beforehand how many calls are to come, and afterwards how many it took.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      shared.store("folder, or s3://bucket/prefix"),
      new Option("--refresh", "have the inventory association run first, and wait for it"),
      new Option("--wait <minutes>", "how long a refresh is waited for").argParser(minutes).default(usualWaitMinutes),
      new Option(
        "--from-sync",
        "read packages, patches and tags from the files that the resource data sync has written, not node by node",
      ).conflicts("refresh"),
      new Option("--fresh", "begin anew, whatever was broken off"),
      shared.asOf("date of the collection (default: now)"),
      ...shared.format(),
    ],
    note:
      "Inventory is as old as its association's last run: a collection right after patching holds the packages of " +
      "before. --refresh gathers it anew. With --from-sync packages are as old as the sync's last writing; of patches " +
      "what is older than the node's last scan is asked.",
    exitCodes:
      "0 everything was read; 1 servers are unknown; 2 usage or configuration; " +
      "3 a location could not be read, or not to its end.",
    examples: [
      "npx patchplane collect --stack prod",
      "npx patchplane collect --stack prod --refresh --group prod-auto",
      "npx patchplane collect --stack prod --from-sync",
      "npx patchplane collect --stack prod --store s3://reports-bucket/patching --json",
    ],
    resolve: openInvocation,
    run: async ({ stack, plane, scope }, { root: folder, options, asOf }) => {
      const fromSync = options.fromSync === true;
      if (fromSync && !plane.reports.syncInventory) throw new UsageError([nothingSynced]);
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { collect } = await import("../../operations/collect.ts");
      const { CollectionUnderWay, openWork } = await import("../../operations/collection/work.ts");
      const { openStore } = await import("../../operations/store/openStore.ts");
      const address = storeAddress(folder, options.store);
      const subject = [stack, address, JSON.stringify([options.location, options.group, fromSync])];
      process.once("exit", sayWhatIsKept);
      try {
        const collected = await collect(plane, {
          scope,
          store: openStore(plane, address),
          work: openWork(join(folder, ".patchplane", "collecting"), subject, asOf, options.fresh === true),
          fromSync,
          ...(options.refresh === true ? { refresh: { minutes: options.wait } } : {}),
          ...(options.asOf === undefined ? {} : { clock: () => asOf }),
        });
        return {
          exitCode: exitCodeOf[collectionOutcome(collected)],
          json: (exitCode) => collectJson(stack, collected, exitCode),
          shown: () => [collectDocument(stack, collected)],
        };
      } catch (error) {
        if (!(error instanceof CollectionUnderWay)) throw error;
        throw new UsageError([{ path: "collect", message: error.message }]);
      } finally {
        process.off("exit", sayWhatIsKept);
      }
    },
  });
}
