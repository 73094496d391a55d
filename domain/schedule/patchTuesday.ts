import { dateText, day, hour } from "../time.ts";

/** Updates come out at 10 in the morning, Pacific time: not before this hour, UTC. */
const releaseHour = 17;

/** The second Tuesday of a month, `yyyy-mm-dd`. @param month - 0 to 11 */
function secondTuesday(year: number, month: number): string {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return dateText(new Date(Date.UTC(year, month, 8 + ((2 - first + 7) % 7))));
}

/** How a date lies to Microsoft's monthly release. */
export interface PatchTuesdayDistance {
  /** The last Patch Tuesday up to the date, `yyyy-mm-dd`. */
  readonly patchTuesday: string;
  /** Days since then; 0 on the day itself. */
  readonly days: number;
}

/**
 * The last Patch Tuesday, the second Tuesday of a month, up to a calendar date, and the days since.
 * @param date - `yyyy-mm-dd`
 * https://learn.microsoft.com/windows/deployment/update/release-cycle
 */
export function sincePatchTuesday(date: string): PatchTuesdayDistance {
  const at = new Date(`${date}T00:00:00Z`);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const thisMonth = secondTuesday(year, month);
  const patchTuesday = thisMonth <= date ? thisMonth : secondTuesday(month === 0 ? year - 1 : year, (month + 11) % 12);
  return { patchTuesday, days: Math.round((at.getTime() - Date.parse(patchTuesday)) / day) };
}

/** The last Patch Tuesday whose updates are out at an instant, and the days since then, by dates in UTC. */
export function sinceMonthlyUpdate(at: Date): PatchTuesdayDistance {
  const date = (of: number): string => dateText(new Date(of));
  const { patchTuesday } = sincePatchTuesday(date(at.getTime() - releaseHour * hour));
  return { patchTuesday, days: Math.round((Date.parse(date(at.getTime())) - Date.parse(patchTuesday)) / day) };
}

/**
 * The Patch Tuesday that is nearest to a calendar date, and the days since: negative where it is still to come.
 * @param date - `yyyy-mm-dd`
 */
export function nearestPatchTuesday(date: string): PatchTuesdayDistance {
  const last = sincePatchTuesday(date);
  const at = Date.parse(date);
  // Two of them are 28 or 35 days apart, so that this lies behind the next one and before the one after it.
  const next = sincePatchTuesday(dateText(new Date(Date.parse(last.patchTuesday) + 35 * day)));
  const ahead = Math.round((Date.parse(next.patchTuesday) - at) / day);
  return ahead < last.days ? { patchTuesday: next.patchTuesday, days: -ahead } : last;
}
