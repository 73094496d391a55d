import type { OsName } from "../server.ts";
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
