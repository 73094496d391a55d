import { resolve } from "node:path";
import { Argument, Option, type Command } from "commander";
import { readPlane } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import type { AdvisoriesUpdate } from "../../domain/advisories/update.ts";
import type { Plane } from "../../domain/plane.ts";
import { advisoriesDocument } from "../../render/advisories/advisoriesDocument.ts";
import { command, type Answer, type Call } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { chosenStack } from "../cli/invocation.ts";
import { repeatable, shared, storeAddress, type SharedOptions } from "../cli/options.ts";
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

/** The stack's locations, whose roles open their own buckets; none where no stack is named. */
function ownersOf(root: string, stack: string | undefined): Pick<Plane, "environment" | "locations"> {
  if (stack === undefined) return { environment: "", locations: {} };
  const read = readPlane(root, chosenStack(root, stack));
  if ("faults" in read) throw new UsageError(read.faults, projectFiles(root));
  return read.plane;
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
  const { openStore } = await import("../../operations/store/openStore.ts");
  const { BrokenFile } = await import("../../operations/store/records.ts");
  const given = (sources: readonly string[] | undefined, published: readonly string[]): readonly string[] =>
    sources?.map((source) => (isUrl(source) ? source : resolve(root, source))) ??
    (options.offline === true ? [] : published);
  const update = await updateAdvisories(
    openStore(ownersOf(root, options.stack), storeAddress(root, options.store)),
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
      "the packages before and after. Asks no cloud account but for a store in a bucket. A source that cannot be read whole leaves what an earlier " +
      "snapshot has of its kind.",
    options: [
      shared.cwd(),
      shared.store("the collections, beside which it is kept: folder, or s3://bucket/prefix"),
      shared.stack("stack whose bucket the store is: its location's role opens it (default: your own credentials)"),
      repeatable(
        "--ubuntu <source>",
        "Canonical's OSV records: folder, tar archive (also .gz, .xz; no .zip) or address; may be repeated",
      ),
      repeatable("--amazon-linux <source>", "updateinfo.xml or mirror.list: file or address; may be repeated"),
      repeatable("--kev <source>", "CISA's catalogue of exploited vulnerabilities: file or address"),
      new Option("--offline", "fetch nothing but what is named: what is not named stays as it was"),
      new Option("--all-packages", "also of packages that no collection knows"),
      shared.asOf("date that the snapshot is given (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 everything was read; 1 records have another shape than known, and are named; 2 usage; " +
      "3 a source could not be read.",
    examples: [
      "npx patchplane advisories update",
      "npx patchplane advisories update --ubuntu osv-all.tar.xz --offline",
      "npx patchplane advisories update --stack prod --store s3://patchplane-prod-prod-euw1-111122223333/collections",
    ],
    run,
  });
}
