import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import type { Fault } from "../../domain/fault.ts";
import { deployedOperations } from "../../domain/pullRequest/pulumiPreview.ts";
import { postComment, type PullRequest } from "../../operations/github/pullRequest.ts";
import { commentMarker, pullRequestComment } from "../../render/pullRequest/pullRequestComment.ts";
import type { EnvironmentReview, PlanPart, RehearsalPart } from "../../render/pullRequest/pullRequestComment.ts";
import { command, type Answer, type Call } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { githubRepository } from "../cli/github.ts";
import { repeatable } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { writeAside } from "../cli/writeAside.ts";
import { UsageError } from "../cli/usageError.ts";
import { readPlanFile, readPreviewFile, readRehearsalFile, reviewFiles } from "./reviewFiles.ts";

interface CommentOptions {
  readonly plan?: readonly string[];
  readonly preview?: readonly string[];
  readonly rehearsal?: readonly string[];
  readonly withRehearsal?: true;
  readonly from?: string;
  readonly environments?: readonly string[];
  readonly withoutPreview?: string;
  readonly output?: string;
  readonly post?: true;
  readonly pullRequest?: number;
  readonly author?: string;
  readonly expectNoChanges?: true;
}

/** Names that a stack can have; each is part of a path. */
const namesSchema = z.array(z.string().regex(/^(?!\.)[A-Za-z0-9_.-]{1,100}$/)).max(100);

const pair = /^([A-Za-z0-9_.-]+)=(.+)$/;

/** Reads an option that is a JSON list of names, as `changed --matrix` prints it. */
function namesList(text: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const names = namesSchema.safeParse(value);
  if (!names.success) throw new InvalidArgumentError('allowed: a JSON list of stack names, e.g. ["nonprod","prod"]');
  return names.data;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("allowed: a pull request's number");
  return value;
}

function planOf(file: string, environment: string): PlanPart {
  const read = readPlanFile(file);
  if ("missing" in read) return read;
  return read.plans.get(environment) ?? { missing: `${file} has no plan of ${environment}` };
}

function plansOf(options: CommentOptions): readonly (readonly [string, PlanPart])[] {
  const fromFolder = (options.environments ?? []).map((environment) => {
    const { plan } = reviewFiles(options.from ?? ".", environment);
    return [environment, planOf(plan, environment)] as const;
  });
  const named = (options.plan ?? []).flatMap((given) => {
    const [, environment, file = given] = pair.exec(given) ?? [];
    if (environment !== undefined) return [[environment, planOf(file, environment)] as const];
    const read = readPlanFile(file);
    if ("plans" in read) return [...read.plans];
    throw new UsageError([{ path: "--plan", message: read.missing, value: given, fix: "write <environment>=<file>" }]);
  });
  return [...fromFolder, ...named];
}

/** The environment and the file of each value of an option. */
function pairs(path: string, all: readonly string[] = []): readonly (readonly [environment: string, file: string])[] {
  return all.map((given) => {
    const [, environment, file] = pair.exec(given) ?? [];
    if (environment !== undefined && file !== undefined) return [environment, file];
    const message = "does not name its environment";
    throw new UsageError([{ path, message, value: given, allowed: "<environment>=<file>" }]);
  });
}

function previewsOf(options: CommentOptions): readonly (readonly [string, EnvironmentReview["preview"]])[] {
  const fromFolder = (options.environments ?? []).map((environment) => {
    const file = reviewFiles(options.from ?? ".", environment).preview;
    return [environment, readPreviewFile(file, options.withoutPreview)] as const;
  });
  const named = pairs("--preview", options.preview).map(
    ([environment, file]) => [environment, readPreviewFile(file, options.withoutPreview)] as const,
  );
  return [...fromFolder, ...named];
}

/** A rehearsal that says to be another stack's is nobody's. */
function rehearsalOf(file: string, environment: string): RehearsalPart {
  const read = readRehearsalFile(file);
  const isOthers = "report" in read && read.report.stack !== environment;
  return isOthers ? { missing: `${file} has no rehearsal of ${environment}` } : read;
}

function rehearsalsOf(options: CommentOptions): readonly (readonly [string, RehearsalPart])[] {
  const environments = options.withRehearsal === true ? (options.environments ?? []) : [];
  const fromFolder = environments.map(
    (environment) => [environment, reviewFiles(options.from ?? ".", environment).rehearsal] as const,
  );
  return [...fromFolder, ...pairs("--rehearsal", options.rehearsal)].map(
    ([environment, file]) => [environment, rehearsalOf(file, environment)] as const,
  );
}

function reviewsOf(options: CommentOptions): readonly EnvironmentReview[] {
  const plans: ReadonlyMap<string, PlanPart> = new Map(plansOf(options));
  const previews = new Map(previewsOf(options));
  const rehearsals: ReadonlyMap<string, RehearsalPart> = new Map(rehearsalsOf(options));
  const names = [...new Set([...plans.keys(), ...previews.keys(), ...rehearsals.keys()])].sort();
  return names.map((environment) => {
    const rehearsal = rehearsals.get(environment);
    return {
      environment,
      ...(plans.size === 0 ? {} : { plan: plans.get(environment) ?? { missing: "no plan was made" } }),
      preview: previews.get(environment) ?? { missing: options.withoutPreview ?? "no preview was made" },
      ...(rehearsal === undefined ? {} : { rehearsal }),
    };
  });
}

