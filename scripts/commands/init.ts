import { Argument, Option, type Command } from "commander";
import { readPlane } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { stackSchema } from "../../config/schema/stack.ts";
import { stackFileName } from "../../config/stackFile.ts";
import { zodFaults } from "../../config/zodFaults.ts";
import type { Fault } from "../../domain/fault.ts";
import { existingFiles, planEnvironment, writeEnvironment, type Wanted } from "../../operations/init.ts";
import type { NewSubscription } from "../../operations/initText.ts";
import { initJson, initText } from "../../render/init.ts";
import type { Answers } from "./initQuestions.ts";
import { command, type Answer, type Call } from "../cli/command.ts";
import { chosenStack } from "../cli/invocation.ts";
import { repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { UsageError } from "../cli/usageError.ts";

interface InitOptions extends Pick<SharedOptions, "location" | "json"> {
  readonly timezone?: string;
  readonly production?: boolean;
  readonly subscription?: readonly string[];
  readonly email?: readonly string[];
  readonly copyFrom?: string;
  readonly dryRun?: boolean;
}

type Parsed<T> = { readonly value: T } | { readonly fault: Fault };

function parsed<T>(
  option: string,
  text: string,
  pattern: RegExp,
  form: string,
  make: (parts: string[]) => T,
): Parsed<T> {
  const match = pattern.exec(text);
  return match === null
    ? { fault: { path: option, message: "is malformed", value: text, allowed: form } }
    : { value: make(match.slice(1)) };
}

function parseLocation(text: string): Parsed<Wanted["locations"][number]> {
  const form = "name=accountId/region, or name=accountId/region/roleArn";
  return parsed("--location", text, /^([^=]+)=([^/]+)\/([^/]+)(?:\/(.+))?$/, form, (parts) => {
    const [name = "", accountId = "", region = "", roleArn] = parts;
    return { name, accountId, region, ...(roleArn === undefined ? {} : { roleArn }) };
  });
}

function parseSubscription(text: string): Parsed<NewSubscription> {
  const form = "name=<subscription id>@location, or name=<subscription id>@location/runCommand";
  return parsed("--subscription", text, /^([^=]+)=([^@]+)@([^/]+)(?:\/(.+))?$/, form, (parts) => {
    const [name = "", subscriptionId = "", location = "", onboarding] = parts;
    return { name, subscriptionId, location, ...(onboarding === undefined ? {} : { onboarding }) };
  });
}

/** The values, with the faults put aside. */
function valuesOf<T>(outcomes: readonly Parsed<T>[], faults: Fault[]): readonly T[] {
  return outcomes.flatMap((outcome) => {
    if ("value" in outcome) return [outcome.value];
    faults.push(outcome.fault);
    return [];
  });
}

function twice(names: readonly string[], option: string): readonly Fault[] {
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) => ({ path: option, message: "duplicate name", value: name }));
}

function wantedOf(environment: string, answers: Answers, copied: Copied | undefined): Wanted {
  const faults: Fault[] = [];
  const { success, error } = stackSchema.shape.environment.safeParse(environment, { reportInput: true });
  if (!success) faults.push(...zodFaults(error, ["environment"]));
  const locations = valuesOf(answers.locations.map(parseLocation), faults);
  const subscriptions = valuesOf(answers.subscriptions.map(parseSubscription), faults);
  faults.push(
    ...twice(
      locations.map(({ name }) => name),
      "--location",
    ),
    ...twice(
      subscriptions.map(({ name }) => name),
      "--subscription",
    ),
  );
  const timezone = answers.timezone ?? copied?.timezone;
  if (timezone === undefined) {
    faults.push({ path: "--timezone", message: "is missing", allowed: "an IANA name such as Europe/Berlin or UTC" });
  }
  if (answers.locations.length === 0) {
    const allowed = "name=accountId/region, or name=accountId/region/roleArn";
    faults.push({ path: "--location", message: "is missing", allowed });
  }
  if (faults.length > 0) throw new UsageError(faults);
  return {
    environment,
    timezone: timezone ?? "",
    production: answers.production ?? false,
    locations,
    subscriptions,
    emails: answers.emails,
    ...(copied === undefined ? {} : { copyFrom: copied.from }),
  };
}

