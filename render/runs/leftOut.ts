import { toBeSeenTo, type LeftOut } from "../../domain/runs/serversRun.ts";
import { counted, firstOf } from "../../domain/text.ts";
import { heading, lines, said, words, type Block } from "../document.ts";

/** Servers of one reason that are named; JSON has all. */
const mostNamed = 10;

function blocksOf(title: string, leftOut: readonly LeftOut[]): readonly Block[] {
  const byWhy = Map.groupBy(leftOut, ({ why }) => why);
  return heading(
    title,
    lines(
      [...byWhy].map(([why, all]) => {
        const names = firstOf(
          all.map(({ name }) => name),
          mostNamed,
        );
        return words`${said(counted(all.length, "server"))}: ${said(why)}: ${names}`;
      }),
    ),
  );
}

/**
 * The chosen servers with which nothing is done, those that are left out for the same reason together: first those that
 * want to be seen to.
 */
export function leftOutBlocks(leftOut: readonly LeftOut[]): readonly Block[] {
  return [
    ...blocksOf("Left out, to be seen to", toBeSeenTo(leftOut)),
    ...blocksOf(
      "Left out, nothing to do",
      leftOut.filter(({ settled }) => settled),
    ),
  ];
}
