import type { SimulatedCloud } from "../state/cloud.ts";

/** What changes, such as a machine, and wakes what waits for that. */
export interface Changing {
  readonly waiting: Set<() => void>;
}

/** What work waits for: an instant, and any change before it of what it names. */
export interface Wait {
  readonly until: Date | undefined;
  readonly change?: Changing;
}

/** Work that goes on in virtual time. */
export type Process<T> = Generator<Wait, T, void>;

/** Begins work now, and tells when it has come to its end, which may be at once. */
export function begin<T>(cloud: SimulatedCloud, process: Process<T>, ended: (result: T) => void): void {
  let turn = 0;
  const go = (): void => {
    turn += 1;
    const own = turn;
    const step = process.next();
    if (step.done === true) {
      ended(step.value);
      return;
    }
    const { until, change } = step.value;
    const wake = (): void => {
      change?.waiting.delete(wake);
      if (turn === own) go();
    };
    change?.waiting.add(wake);
    if (until !== undefined) cloud.agenda.add(until, wake);
  };
  go();
}

/** Lets everything that waits for a change look again, in the order in which it came. */
export function wakeAll({ waiting }: Changing): void {
  for (const wake of [...waiting]) wake();
}