interface Copied {
  readonly from: string;
  readonly timezone: string;
}

/** The environment to copy, which must be right itself: its faults would be the new one's. */
function copiedFrom(root: string, from: string | undefined): Copied | undefined {
  if (from === undefined) return undefined;
  const stack = chosenStack(root, from, "--copy-from");
  const resolved = readPlane(root, stack);
  if ("faults" in resolved) throw new UsageError(resolved.faults, projectFiles(root));
  return { from: stack, timezone: resolved.plane.timezone };
}

function mayAsk({ json }: InitOptions): boolean {
  return json !== true && process.stdin.isTTY && process.stderr.isTTY;
}

async function answersFor(options: InitOptions, existing: readonly Fault[]): Promise<Answers> {
  const given: Answers = {
    timezone: options.timezone,
    production: options.production,
    locations: options.location ?? [],
    subscriptions: options.subscription ?? [],
    emails: options.email ?? [],
  };
  const copies = options.copyFrom !== undefined;
  const complete = given.locations.length > 0 && (given.timezone !== undefined || copies);
  if (complete || !mayAsk(options)) return given;
  // Nobody wants to answer nine questions for nothing.
  if (existing.length > 0) throw new UsageError(existing);
  const { askFor } = await import("./initQuestions.ts");
  return askFor(given, copies);
}

async function run({ root, options, names }: Call<InitOptions>): Promise<Answer> {
  const [environment = ""] = names;
  const files = projectFiles(root);
  const copied = copiedFrom(root, options.copyFrom);
  const wanted = wantedOf(environment, await answersFor(options, existingFiles(files, environment)), copied);
  const planned = planEnvironment(files, wanted);
  if ("faults" in planned) {
    say(`nothing is written; the new ${stackFileName(environment)} would be at fault:\n`);
    throw new UsageError(planned.faults, planned.files);
  }
  const dryRun = options.dryRun === true;
  if (!dryRun) writeEnvironment(root, planned.files);
  const accounts = [...new Set(wanted.locations.map(({ accountId }) => accountId))];
  const made = { environment, dryRun, ...planned, accounts };
  return { json: () => initJson(made), shown: initText(made) };
}

/** Adds `patchplane init`. */
export function addInit(program: Command, root: string): void {
  command<InitOptions>(program, root, {
    name: "init",
    arguments: [
      new Argument(
        "<environment>",
        "name of the new environment and its stack: lower-case letters, digits and hyphens",
      ),
    ],
    summary: "writes a new environment: stack file, fleet file, approvals folder",
    description:
      "Writes a new environment's stack file, empty fleet file and approvals folder, all or none, and overwrites " +
      "nothing. Asks for what the flags leave open where a person is at a terminal.",
    options: [
      shared.cwd(),
      new Option("--timezone <name>", "IANA time zone of its windows"),
      new Option("--production", "keep the presets' production groups; without it, those of test and development"),
      repeatable("--location <name=accountId/region[/roleArn]>", "an AWS account in a Region; may be repeated"),
      repeatable(
        "--subscription <name=id@location[/runCommand]>",
        "an Azure subscription, and where its VMs register; may be repeated",
      ),
      repeatable("--email <address>", "who is told of failures; may be repeated"),
      new Option("--copy-from <environment>", "take over this environment's groups, windows, baselines and checks"),
      new Option("--dry-run", "print the files, and write nothing"),
      shared.json("print JSON, and nothing else; asks nothing"),
    ],
    exitCodes: "0 written, or shown with --dry-run; 2 usage, a file that is there already, or settings at fault.",
    examples: [
      "npx patchplane init qa",
      "npx patchplane init qa --timezone Europe/Berlin --location qa-euc1=111122223333/eu-central-1 --dry-run",
      "npx patchplane init apac-prod --copy-from prod --location apac=111122223333/ap-southeast-2",
    ],
    run,
  });
}
