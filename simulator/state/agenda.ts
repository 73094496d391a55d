/** What is to happen at instants of the virtual clock. */
export interface Agenda {
  /** What comes at one instant happens in the order in which it was added. */
  add(at: Date, run: () => void): void;
  /** The instant of what comes first; undefined when nothing is to come. */
  next(): Date | undefined;
  /** Takes out what comes first. */
  take(): () => void;
}
