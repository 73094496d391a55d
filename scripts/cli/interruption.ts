import { interrupted } from "./command.ts";

/** Longest that the end of a command may take that a person interrupts. */
const longestEnd = 10_000;

let atInterruption: (() => Promise<void>) | undefined;

/**
 * Does something that a person may interrupt: then the signal is aborted, so that nothing new begins, and the end given
 * is done before the process goes.
 * @param end - says what is done and what goes on; it has ten seconds, and a second interruption does not wait for it
 */
export async function interruptible<T>(
  end: () => Promise<void>,
  does: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  atInterruption = () => {
    controller.abort();
    return end();
  };
  try {
    return await does(controller.signal);
  } finally {
    atInterruption = undefined;
  }
}

/** What the process does when a person interrupts it. */
export async function interrupt(): Promise<never> {
  const end = atInterruption;
  atInterruption = undefined;
  if (end !== undefined) {
    setTimeout(() => process.exit(interrupted), longestEnd).unref();
    await end().catch(() => undefined);
  }
  process.exit(interrupted);
}