/** Who posts with a workflow's own token. */
const usualAuthor = "github-actions[bot]";

function eventNumber(): number | undefined {
  const file = process.env["GITHUB_EVENT_PATH"];
  if (file === undefined || file === "") return undefined;
  const event = JSON.parse(readFileSync(file, "utf8")) as { readonly pull_request?: { readonly number?: number } };
  return event.pull_request?.number;
}

function pullRequestOf(options: CommentOptions): PullRequest {
  const { repository, faults: missing } = githubRepository();
  const number = options.pullRequest ?? eventNumber();
  const faults: readonly Fault[] = [
    ...missing,
    ...(number === undefined
      ? [{ path: "--pull-request", message: "the pull request is not known", fix: "give it, or run on pull_request" }]
      : []),
  ];
  if (faults.length > 0 || number === undefined) throw new UsageError(faults);
  return { ...repository, number, author: options.author ?? usualAuthor };
}

/** The environments whose preview a deployment would act on, or that cannot be told. */
function restless(reviews: readonly EnvironmentReview[]): readonly string[] {
  return reviews
    .filter(
      ({ preview: result }) =>
        "missing" in result || result.preview.errors.length > 0 || deployedOperations(result.preview).length > 0,
    )
    .map(({ environment }) => environment);
}

async function run({ options }: Call<CommentOptions>): Promise<Answer> {
  const pull = options.post === true ? pullRequestOf(options) : undefined;
  const { plan, preview, rehearsal, environments } = options;
  if ([plan, preview, rehearsal, environments].every((given) => given === undefined)) {
    const fix = "give --plan, --preview, --rehearsal or --environments; '[]' is a pull request that touches none";
    throw new UsageError([{ path: "comment", message: "says of no environment what it is about", fix }]);
  }
  const reviews = reviewsOf(options);
  const comment = pullRequestComment(reviews);
  if (options.output !== undefined) writeAside(options.output, `${comment}\n`);
  const shown = options.output === undefined ? `${comment}\n` : "";
  const changes = options.expectNoChanges === true && restless(reviews).length > 0;
  const exitCode = changes ? exitCodes.findings : exitCodes.fine;
  if (pull === undefined) return { exitCode, shown };
  const posted = await postComment(pull, commentMarker, comment);
  const failed = "failure" in posted;
  say(failed ? `${posted.failure}\n` : `${posted.how}: ${posted.url}\n`);
  return { exitCode: failed ? exitCodes.cloud : exitCode, shown };
}

/** Adds `patchplane comment`. */
export function addComment(program: Command, root: string): void {
  command<CommentOptions>(program, root, {
    name: "comment",
    summary: "the one comment of a pull request: plan, rehearsal and preview of every environment it touches",
    description:
      "Joins plans (`patchplane plan --json`), rehearsals (`patchplane rehearse --json`) and previews " +
      "(`pulumi preview --json`) into one Markdown comment that GitHub takes, and posts it. " +
      "Shows names of resources and of changed properties, never a value.",
    options: [
      repeatable("--plan <file>", "a plan's JSON, or <environment>=<file>; may be repeated"),
      repeatable("--preview <environment=file>", "a preview's JSON; may be repeated"),
      repeatable("--rehearsal <environment=file>", "a rehearsal's JSON; may be repeated"),
      new Option(
        "--environments <json>",
        "environments to take from a folder, as `changed --matrix` prints them",
      ).argParser(namesList),
      new Option(
        "--from <folder>",
        "that folder: plan-<environment>/plan-<environment>.json, preview-… likewise",
      ).default("."),
      new Option(
        "--with-rehearsal",
        "take a rehearsal-<environment> of each from the folder, too, and say where none is",
      ),
      new Option("--without-preview <reason>", "why an environment without a preview has none"),
      new Option("-o, --output <file>", "write the comment there instead of to standard output"),
      new Option("--post", "create or update the comment on GitHub (GITHUB_TOKEN, GITHUB_REPOSITORY)"),
      new Option(
        "--author <login>",
        `whose comment it is (default: ${usualAuthor}, who posts with a workflow's token)`,
      ),
      new Option("--pull-request <number>", "its number (default: of the event in GITHUB_EVENT_PATH)").argParser(
        wholeNumber,
      ),
      new Option("--expect-no-changes", "end with 1 when a preview changes something, failed or is missing"),
    ],
    note: "What a command said on standard error is read from <file>.err, where there is such a file.",
    exitCodes:
      "0 the comment is made; 1 --expect-no-changes found changes; 2 usage; 3 GitHub did not take the comment.",
    examples: [
      "npx patchplane comment --plan plan-prod.json --preview prod=preview-prod.json",
      "npx patchplane comment --from review --environments '[\"prod\"]' --post",
    ],
    run,
  });
}
