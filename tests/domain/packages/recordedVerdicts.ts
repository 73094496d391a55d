import { readFileSync, writeFileSync } from "node:fs";
import type { Order, Pair, VersionTool } from "./versionPairs.ts";

/** What a real tool said, when, and of which version it was. */
export interface Recorded {
  readonly head: string;
  readonly verdicts: readonly { readonly pair: Pair; readonly order: Order }[];
}

const signs = ["<", "=", ">"] as const;
const fileOf = ({ name }: Pick<VersionTool, "name">): URL => new URL(`${name}.verdicts.txt`, import.meta.url);

/** A verdict a line, `1.0-1 < 1.0-2`, after one line that says where they are from. */
export function writeRecorded(tool: Pick<VersionTool, "name">, { head, verdicts }: Recorded): void {
  const lines = verdicts.map(({ pair: [left, right], order }) => `${left} ${signs[order + 1] ?? ""} ${right}`);
  writeFileSync(fileOf(tool), `${[head, ...lines].join("\n")}\n`);
}

export function readRecorded(tool: Pick<VersionTool, "name">): Recorded {
  const [head = "", ...lines] = readFileSync(fileOf(tool), "utf8").trimEnd().split("\n");
  const verdicts = lines.map((line) => {
    const [left = "", sign, right = ""] = line.split(" ");
    return { pair: [left, right] as const, order: (signs.findIndex((each) => each === sign) - 1) as Order };
  });
  return { head, verdicts };
}
