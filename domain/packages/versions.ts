import type { OsName } from "../server.ts";
import { byText } from "../text.ts";
import { compareDebian } from "./debianVersions.ts";
import { compareRpm } from "./rpmVersions.ts";
import { compareWindows } from "./windowsVersions.ts";

type Compare = (left: string, right: string) => number | undefined;

const rules: Readonly<Record<OsName, Compare>> = {
  "amazon-linux": compareRpm,
  debian: compareDebian,
  ubuntu: compareDebian,
  "windows-server": compareWindows,
};

/**
 * Compares two versions by the rules of an operating system's packages: negative, 0 or positive. Different texts may be
 * one version (`1.0` and `1.00`).
 *
 * @returns undefined where one of them is no version by those rules: such versions have no order, and none is guessed
 */
export function compareVersions(os: OsName, left: string, right: string): number | undefined {
  return rules[os](left, right);
}

/**
 * Numbers for versions, so that an engine without these rules can order them: 1 for the lowest, the same for texts that
 * are one version. A text that is no version has no number.
 */
export function ordinals(versions: Iterable<string>, os: OsName): ReadonlyMap<string, number> {
  const compare = rules[os];
  const known = [...new Set(versions)].filter((version) => compare(version, version) !== undefined);
  const sorted = known.toSorted((left, right) => (compare(left, right) ?? 0) || byText(left, right));
  let ordinal = 0;
  return new Map(
    sorted.map((version, index) => {
      const before = sorted[index - 1];
      if (before === undefined || compare(before, version) !== 0) ordinal += 1;
      return [version, ordinal];
    }),
  );
}
