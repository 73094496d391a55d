import type { TextCheck } from "./schema.ts";

/** Text of `min` to `max` characters. */
export function length(min: number, max: number): TextCheck {
  return (text) =>
    text.length < min || text.length > max
      ? `must be ${String(min)} to ${String(max)} characters long, got ${String(text.length)}`
      : undefined;
}

/** Text that matches `pattern`; `allowed` says it in words. */
export function pattern(expression: RegExp, allowed: string): TextCheck {
  return (text) => (expression.test(text) ? undefined : `must be ${allowed}, got ${JSON.stringify(text)}`);
}

/** One of the given words, exactly. */
export function oneOf(...words: readonly string[]): TextCheck {
  return (text) =>
    words.includes(text) ? undefined : `must be one of ${words.join(", ")}, got ${JSON.stringify(text)}`;
}

/** Text that is not empty. */
export const notEmpty: TextCheck = (text) => (text === "" ? "must not be empty" : undefined);

const arnPattern = /^arn:aws[a-zA-Z-]*:[^:]+:([a-z]{2,4}(-[a-z]+)+-\d{1,2})?:(aws|\d{12})?:.+$/;

/** An ARN with partition, service, an optional Region and account, and a resource part. */
export const arn: TextCheck = (text) =>
  text === "" || arnPattern.test(text) ? undefined : `must be an ARN, got ${JSON.stringify(text)}`;

/** A point in time as RFC 3339 writes it. */
export const timestamp: TextCheck = (text) =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text))
    ? undefined
    : `must be an RFC 3339 time such as 2026-12-06T22:00:00Z, got ${JSON.stringify(text)}`;

/** Any JSON. */
export const json: TextCheck = (text) => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `must be JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
};

/** A policy document: a JSON object, with no leading blanks. */
export const policy: TextCheck = (text) =>
  text.trim() === "" || text.startsWith("{") ? json(text) : "must be a JSON object, the policy document itself";
