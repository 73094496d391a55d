import type { SimulatedCloud } from "../state/cloud.ts";
import type { Machine } from "../world/machine.ts";

/** What work waits for: an instant, and, when it names a machine, any change to that machine before it. */
export interface Wait {
  readonly until: Date | undefined;
  readonly machine?: Machine;
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
    const { until, machine } = step.value;
    const wake = (): void => {
      machine?.waiting.delete(wake);
      if (turn === own) go();
    };
    machine?.waiting.add(wake);
    if (until !== undefined) cloud.agenda.add(until, wake);
  };
  go();
}

/** Lets everything that waits for a machine look at it again, in the order in which it came. */
export function wakeAll(machine: Machine): void {
  for (const wake of [...machine.waiting]) wake();
}
