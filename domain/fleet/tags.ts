import type { PlacelessFault } from "../fault.ts";

const longest = 256;
const anyLetters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const asciiOnly = /^[a-zA-Z0-9\s_.:/=+\-@]*$/;
const tagCharacters = "letters, digits, spaces and _ . : / = + - @";

/** A character that shows, or its code point. */
function seen(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character) ? character : `U+${code}`;
}

function checkText(value: string, pattern: RegExp, allowed: string): PlacelessFault | undefined {
  if (value.length > longest) {
    return { message: "longer than AWS takes", value, allowed: `at most ${String(longest)} characters` };
  }
  if (!pattern.test(value)) {
    const strange = [...new Set(Array.from(value).filter((character) => !pattern.test(character)))].map(seen).join(" ");
    return { message: `holds characters that AWS refuses: ${strange}`, value, allowed };
  }
  return undefined;
}

/**
 * What is wrong with a tag's value: at most 256 characters, letters and digits of any script, spaces and
 * `_ . : / = + - @` (pattern of `TagValue`).
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Tag.html
 */
export function checkTagValue(value: string): PlacelessFault | undefined {
  return checkText(value, anyLetters, tagCharacters);
}

/**
 * What is wrong with a patch group's name or an activation's DefaultInstanceName: as a tag's value, ASCII only, and a
 * patch group has at least one character.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterPatchBaselineForPatchGroup.html
 */
export function checkAsciiName(value: string): PlacelessFault | undefined {
  if (value === "") return { message: "is empty", allowed: "1-256 characters" };
  return checkText(value, asciiOnly, `ASCII ${tagCharacters}`);
}
