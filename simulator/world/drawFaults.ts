import type { Server } from "../../domain/server.ts";
import { unitInterval } from "./chance.ts";
import { faultKinds } from "./faultKinds.ts";
import type { FaultKind, PlannedFault } from "./faultKinds.ts";

const hour = 60;
const day = 24 * hour;
/** Faults that are not there from the beginning begin within so many days. */
const horizonDays = 30;
/** Half of the faults are there before the world begins, half come later. */
const shareFromBirth = 0.5;
/** A fifth of the faults never end. */
const shareForGood = 0.2;
const birth = -hour;
const shortestHours = 2;
const longestHours = 10 * 24;
/** Only ever injected: a draw is what it was before they were there. */
const neverDrawn: ReadonlySet<FaultKind> = new Set(["s3Unreachable", "diskFull", "clockOff"]);

/**
 * Draws what is wrong with a machine, and when: nothing for most, one fault of any kind for the wanted share of them.
 * Only an Azure VM can be without a way to AWS. The same seed and machine give the same fault.
 */
export function drawFaults(id: string, cloud: Server["cloud"], seed: number, share: number): readonly PlannedFault[] {
  const draw = (what: string): number => unitInterval(seed, what, id);
  if (draw("fails") >= share) return [];
  const kinds = faultKinds.filter((kind) => !neverDrawn.has(kind) && (cloud === "azure" || kind !== "noRouteToAws"));
  const kind = kinds[Math.floor(draw("failure") * kinds.length)] ?? "offline";
  const fromMinutes =
    draw("from birth") < shareFromBirth ? birth : Math.floor(draw("fault begins") * horizonDays * day);
  if (draw("for good") < shareForGood) return [{ kind, fromMinutes }];
  const hours = shortestHours + draw("fault lasts") * (longestHours - shortestHours);
  return [{ kind, fromMinutes, untilMinutes: Math.max(0, fromMinutes) + Math.floor(hours * hour) }];
}
