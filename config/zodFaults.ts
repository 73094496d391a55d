import type { z } from "zod";
import type { Fault } from "../domain/fault.ts";
import { suggest } from "../domain/nearest.ts";
import { instantText } from "../domain/time.ts";
import { pathText, type Path } from "./yaml/path.ts";
import { isMapping } from "../domain/values.ts";

type Issue = z.core.$ZodIssue;

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

/** What the CLI makes of a bare YAML date before the program sees it. */
const bareDate = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)? ([+-]\d{2})(\d{2}) \S+$/;

const noDelay =
  "Patch Manager knows no release dates of apt packages, so it approves them at once whatever is written here";
const insteadOfDelay =
  "let time pass between windows instead (first groups some days before the others), or make the group reviewed";

/** Keys that people write for a reason, where the schema has none of them. */
const explained: ReadonlyMap<PropertyKey, { readonly message: string; readonly fix: string }> = new Map([
  ["approveAfterDays", { message: `Ubuntu and Debian rules take no delay: ${noDelay}`, fix: insteadOfDelay }],
  ["approveUntilDate", { message: `Ubuntu and Debian rules take no date: ${noDelay}`, fix: insteadOfDelay }],
]);

function typeFault(path: string, issue: Extract<Issue, { code: "invalid_type" }>): Fault {
  const expected = typeWords[issue.expected] ?? issue.expected;
  // A mapping's own message is the list of what one of its keys may hold.
  const own = issue.expected !== "object" && !issue.message.startsWith("Invalid input");
  const allowed = own ? issue.message : undefined;
  if (issue.input === undefined) {
    return { path, message: "is missing", allowed: allowed ?? expected };
  }
  const form = allowed === undefined ? {} : { allowed };
  const fault = { path, message: `must be ${expected}`, value: issue.input, ...form };
  return issue.expected === "string" && typeof issue.input === "number"
    ? { ...fault, fix: "quote it: YAML reads bare digits as a number and drops leading zeros" }
    : fault;
}

function unknownKeys(path: Path, issue: Extract<Issue, { code: "unrecognized_keys" }>): readonly Fault[] {
  const known = issue.message.split(", ");
  const message = path.at(-1) === "filters" ? "no filter key of the baseline's operating system" : "unknown key";
  return issue.keys.map((key) => ({
    path: pathText([...path, key]),
    ...(explained.get(key) ?? { message, ...suggest(key, known) }),
  }));
}

function malformed(path: string, allowed: string, value: unknown): Fault {
  if (value === undefined) return { path, message: "is missing", allowed };
  const [, day = "", time = "", hours = "", minutes = ""] =
    (typeof value === "string" ? bareDate.exec(value) : null) ?? [];
  // One that was written with an offset is in its own local time.
  const instant = new Date(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(instant.getTime())
    ? { path, message: "is malformed", value, allowed }
    : {
        path,
        message: "is a bare date, which YAML reads as a point in time",
        value,
        fix: `quote it: "${allowed.includes("hh:mm") ? instantText(instant) : day}"`,
      };
}

function unknownValue(path: string, value: unknown, known: readonly string[]): Fault {
  return value === undefined
    ? { path, message: "is missing", allowed: known.join(", ") }
    : {
        path,
        message: "unknown value",
        value,
        ...suggest(typeof value === "string" ? value : JSON.stringify(value), known),
      };
}

function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === "invalid_type" && issue.path.length === 0) return sum + 100;
    return sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1);
  }, 0);
}

/** Of a union, the faults of the form that the value comes nearest to. */
function unionFaults(path: Path, issue: Extract<Issue, { code: "invalid_union" }>): readonly Fault[] {
  if (issue.message !== "Invalid input") {
    return issue.discriminator === undefined || !isMapping(issue.input)
      ? [malformed(pathText(path), issue.message, issue.input)]
      : [unknownValue(pathText(path), issue.input[issue.discriminator], issue.message.split(", "))];
  }
  const [nearestForm] = issue.errors.toSorted((a, b) => weight(a) - weight(b));
  return nearestForm?.flatMap((inner) => issueFaults(inner, [...path, ...inner.path])) ?? [];
}

function withoutUndefined(params: Readonly<Record<string, unknown>> = {}): Partial<Fault> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

function issueFaults(issue: Issue, path: Path): readonly Fault[] {
  const at = pathText(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return unknownKeys(path, issue);
    case "invalid_type":
      return [typeFault(at, issue)];
    case "invalid_union":
      return unionFaults(path, issue);
    case "invalid_value":
      return [unknownValue(at, issue.input, issue.values.map(String))];
    case "too_small":
    case "too_big":
      return Array.isArray(issue.input)
        ? [{ path: at, message: "has the wrong number of entries", value: issue.input.length, allowed: issue.message }]
        : [{ path: at, message: "is out of range", value: issue.input, allowed: issue.message }];
    case "custom":
      return [{ path: at, message: issue.message, ...withoutUndefined(issue.params) }];
    default:
      return [malformed(at, issue.message, issue.input)];
  }
}

/**
 * The faults of a failed parse, in this project's words. The parse needs `reportInput: true`.
 * @param at - path of the parsed value in its document
 */
export function zodFaults(error: z.core.$ZodError, at: Path): readonly Fault[] {
  const faults = error.issues.flatMap((issue) => issueFaults(issue, [...at, ...issue.path]));
  // A number beyond all bounds is out of range twice: of whole numbers, and of the key's own.
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
