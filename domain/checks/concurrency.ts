import type { Finding } from "../fault.ts";
import type { Plane } from "../plane.ts";
import { referenceRuns } from "../schedule/referenceRuns.ts";
import { hour, minuteText } from "../time.ts";
import { finding } from "./checkTable.ts";
import { softLimits } from "./limits.ts";

/** One opening of a window. */
interface Opening {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function openingsIn(plane: Plane, location: string): readonly Opening[] {
  return Object.values(plane.windows)
    .filter((window) => !window.onDemand && window.locations.includes(location))
    .flatMap((window) =>
      window.schedules.flatMap((schedule) =>
        referenceRuns(schedule).map((at) => ({
          name: schedule.suffix === "" ? window.name : `${window.name}-${schedule.suffix}`,
          from: at.getTime(),
          to: at.getTime() + window.durationHours * hour,
        })),
      ),
    );
}

/** Openings by name, those of one name that meet made one: a window that overlaps itself is open once. */
function joined(openings: readonly Opening[]): readonly Opening[] {
  return [...Map.groupBy(openings, ({ name }) => name).values()].flatMap((own) => {
    const apart: Opening[] = [];
    for (const opening of own.toSorted((a, b) => a.from - b.from)) {
      const last = apart.at(-1);
      if (last === undefined || last.to < opening.from) apart.push(opening);
      else apart[apart.length - 1] = { ...last, to: Math.max(last.to, opening.to) };
    }
    return apart;
  });
}

/** The most windows open at once, by the openings in order. Dates beyond the reference year are compared with dates. */
export function checkConcurrency(plane: Plane, location: string): readonly Finding[] {
  const openings = joined(openingsIn(plane, location)).toSorted((a, b) => a.from - b.from);
  let open: readonly Opening[] = [];
  let most: readonly Opening[] = [];
  for (const opening of openings) {
    open = [...open.filter((earlier) => earlier.to > opening.from), opening];
    most = open.length > most.length ? open : most;
  }
  const names = [...new Set(most.map((opening) => opening.name))];
  const last = most.at(-1);
  return names.length <= softLimits.concurrentWindows || last === undefined
    ? []
    : [
        finding("concurrent-windows", {
          path: `locations.${location}`,
          message: `windows open at once there, for example on ${minuteText(new Date(last.from))}`,
          value: names,
          allowed: `at most ${String(softLimits.concurrentWindows)}`,
          fix: "move their start times apart",
          about: { location },
        }),
      ];
}
