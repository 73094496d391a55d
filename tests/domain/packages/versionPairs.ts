import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { OsName } from "../../../domain/server.ts";

export type Pair = readonly [left: string, right: string];

/** Sign of a comparison. */
export type Order = -1 | 0 | 1;

/** A program that orders versions by itself. */
export interface VersionTool {
  readonly name: "dpkg" | "rpm";
  /** An operating system whose packages are ordered by its rules. */
  readonly os: OsName;
  /** Versions as they are in use, to draw from. */
  readonly inUse: () => readonly string[];
  /** Parts that versions of its kind are made of. */
  readonly parts: readonly string[];
  /** What `--version` says; undefined where it is not installed. */
  readonly version: () => string | undefined;
  /** Its own verdict on each pair. */
  readonly judge: (pairs: readonly Pair[]) => readonly Order[];
}

function firstLine(command: string): string | undefined {
  const { error, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  return error === undefined ? stdout.split("\n")[0]?.replace(/\.$/, "") : undefined;
}

/** Versions of the embedded cloud's packages, whose templates grow in braces and brackets. */
function versionsOf(family: "apt" | "yum"): readonly string[] {
  const table = readFileSync(new URL(`../../../simulator/data/${family}Sources.csv`, import.meta.url), "utf8");
  const cells = table.split("\n").slice(1).join(",").split(",");
  return cells.map((cell) => cell.replaceAll(/[[\]{}]/g, "")).filter((cell) => /\d.*-/.test(cell));
}

function answers(left: string, operator: string, right: string): boolean {
  const { status, stderr } = spawnSync("dpkg", ["--compare-versions", left, operator, right], { encoding: "utf8" });
  if (status !== 0 && status !== 1) throw new Error(`dpkg cannot compare ${left} and ${right}: ${stderr}`);
  return status === 0;
}

const dpkg: VersionTool = {
  name: "dpkg",
  os: "ubuntu",
  inUse: () => versionsOf("apt"),
  parts: ["0", "00", "1", "01", "9", "10", "2024", ".", ".", "+", "~", "~~", "a", "Z", "rc", "ubuntu", "+dfsg", "~esm"],
  version: () => firstLine("dpkg"),
  judge: (pairs) =>
    pairs.map(([left, right]) => (answers(left, "lt", right) ? -1 : answers(left, "eq", right) ? 0 : 1)),
};

const rpm: VersionTool = {
  name: "rpm",
  os: "amazon-linux",
  inUse: () => versionsOf("yum"),
  parts: ["0", "00", "1", "01", "9", "10", "2024", ".", ".", "_", "+", "~", "^", "a", "Z", "rc", "amzn2", "git"],
  version: () => firstLine("rpm"),
  judge: (pairs) => {
    const compared = pairs.map(([left, right]) => `print(rpm.vercmp("${left}", "${right}"), "")`).join(" ");
    const output = execFileSync("rpm", ["--eval", `%{lua: ${compared}}`], { encoding: "utf8" });
    const orders = output
      .trim()
      .split(/\s+/)
      .map((order) => Number(order) as Order);
    if (orders.length !== pairs.length) throw new Error(`rpm gave ${String(orders.length)} verdicts`);
    return orders;
  },
};

export const versionTools: readonly VersionTool[] = [dpkg, rpm];

/** What both tools take as a version. */
const form = /^(\d+:)?\d[^:\s-]*(-[^:\s-]+)?$/;

/** A version with a part put in, taken out, or put in the place of another, so that the two are near each other. */
function changed(version: string, part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(fc.nat({ max: version.length - 1 }), fc.nat({ max: 3 }), part).map(([before, length, by]) => {
    const start = before + 1;
    return version.slice(0, start) + by + version.slice(start + length);
  });
}

/** Pairs of versions of a tool's kind: in use, nearly so, and made of parts; half of the pairs are near each other. */
export function pairsFor({ inUse, parts }: Pick<VersionTool, "inUse" | "parts">): fc.Arbitrary<Pair> {
  const part = fc.constantFrom("", ...parts);
  const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((all) => all.join(""));
  const made = fc
    .tuple(fc.constantFrom("", "", "", "0:", "1:", "10:"), fc.constantFrom("0", "1", "9"), text, fc.option(text))
    .map(([epoch, start, upstream, release]) => `${epoch}${start}${upstream}${release === null ? "" : `-${release}`}`);
  const version = fc.oneof(fc.constantFrom(...inUse()), made);
  const near = version.chain((left) => fc.tuple(fc.constant(left), changed(left, part)));
  return fc.oneof(near, fc.tuple(version, version)).filter((pair) => pair.every((one) => form.test(one)));
}
