import Mocha from "mocha";
import type { MochaOptions, Runner, Suite } from "mocha";

function countTests(suite: Suite): number {
  return suite.tests.length + suite.suites.reduce((sum, child) => sum + countTests(child), 0);
}

/** How long a run whose specs are done may take to let go of servers, processes and timers. */
const lettingGo = 120_000;

/**
 * Mocha's spec reporter plus the closing line that CI reads, `N passed, N failed`. A spec that was registered and never
 * ran (a hook that failed, a process that gave up) counts as failed: silence is no pass. So does a run that does not end by itself, which would otherwise hold CI until
 * its time is over.
 */
export default class ClosingLineReporter extends Mocha.reporters.Spec {
  readonly #runner: Runner;

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    this.#runner = runner;
  }

  override done(failures: number, end: (failures: number) => void): void {
    const { passes, pending } = this.stats;
    const neverRan = Math.max(0, countTests(this.#runner.suite) - passes - pending - this.stats.failures);
    const failed = this.stats.failures + neverRan;
    if (neverRan > 0) process.stdout.write(`${String(neverRan)} specs were registered and never ran\n`);
    const skipped = pending > 0 ? `, ${String(pending)} skipped` : "";
    const close = (failed: number): boolean =>
      process.stdout.write(`${String(passes)} passed, ${String(failed)} failed${skipped}\n`);
    close(failed);
    setTimeout(() => {
      process.stdout.write(`specs left open: ${[...new Set(process.getActiveResourcesInfo())].join(", ")}\n`);
      close(failed + 1);
      process.exit(failed + 1);
    }, lettingGo).unref();
    end(Math.max(failures, failed));
  }
}
