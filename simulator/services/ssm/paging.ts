import { ApiError } from "../../http/apiError.ts";

/** The page of a list request. */
export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** One page, and the token of the next one when there is one. */
export interface Page<T> {
  readonly items: T[];
  readonly NextToken?: string;
}

const tokenPrefix = "page:";

function offsetOf(token: string): number {
  const text = Buffer.from(token, "base64url").toString("utf8");
  const offset = Number(text.slice(tokenPrefix.length));
  if (!text.startsWith(tokenPrefix) || !Number.isSafeInteger(offset) || offset < 1)
    throw new ApiError("InvalidNextToken", "The specified token is not valid.");
  return offset;
}

/** Cuts a list into pages as the API does; a token that was never given out is `InvalidNextToken`. */
export function pageOf<T>(all: readonly T[], request: PageRequest, usualSize: number): Page<T> {
  const start = request.NextToken === undefined ? 0 : offsetOf(request.NextToken);
  const end = start + (request.MaxResults ?? usualSize);
  const items = all.slice(start, end);
  return end < all.length
    ? { items, NextToken: Buffer.from(`${tokenPrefix}${String(end)}`).toString("base64url") }
    : { items };
}

/** A filter of the `{ Key, Values }` form. */
export interface KeyFilter {
  readonly Key?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/**
 * Keeps what passes every filter. `tests` names the keys the operation knows; another key is refused with
 * `errorCode`, the operation's own error for it.
 */
export function filtered<T>(
  all: Iterable<T>,
  filters: readonly KeyFilter[] | undefined,
  tests: Readonly<Record<string, (item: T, value: string) => boolean>>,
  errorCode = "ValidationException",
): T[] {
  const active = (filters ?? []).map((filter) => {
    const test = tests[filter.Key ?? ""];
    if (test === undefined)
      throw new ApiError(
        errorCode,
        `Invalid filter key: ${filter.Key ?? "null"}. Valid keys: ${Object.keys(tests).join(", ")}`,
      );
    return { test, values: filter.Values ?? [] };
  });
  return [...all].filter((item) => active.every(({ test, values }) => values.some((value) => test(item, value))));
}
