/** What something cost. */
export interface Cost {
  readonly seconds: number;
  /** Highest resident memory of the process that did it, in MiB. */
  readonly mebibytes: number;
}

/** Highest resident memory of this process so far, in MiB. */
export function peakMebibytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** Does something and tells how long it took, in seconds. */
export async function timed<T>(act: () => T | Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const started = performance.now();
  const value = await act();
  return { value, seconds: (performance.now() - started) / 1000 };
}
