import { z } from "zod";

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

/** Text that says something. */
export function words() {
  return z.string().regex(/\S/, "some text");
}

/** A whole number with both ends included. */
export function whole(min: number, max: number, unit: string) {
  const allowed = `${String(min)} to ${String(max)} ${unit}`;
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

/** A date without a time. */
export function date() {
  return text(/^\d{4}-\d{2}-\d{2}$/, "yyyy-mm-dd, quoted");
}

/** Name of a location, subscription, baseline, window or hook: it becomes part of names in AWS and in Pulumi. */
export function kebabName(longest: number) {
  return text(
    new RegExp(`^(?=.{1,${String(longest)}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$`),
    `lower-case letters, digits and single hyphens, at most ${String(longest)} characters`,
  );
}

/** Name of a patch group: the `PatchGroup` tag's value. Case counts. */
export function groupName() {
  return text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "letters, digits, _ and -, at most 64 characters");
}
