import { interrupted } from "./command.ts";
import { showCursor } from "./output.ts";

/** Longest that the end of a command may take that a person interrupts. */
const longestEnd = 10_000;

/** What is there to be done at an interruption, in this order. */
interface Interruption {
  /** Lets nothing new begin. */
  readonly abort: () => void;
  readonly end: () => Promise<void>;
}

let atInterruption: Interruption | undefined;
/** Ends what moves on the terminal and holds every other word back until it has ended. */
const moving = new Set<() => Promise<unknown>>();
const never = new Promise<never>(() => undefined);
/** Whether the last words are said: then no list begins any more. */
let isOver = false;

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
  atInterruption = {
    abort: () => {
      controller.abort();
    },
    end,
  };
  try {
    return await does(controller.signal);
  } finally {
    atInterruption = undefined;
  }
}

/**
 * Does something while a list moves on the terminal, which is free for words again once that has ended. Where the list
 * has to end before, because the process will, what is done comes to no end.
 * @param does - its list ends when the signal is aborted
 */
export async function whileMoving<T>(does: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (isOver) return never;
  const controller = new AbortController();
  const done = does(controller.signal);
  const end = (): Promise<unknown> => {
    controller.abort();
    return done.catch(() => undefined);
  };
  moving.add(end);
  const isEnding = (): boolean => controller.signal.aborted;
  try {
    const value = await done;
    return isEnding() ? await never : value;
  } catch (error) {
    if (isEnding()) await never;
    throw error;
  } finally {
    moving.delete(end);
  }
}

/** Frees the terminal for the last words of a process. */
export async function freeTerminal(): Promise<void> {
  isOver = true;
  const ends = [...moving];
  moving.clear();
  await Promise.all(ends.map((end) => end()));
  showCursor();
}

/** What the process does when a person interrupts it. */
export async function interrupt(): Promise<never> {
  const before = atInterruption;
  atInterruption = undefined;
  if (before === undefined) {
    await freeTerminal();
  } else {
    setTimeout(() => process.exit(interrupted), longestEnd).unref();
    before.abort();
    await freeTerminal();
    await before.end().catch(() => undefined);
  }
  process.exit(interrupted);
}
