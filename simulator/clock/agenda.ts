import { settleFunctions } from "../services/lambda/invoke.ts";
import type { Agenda } from "../state/agenda.ts";
import type { SimulatedCloud } from "../state/cloud.ts";

interface Entry {
  readonly at: number;
  readonly serial: number;
  readonly run: () => void;
}

function isBefore(a: Entry | undefined, b: Entry | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.at < b.at || (a.at === b.at && a.serial < b.serial);
}

/** A binary heap: a fleet's nodes end by the thousand, and every one of them is an entry. */
class Heap {
  readonly #entries: Entry[] = [];

  get first(): Entry | undefined {
    return this.#entries[0];
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#entries[a], this.#entries[b]];
    if (first === undefined || second === undefined) return;
    this.#entries[a] = second;
    this.#entries[b] = first;
  }

  push(entry: Entry): void {
    let place = this.#entries.push(entry) - 1;
    for (
      let parent = (place - 1) >> 1;
      place > 0 && isBefore(entry, this.#entries[parent]);
      parent = (place - 1) >> 1
    ) {
      this.#swap(place, parent);
      place = parent;
    }
  }

  shift(): Entry | undefined {
    const { first } = this;
    const last = this.#entries.pop();
    if (last === undefined || last === first) return first;
    this.#entries[0] = last;
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const child = isBefore(this.#entries[right], this.#entries[left]) ? right : left;
      if (!isBefore(this.#entries[child], last)) return first;
      this.#swap(place, child);
      place = child;
    }
  }
}

/** An empty agenda. */
export function createAgenda(): Agenda {
  const heap = new Heap();
  let serial = 0;
  return {
    add: (at, run) => {
      heap.push({ at: at.getTime(), serial, run });
      serial += 1;
    },
    next: () => (heap.first === undefined ? undefined : new Date(heap.first.at)),
    take: () => {
      const entry = heap.shift();
      if (entry === undefined) throw new RangeError("nothing is on the agenda");
      return entry.run;
    },
  };
}

/** Moves the clock through everything on the agenda up to an instant, which it need not reach. */
export function runAgenda({ agenda, clock }: SimulatedCloud, until: Date): void {
  for (let next = agenda.next(); next !== undefined && next <= until; next = agenda.next()) {
    if (next > clock.now()) clock.moveTo(next);
    agenda.take()();
  }
}

/** The same, and what functions do that are called on the way: the clock waits for each where it was called. */
export async function passAgenda(cloud: SimulatedCloud, until: Date): Promise<void> {
  const { agenda, clock, deliveries } = cloud;
  for (let next = agenda.next(); next !== undefined && next <= until; next = agenda.next()) {
    if (next > clock.now()) clock.moveTo(next);
    agenda.take()();
    if (deliveries.pending.length > 0) await settleFunctions(cloud);
  }
}
