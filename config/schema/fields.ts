import { z } from "zod";
import { isDate } from "../../domain/schedule/calendarDates.ts";
import { isTimeZone, nearestTimeZone } from "../../domain/schedule/timeZones.ts";

/**
 * A mapping that takes no other keys. Its message for an unknown key is the list of known ones, which
 * {@link import("../zodFaults.ts").zodFaults} makes a suggestion of.
 */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? Object.keys(shape).join(", ") : undefined),
  });
}

/**
 * Text of one form.
 * @param allowed - the form in words; faults show it
 */
export function text(pattern: RegExp, allowed: string) {
  return z.string(allowed).regex(pattern, allowed);
}

/**
 * Text that says something.
 * @param longest - in characters, where AWS has a limit
 */
export function words(longest = Infinity) {
  const said = z.string().regex(/\S/, "some text");
  return longest === Infinity ? said : said.max(longest, `at most ${String(longest)} characters`);
}

/** A list of so many entries at most: far more than anybody writes, and few enough to be looked at at once. */
export function listOf<Entry extends z.ZodType>(entry: Entry, most: number) {
  return z.array(entry).max(most, `at most ${String(most)} entries`);
}

/** A whole number with both ends included. */
export function whole(min: number, max: number, unit: string) {
  const allowed = `${String(min)} to ${String(max)} ${unit}`;
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

const dateForm = /^\d{4}-\d{2}-\d{2}$/;

/** A date of the calendar, without a time. */
export function date() {
  return text(dateForm, "yyyy-mm-dd, quoted").superRefine((day, context) => {
    if (!dateForm.test(day)) return;
    if (!isDate(day)) context.addIssue(refused(day, "not a calendar date", "yyyy-mm-dd, quoted"));
    else if (day < "1970" || day >= "2200") {
      context.addIssue(refused(day, "lies beyond the years that schedules know", "1970-01-01 to 2199-12-31"));
    }
  });
}

/** An IANA time zone. */
export function timeZone() {
  return words().superRefine((zone, context) => {
    const allowed = "a name such as Europe/Berlin or UTC";
    if (!/\S/.test(zone) || isTimeZone(zone)) return;
    const near = nearestTimeZone(zone);
    const fix = near === undefined ? {} : { fix: `did you mean "${near}"?` };
    context.addIssue(refused(zone, "not an IANA time zone", allowed, fix));
  });
}

/**
 * An issue of a rule that zod has no word for, as {@link import("../zodFaults.ts").zodFaults} reads it.
 * @param path - below the value that is refined
 */
export function refused(
  value: unknown,
  message: string,
  allowed?: string,
  { fix, path = [] }: { readonly fix?: string; readonly path?: readonly PropertyKey[] } = {},
) {
  return { code: "custom" as const, message, path: [...path], params: { value, allowed, fix } };
}

/** Name of a location, subscription, baseline, window or hook: it becomes part of names in AWS and in Pulumi. */
export function kebabName(longest: number) {
  return text(
    new RegExp(`^(?=.{1,${String(longest)}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$`),
    `lower-case letters, digits and single hyphens, at most ${String(longest)} characters`,
  );
}

/** Name of a tag in AWS, or how one begins, whoever sets it. */
export function foreignTagName() {
  return text(/^[\p{L}\p{N} _.:/=+@-]{1,128}$/u, "letters, digits, spaces and _ . : / = + - @, at most 128 characters");
}

const ownTagNames = ["environment", "location", "managedby", "patchgroup", "patch group"];

/**
 * Name of a tag that AWS and Azure both take, and that neither they nor the stack keep for themselves. Both clouds, and
 * IAM, go by names without their case.
 *
 * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 */
export function tagName() {
  const allowed = "letters, digits, spaces and _ . : = + - @, at most 128 characters";
  return text(/^[\p{L}\p{N} _.:=+@-]{1,128}$/u, allowed).superRefine((name, context) => {
    const lower = name.toLowerCase();
    if (/^(aws:|azure|microsoft|windows)/.test(lower)) {
      context.addIssue(refused(name, "begins as names do that a cloud keeps for itself", allowed));
    } else if (ownTagNames.includes(lower)) {
      context.addIssue(refused(name, "is a tag that the stack sets itself", "any other name"));
    }
  });
}

/** Value of such a tag. */
export function tagValue() {
  const allowed = "text, quoted: letters, digits, spaces and _ . : / = + - @, at most 256 characters";
  return text(/^[\p{L}\p{N} _.:/=+@-]{1,256}$/u, allowed);
}

/** Name of a patch group: the `PatchGroup` tag's value. Case counts. */
export function groupName() {
  return text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "letters, digits, _ and -, at most 64 characters");
}
