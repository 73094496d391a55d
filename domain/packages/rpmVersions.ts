import { byText } from "../text.ts";
import { byDigits } from "./numbers.ts";

/** `[epoch:]version[-release]`. */
const form = /^(?:(\d*):)?([^\s:-]+)(?:-([^\s:-]+))?$/;

/** The segments that count; everything between them only separates. */
function segments(text: string): readonly string[] {
  return text.match(/~|\^|\d+|[A-Za-z]+/g) ?? [];
}

const isNumber = (segment: string): boolean => /^\d/.test(segment);

/** Order of two segments at the same place, of which one may be the end. */
function bySegment(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  // A tilde is before everything, even before the end; a caret is after the end and before anything else.
  if (left === "~" || right === "~") return left === "~" ? -1 : 1;
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  if (left === "^" || right === "^") return left === "^" ? -1 : 1;
  if (isNumber(left) !== isNumber(right)) return isNumber(left) ? 1 : -1;
  return isNumber(left) ? byDigits(left, right) : byText(left, right);
}

function bySegments(left: string, right: string): number {
  const a = segments(left);
  const b = segments(right);
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = bySegment(a[index], b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** A version without a release is before the same version with any. */
function byRelease(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return bySegments(left, right);
}

/**
 * Compares two versions of rpm packages, epoch before version before release, as rpm itself does: negative, 0 or
 * positive; undefined where one of them is none.
 * https://rpm-software-management.github.io/rpm/man/rpm-version.7
 */
export function compareRpm(left: string, right: string): number | undefined {
  const a = form.exec(left);
  const b = form.exec(right);
  if (a === null || b === null) return undefined;
  const [, epoch = "", version = "", release] = a;
  const [, otherEpoch = "", otherVersion = "", otherRelease] = b;
  return byDigits(epoch, otherEpoch) || bySegments(version, otherVersion) || byRelease(release, otherRelease);
}
