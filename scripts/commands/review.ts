import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { selectUpdates, type Selection } from "../../domain/approvals/selection.ts";
import type { Review } from "../../domain/approvals/review.ts";
import type { Fault } from "../../domain/fault.ts";
import { suggest } from "../../domain/nearest.ts";
import { severities, type Severity } from "../../domain/packages/severity.ts";
import { isReviewed, type Plane } from "../../domain/plane.ts";
import { reviewDocument } from "../../render/review/reviewDocument.ts";
import { reviewJson } from "../../render/review/reviewJson.ts";
import { bucketPlace } from "../../operations/store/bucketPlace.ts";
import type { CollectionStore } from "../../operations/store/store.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { commaSeparated, placeOf, repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";

/** Options by which both `review` and `approve` choose updates. */
export interface SelectionOptions {
  readonly severity?: readonly Severity[];
  readonly cve?: readonly string[];
  readonly package?: readonly string[];
  readonly servers?: readonly string[];
}

interface ReviewOptions extends SharedOptions, SelectionOptions {
  readonly store: string;
  readonly collection?: string;
}

interface Asked extends Invocation {
  /** Names of reviewed groups. */
  readonly groups: readonly string[];
}

/** The options that choose updates of a review. */
export function selectionOptions(): readonly Option[] {
  return [
    new Option("--severity <name>", "only updates of this severity; may be repeated")
      .choices(severities)
      .argParser((text: string, before: readonly string[] | undefined) => {
        if (!severities.some((each) => each === text)) {
          const allowed = severities.join(", ");
          throw new UsageError([{ path: "--severity", message: "no such severity", value: text, allowed }]);
        }
        return [...(before ?? []), text];
      }),
    repeatable("--cve <id>", "only updates that mend it; may be repeated"),
    repeatable("--package <name>", "only this package, or id; may be repeated"),
    new Option(
      "--servers <names>",
      "only updates that one of them lacks: names or ids, by commas; * stands for any letters",
    ).argParser(commaSeparated),
  ];
}

/** The options that say which scans are reviewed. */
export function scanOptions(): readonly Option[] {
  return [
    new Option("--store <place>", "folder, or s3://bucket/prefix, of collections: ages and advisories").default(
      "collections",
    ),
    new Option("--collection <stamp>", "of that collection, by its stamp or what that begins with; asks no AWS"),
  ];
}

/** What the options choose by. */
export function selectionOf({ severity, cve, package: packages, servers }: SelectionOptions): Selection {
  return {
    ...(severity === undefined ? {} : { severities: severity }),
    ...(cve === undefined ? {} : { cves: cve }),
    ...(packages === undefined ? {} : { packages }),
    ...(servers === undefined ? {} : { servers }),
  };
}

/** Groups whose servers get only what is approved. */
export function reviewedGroups(plane: Plane): readonly string[] {
  return Object.keys(plane.groups)
    .filter((name) => isReviewed(plane, name))
    .sort();
}

/** Faults of groups that nobody approves anything for. */
export function unreviewed(plane: Plane, groups: readonly string[] | undefined): readonly Fault[] {
  return (groups ?? [])
    .filter((name) => !isReviewed(plane, name))
    .map((value) => ({
      path: "--group",
      message: "its servers get what their baseline approves; nothing is reviewed",
      value,
      ...suggest(value, reviewedGroups(plane)),
    }));
}

/** Opens the store of collections that a command is told. */
export async function openedStore(plane: Plane, root: string, place: string): Promise<CollectionStore> {
  const { openStore } = await import("../../operations/store/openStore.ts");
  return openStore(plane, bucketPlace(place) === undefined ? resolve(root, place) : place);
}

function resolveReview(call: FleetCall<ReviewOptions>): Asked {
  const invocation = openInvocation(call);
  const { plane } = invocation;
  const faults = unreviewed(plane, call.options.group);
  if (faults.length > 0) throw new UsageError(faults);
  const groups = call.options.group ?? reviewedGroups(plane);
  if (groups.length > 0) return { ...invocation, groups };
  const message = "the stack has no group with approval: reviewed, so nothing is to be reviewed";
  throw new UsageError([{ path: "--group", message }]);
}

/** What the shown updates were chosen by, in words. */
function chosenBy({ severity, cve, package: packages, servers }: SelectionOptions): string | undefined {
  const parts = [
    ...(severity === undefined ? [] : [`severity ${severity.join(" or ")}`]),
    ...(cve ?? []),
    ...(packages ?? []),
    ...(servers === undefined ? [] : [`on ${servers.join(", ")}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** A CVE that no scan shows may be mended everywhere, or not known: either way that is an answer of its own. */
function isAnswer({ path }: Fault): boolean {
  return path === "--cve";
}

function isWhole({ servers }: Review): boolean {
  return servers.every(({ scan }) => scan === "fresh");
}

async function run({ stack, plane, scope, groups }: Asked, call: FleetCall<ReviewOptions>): Promise<Answer> {
  // The clouds' SDKs are loaded when they are needed, or --help would wait for them.
  const { reviewGroups } = await import("../../operations/review.ts");
  const { root, options, asOf } = call;
  const store = await openedStore(plane, root, options.store);
  const { collection } = options;
  const question = { groups, store, asOf, ...(collection === undefined ? {} : { collection }) };
  const { reviews, failures } = await reviewGroups(plane, scope, question);
  const selected = reviews.map((review) => ({ review, ...selectUpdates(review, selectionOf(options)) }));
  // A name may be of one group alone; of none it is a mistake.
  const faults = selected[0]?.faults.filter(
    (fault) => !isAnswer(fault) && selected.every((each) => each.faults.some(({ value }) => value === fault.value)),
  );
  if (faults !== undefined && faults.length > 0) throw new UsageError(faults);
  const by = chosenBy(options);
  const exitCode = failures.length > 0 ? exitCodes.cloud : reviews.every(isWhole) ? exitCodes.fine : exitCodes.findings;
  return {
    exitCode,
    json: (code) => reviewJson(stack, asOf, selected, failures, code),
    shown: () =>
      selected.map(({ review, updates }) =>
        reviewDocument(placeOf(stack, options), review, { updates, ...(by === undefined ? {} : { by }) }),
      ),
  };
}

/** Adds `patchplane review`. */
export function addReview(program: Command, root: string): void {
  fleetCommand<ReviewOptions, Asked>(program, root, {
    name: "review",
    summary: "what the last scans of reviewed groups offer: versions, severity, CVEs, age, likely impact, what is new",
    description:
      "Shows what could be approved for groups with `approval: reviewed`, by what their servers' last scans offer. Only " +
      "scans since the last scan window count; servers without one are named, and nothing of them is reviewed. Changes " +
      "nothing.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups("only this reviewed group; may be repeated (default: all of them)"),
      ...selectionOptions(),
      ...scanOptions(),
      shared.asOf("what ages are counted to (default: now)"),
      ...shared.format(),
    ],
    note:
      "Severity and CVEs come from the snapshot of advisories in the store (patchplane advisories update), and from " +
      "Systems Manager where that knows them; what neither says is unknown and counts as critical.",
    exitCodes:
      "0 every server was reviewed, whatever it lacks; 1 a server has no fresh scan; 2 usage or configuration; " +
      "3 a location could not be read; the rest was reviewed.",
    examples: [
      "npx patchplane review --stack prod",
      "npx patchplane review --stack prod --group prod-sensitive --cve CVE-2026-1234",
      "npx patchplane review --stack prod --format markdown > review.md",
    ],
    resolve: resolveReview,
    run,
  });
}
