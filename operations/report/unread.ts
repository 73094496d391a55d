import type { Plane } from "../../domain/plane.ts";
import { byText } from "../../domain/text.ts";
import type { Engine, Row } from "./engine.ts";
import type { Unreadable } from "./partitions.ts";
import { get, placeIn } from "./rows.ts";

type Place = Pick<Unreadable, "accountId" | "region">;

function isSamePlace(left: Place, right: Place): boolean {
  return left.accountId === right.accountId && left.region === right.region;
}

/** Whether a place is one of the stack's locations today. */
function isOfStack({ locations }: Plane, place: Place): boolean {
  return Object.values(locations).some((location) => isSamePlace(location, place));
}

/**
 * Places that a collection has nothing of, although one before it has: it was made for some locations alone. One that
 * the stack has no more is missed between its first and its last collection.
 *
 * @param places - of the collections until the one that is looked at
 */
export function absentPlaces(plane: Plane, places: readonly Omit<Unreadable, "reason">[]): readonly Unreadable[] {
  const stamps = [...new Set(places.map(({ collected }) => collected))].sort(byText);
  const byPlace = Map.groupBy(places, ({ accountId, region }) => `${accountId} ${region}`);
  return [...byPlace.values()].flatMap((own) => {
    const known = own.map(({ collected }) => collected).toSorted(byText);
    const [place] = own;
    const [first = "", last = ""] = [known[0], known.at(-1)];
    if (place === undefined) return [];
    const { accountId, region } = place;
    return stamps
      .filter((stamp) => stamp > first && !known.includes(stamp) && (stamp < last || isOfStack(plane, place)))
      .map((collected) => ({ collected, accountId, region, reason: "the collection does not have it" }));
  });
}

/** Rows of trend.sql for a place that a collection could not read: as many servers as the collection next to it has. */
function unreadRows(rows: readonly Row[], { collected, ...place }: Unreadable): readonly Row[] {
  const own = rows.filter((row) => isSamePlace(placeIn(row), place));
  const stamps = own.map((row) => get(row, "collected"));
  const nearest = stamps.findLast((stamp) => stamp < collected) ?? stamps.find((stamp) => stamp > collected);
  const none = { failed: "0", missing: "0", pending_reboot: "0", compliant: "0", missing_updates: "0" };
  return own
    .filter((row) => get(row, "collected") === nearest)
    .map((row) => ({ ...row, ...none, collected, unknown: get(row, "servers"), unread: get(row, "servers") }));
}

/**
 * The rows of trend.sql, and for what a collection could not read of the stack's locations rows of unknown servers: a
 * location that is left out looks like an improvement.
 */
export async function trendRows(
  engine: Engine,
  plane: Plane,
  until: string,
  unread: readonly Unreadable[],
): Promise<readonly Row[]> {
  const rows = await engine.rows("trend", { since: "0", until });
  return [...rows, ...unread.filter((place) => isOfStack(plane, place)).flatMap((place) => unreadRows(rows, place))];
}
