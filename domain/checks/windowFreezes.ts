import type { Finding } from "../fault.ts";
import type { Freeze, Plane } from "../plane.ts";
import { frozenGroups, frozenRate, frozenRuns } from "../schedule/freezes.ts";
import type { Window } from "../window.ts";
import { finding } from "./checkTable.ts";

/** Freezes of a window that are told: who has more of them mends these first. */
const mostFreezesTold = 10;

/** Freezes in which a window runs all the same. */
export function checkFreezes(plane: Plane, window: Window): readonly Finding[] {
  const found: Finding[] = [];
  for (const [index, freeze] of plane.freezes.entries()) {
    if (found.length < mostFreezesTold) found.push(...checkFreeze(window, freeze, index));
  }
  return found;
}

/** Dates of a freeze that are named; a weekly window has no more in a quarter. */
const mostDatesNamed = 14;

function frozenText(window: Window, freeze: Freeze): string | undefined {
  const groups = frozenGroups(window, freeze).join(", ");
  const does = window.operation === "scan" ? "scans" : "installs";
  // Where the next run lies behind the freeze none is in it, and most windows and freezes are done with here.
  const [first] = frozenRuns(window, freeze, 1);
  if (first !== undefined) {
    const dates = [...new Set(frozenRuns(window, freeze, mostDatesNamed + 1).map(({ date }) => date))];
    const more = dates.length > mostDatesNamed ? " and later ones" : "";
    const goesOn = first.touch === "goesOn" ? `; the run of ${first.date} begins before it` : "";
    return `${does} on ${groups} on ${dates.slice(0, mostDatesNamed).join(", ")}${more}${goesOn}`;
  }
  const rate = frozenRate(window, freeze);
  if (rate === undefined) return undefined;
  const may = rate.certain ? does : `may ${does.slice(0, -1)}`;
  return `${rate.expression} counts from the window's creation, so it ${may} on ${groups}`;
}

/** Why a freeze that says skip does not, or how it would. */
function freezeFix(window: Window, freeze: Freeze): string {
  if (!freeze.skip) return "leave these runs out with skip: true, or move the dates";
  const others = window.groups.filter((group) => !frozenGroups(window, freeze).includes(group));
  return others.length > 0
    ? `the run cannot be left out for these alone: freeze ${others.join(", ")} too, or give them a window of their own`
    : "a rate(…) cannot leave out a date: write it as cron(…)";
}

function checkFreeze(window: Window, freeze: Freeze, index: number): readonly Finding[] {
  const message = frozenText(window, freeze);
  return message === undefined
    ? []
    : [
        finding("freeze", {
          path: `windows.${window.name}.schedule`,
          message: `${message}, inside freezes[${String(index)}]: ${freeze.reason}`,
          value: `${freeze.from} to ${freeze.to}`,
          fix: freezeFix(window, freeze),
        }),
      ];
}
