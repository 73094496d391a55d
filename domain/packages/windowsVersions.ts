import { byDigits } from "./numbers.ts";

/** A file's or product's version: up to four numbers, of which those left out are 0. */
const form = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?$/;

/**
 * Compares two versions of Windows programs number by number: negative, 0 or positive; undefined where one has another
 * form. Windows itself orders nothing but such numbers: what else a program calls its version is only a text.
 * https://learn.microsoft.com/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo
 */
export function compareWindows(left: string, right: string): number | undefined {
  const a = form.exec(left)?.slice(1);
  const b = form.exec(right)?.slice(1);
  if (a === undefined || b === undefined) return undefined;
  return a.reduce((order, digits: string | undefined, index) => order || byDigits(digits ?? "", b[index] ?? ""), 0);
}
