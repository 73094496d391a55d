import { resolve } from "node:path";
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import type { AdvisoriesUpdate } from "../../domain/advisories/update.ts";
import { advisoriesDocument } from "../../render/advisories/advisoriesDocument.ts";
import { command, type Answer, type Call } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { stepsFor } from "../cli/progress.ts";
import { UsageError } from "../cli/usageError.ts";

interface AdvisoriesOptions extends SharedOptions {
  readonly store: string;
  readonly ubuntu?: readonly string[];
  readonly amazonLinux?: readonly string[];
  readonly kev?: readonly string[];
  readonly offline?: boolean;
  readonly allPackages?: boolean;
}

const usualStore = "collections";

function folder(text: string): string {
  if (/^[a-z0-9]+:\/\//i.test(text)) {
    throw new InvalidArgumentError("allowed: a folder; copy its advisories/ to a bucket beside the collections there");
  }
  return text;
}

function exitCodeOf({ sources }: AdvisoriesUpdate): number {
  if (sources.some(({ failure }) => failure !== undefined)) return exitCodes.cloud;
  return sources.some(({ faults }) => faults.length > 0) ? exitCodes.findings : exitCodes.fine;
}

async function run({ root, options }: Call<AdvisoriesOptions>): Promise<Answer> {
  const named = [options.ubuntu, options.amazonLinux, options.kev].some((sources) => sources !== undefined);
  if (options.offline === true && !named) {
    const message = "nothing is named that could be read";
    throw new UsageError([{ path: "--offline", message, fix: "name files with --ubuntu, --amazon-linux or --kev" }]);
  }
  const { publishedSources, updateAdvisories } = await import("../../operations/advisories.ts");
  const { isUrl } = await import("../../operations/advisories/source.ts");
  const { folderStore } = await import("../../operations/store/folderStore.ts");
  const { BrokenFile } = await import("../../operations/store/records.ts");
  const given = (sources: readonly string[] | undefined, published: readonly string[]): readonly string[] =>
    sources?.map((source) => (isUrl(source) ? source : resolve(root, source))) ??
    (options.offline === true ? [] : published);
  const update = await updateAdvisories(
    folderStore(resolve(root, options.store)),
    {
      ubuntu: given(options.ubuntu, publishedSources.ubuntu),
      "amazon-linux": given(options.amazonLinux, publishedSources["amazon-linux"]),
      kev: given(options.kev, publishedSources.kev),
    },
    { now: options.asOf ?? new Date(), allPackages: options.allPackages === true, runSteps: stepsFor(options) },
  ).catch((error: unknown) => {
    if (error instanceof BrokenFile) throw new UsageError([{ path: "--store", message: error.message }]);
    throw error;
  });
  return {
    exitCode: exitCodeOf(update),
    json: (exitCode) => ({ schema: "patchplane/advisories/1", exitCode, ...update }),
    shown: () => [advisoriesDocument(update)],
  };
}

/** Adds `patchplane advisories`. */
export function addAdvisories(program: Command, root: string): void {
  command<AdvisoriesOptions>(program, root, {
    name: "advisories",
    arguments: [new Argument("<action>", "update: make the snapshot anew").choices(["update"])],
    summary: "keeps what is known of the severity and the CVEs of updates, for reports",
    description:
      "Makes a snapshot of what Canonical, Amazon Linux and CISA publish of security updates, which reports join with " +
      "the packages before and after. Asks no cloud account. A source that cannot be read whole leaves what an earlier " +
      "snapshot has of its kind.",
    options: [
      shared.cwd(),
      new Option("--store <folder>", "the collections, beside which it is kept").argParser(folder).default(usualStore),
      repeatable("--ubuntu <source>", "Canonical's OSV records: folder, tar archive or address; may be repeated"),
      repeatable("--amazon-linux <source>", "updateinfo.xml or mirror.list: file or address; may be repeated"),
      repeatable("--kev <source>", "CISA's catalogue of exploited vulnerabilities: file or address"),
      new Option("--offline", "fetch nothing but what is named: what is not named stays as it was"),
      new Option("--all-packages", "also of packages that no collection knows"),
      shared.asOf("date that the snapshot is given (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 everything was read; 1 records have another shape than known, and are named; 2 usage;\n" +
      "3 a source could not be read.",
    examples: [
      "npx patchplane advisories update",
      "npx patchplane advisories update --ubuntu osv-all.tar.xz --offline",
    ],
    run,
  });
}
