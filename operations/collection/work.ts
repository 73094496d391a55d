import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { instantOf, stampOf } from "../../domain/collection/stamp.ts";
import { hour } from "../../domain/time.ts";
import { isAlive } from "../alive.ts";
import { locationJournal, type LocationJournal } from "./journal.ts";

/** A collection that was broken off is gone on with so long: its rows would be of too different times after that. */
const resumableMs = 6 * hour;

/** A collection that is being made. */
export interface CollectionWork {
  /** Stamp of the collection. */
  readonly collected: string;
  /** Whether an earlier process began it. */
  readonly resumed: boolean;
  readonly journal: (location: string) => LocationJournal;
  /** The collection is made: its journal is needed no more. */
  readonly end: () => void;
}

/** Another process makes the same collection just now. */
export class CollectionUnderWay extends Error {
  constructor(pid: string) {
    super(`process ${pid} is collecting this already; wait for it, or end it and call again`);
    this.name = "CollectionUnderWay";
  }
}

function take(lock: string): void {
  const holder = existsSync(lock) ? readFileSync(lock, "utf8") : "";
  if (/^\d+$/.test(holder) && Number(holder) !== process.pid && isAlive(Number(holder)))
    throw new CollectionUnderWay(holder);
  writeFileSync(lock, String(process.pid));
}

/**
 * Opens the work of a collection: what an earlier process left of the same one is gone on with, unless it is older than
 * six hours or a fresh one is wanted.
 * @param folder - where work in progress is kept
 * @param subject - what tells this collection from others: stack, store and scope
 * @throws CollectionUnderWay when another process is at it
 */
export function openWork(folder: string, subject: readonly string[], begun: Date, fresh: boolean): CollectionWork {
  const own = join(folder, createHash("sha256").update(JSON.stringify(subject)).digest("hex").slice(0, 16));
  mkdirSync(own, { recursive: true });
  const lock = join(own, "pid");
  take(lock);
  const stampFile = join(own, "collected");
  const left = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
  const age = begun.getTime() - (instantOf(left)?.getTime() ?? Number.NaN);
  const resumed = !fresh && age >= 0 && age <= resumableMs;
  const collected = resumed ? left : stampOf(begun);
  if (!resumed) {
    rmSync(own, { recursive: true });
    mkdirSync(own, { recursive: true });
    take(lock);
    writeFileSync(stampFile, collected);
  }
  return {
    collected,
    resumed,
    journal: (location) => locationJournal(join(own, "locations", location)),
    end: () => {
      rmSync(own, { recursive: true });
    },
  };
}
