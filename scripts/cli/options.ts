import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { typedOptions, type Place } from "../../render/commands.ts";
import { writers, type Format } from "../../render/writers/writers.ts";
import { isDate } from "../../domain/schedule/calendarDates.ts";
import { bucketPlace } from "../../operations/store/bucketPlace.ts";

/** Options that commands about servers share; a command names those it has. */
export interface SharedOptions {
  /** Folder of stack files, fleet and approvals, instead of the project's own. */
  readonly cwd?: string;
  readonly stack?: string;
  readonly location?: readonly string[];
  readonly group?: readonly string[];
  /** What counts as the present; now where left out. */
  readonly asOf?: Date;
  readonly format?: Format | "json";
  readonly json?: boolean;
}

/** Where a command that a document tells to type finds the same stack. */
export function placeOf(stack: string, { cwd }: Pick<SharedOptions, "cwd">): Place {
  return { stack, ...(cwd === undefined ? {} : { cwd }) };
}

/** What a command line chooses its subject by. */
interface Choice extends Pick<SharedOptions, "cwd" | "location" | "group"> {
  readonly servers?: readonly string[];
}

/**
 * The same, for a document that tells to type the same command again: about what it was about.
 * @param own - the command's own options that choose, by their long names
 */
export function choicePlace(stack: string, options: Choice, own: Parameters<typeof typedOptions>[0] = {}): Place {
  const { location, group, servers } = options;
  const named = servers === undefined ? [] : [servers.join()];
  const chosen = typedOptions({ "--location": location, "--group": group, "--servers": named, ...own });
  return { ...placeOf(stack, options), ...(chosen === "" ? {} : { chosen }) };
}

/** Collects an option that may be given several times. */
export function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Collects names of an option that takes several, by commas, and may be given several times. */
export function commaSeparated(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]))];
}

const instantPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads an option that is an instant. */
export function instant(text: string): Date {
  const date = new Date(text);
  // Date rolls 30 February over into March, and schedules know the years up to 2199.
  const isDay = isDate(text.slice(0, 10)) && text >= "1970" && text < "2200";
  if (!instantPattern.test(text) || !isDay || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError("allowed: an ISO 8601 instant with its zone, e.g. 2026-12-01T12:00:00Z");
  }
  return date;
}

/** An option that may be given several times. */
export function repeatable(flags: string, words: string): Option {
  return new Option(flags, words).argParser(collected);
}

/** Where collections are unless said otherwise. */
export const usualStore = "collections";

/** A folder, as it is, or the address of a bucket. */
function storePlace(text: string): string {
  // Longer than the letter of a Windows drive.
  if (/^[a-z0-9]{2,}:\//i.test(text) && bucketPlace(text) === undefined)
    throw new InvalidArgumentError("allowed: a folder, or s3://bucket/prefix with the bucket's name in small letters");
  return text;
}

/** Where a store is: a folder's whole path, or a bucket's address as it was given. */
export function storeAddress(root: string, store: string): string {
  return bucketPlace(store) === undefined ? resolve(root, store) : store;
}

function json(words: string): Option {
  return new Option("--json", words);
}

/** Makes the shared options; a command gives its own words where the usual ones would not be true of it. */
export const shared = {
  cwd: () =>
    new Option("-C, --cwd <folder>", "folder of stack files, fleet and approvals, instead of this project's own"),
  stack: (words = "stack file to read; may be left out where there is one") => new Option("-s, --stack <name>", words),
  locations: (words = "only this location; may be repeated") => repeatable("-l, --location <name>", words),
  groups: (words = "only this patch group; may be repeated") => repeatable("-g, --group <name>", words),
  asOf: (words: string) => new Option("--as-of <instant>", words).argParser(instant),
  /** The collections of a command that reads or writes them; {@link storeAddress} reads it. */
  store: (words: string) => new Option("--store <place>", words).argParser(storePlace).default(usualStore),
  /** The collections of a command that learns from them; {@link storeAddress} reads it. */
  learned: () =>
    new Option(
      "--learned <place>",
      "collections to learn from how long installations take: a folder, or s3://bucket/prefix",
    ).argParser(storePlace),
  json,
  /** The output's format, for a command whose answer is a document. */
  format: () => [
    new Option("-f, --format <format>", "of the output").choices([...Object.keys(writers), "json"]).default("text"),
    json("the same as --format json"),
  ],
} as const;
