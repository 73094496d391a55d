import { byText } from "../text.ts";

/** Compares two runs of decimal digits by value, however long they are; an empty one is 0. */
export function byDigits(left: string, right: string): number {
  const a = left.replace(/^0+/, "");
  const b = right.replace(/^0+/, "");
  return Math.sign(a.length - b.length) || byText(a, b);
}
