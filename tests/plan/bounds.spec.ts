import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import pMap from "p-map";
import { assessPlaneFrom } from "../../config/file.ts";
import { faultReport } from "../../config/faultReport.ts";
import { longestText } from "../../config/yaml/yamlBounds.ts";
import { annualCalendar } from "../../domain/plan/calendar.ts";
import { calendarIcs } from "../../render/plan/calendarIcs.ts";
import { planDocument } from "../../render/plan/planDocument.ts";
import { writers } from "../../render/writers/writers.ts";
import { attacksOf } from "./attacks.ts";
import { Edited, asOf, planOf } from "./project.ts";

const mebibyte = 1_048_576;
/** What an answer may take, of a processor and of memory. */
const most = { seconds: 10, megabytes: 512 };

/** How long the fuzzer runs; a nightly job gives it longer. */
const fuzzSeconds = Number(process.env["PATCHPLANE_FUZZ_SECONDS"] ?? "10");

interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly megabytes: number;
  readonly outcome: string;
}

/** Some attacks of a size in a process of their own, which ends where they need more memory than it gets. */
async function measuredBatch(size: number, names: readonly string[]): Promise<readonly Measured[]> {
  const worker = join(import.meta.dirname, "attackWorker.ts");
  const child = spawn(process.execPath, ["--max-old-space-size=384", worker, String(size), ...names], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code, printed.split("\n").at(-2)).to.equal(0);
  return printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Measured);
}

/**
 * Attacks that share a process. Its memory is the highest that it ever had, what the attacks before left in it included:
 * too many of them would measure each other.
 */
const sharing = 8;

async function measured(size: number): Promise<readonly Measured[]> {
  const names = Object.keys(attacksOf(size));
  const batches = Array.from({ length: Math.ceil(names.length / sharing) }, (_, index) =>
    names.slice(index * sharing, (index + 1) * sharing),
  );
  return (await pMap(batches, (batch) => measuredBatch(size, batch), { concurrency: 2 })).flat();
}

describe("whatever a change holds", () => {
  // A file that is too long is told so at once; one just below the bound has to be read.
  for (const size of [mebibyte, longestText - 1]) {
    it(`it is answered in ${String(most.seconds)} s and ${String(most.megabytes)} MiB: ${String(size)} characters`, async function () {
      this.timeout(300_000);
      const all = await measured(size);
      expect(all.map(({ name }) => name)).to.deep.equal(Object.keys(attacksOf(size)));
      for (const { name, seconds, megabytes, outcome } of all) {
        expect(outcome, name).not.to.match(/^thrown/);
        expect(seconds, name).to.be.at.most(most.seconds);
        expect(megabytes, name).to.be.at.most(most.megabytes);
      }
    });
  }

  const texts = ["Pulumi.prod.yaml", "fleet/prod.csv", "approvals/prod/db/2026-11-20.yaml"] as const;
  const sample = new Edited();
  /** Pieces of YAML, of CSV, of schedules and dates, and what has no business in either. */
  const pieces = fc.constantFrom(
    ..."[ ] { } : - , ? & * ! | > ' \" # % @ ` ~ _ = . / \\ \t \u0000 \u001b \ufeff \u202e \ud800 0 9".split(" "),
    "\n",
    "\n  ",
    "\n    - ",
    ": ",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "!!float ",
    "null",
    "~",
    ".inf",
    ".nan",
    "-0",
    "1e999",
    "0x",
    "_1",
    "0o7",
    "true",
    "2026-12-06",
    "9999-12-31",
    "constructor",
    "__proto__",
    "toString",
    "secure: ",
    "cron(* * * * ? *)",
    "cron(0 0 29 2 ? 2199)",
    "rate(999999999 days)",
    "rate(1 minute)",
    "at(9999-12-31T23:59:59)",
    "patchplane:windows: ",
    "patchplane:freezes: ",
    ",,,,,,,,",
    '"a""b',
    "asg:x",
    "999999999",
  );
  const edit = fc.record({
    file: fc.constantFrom(...texts),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(40),
    put: fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join("")),
  });

  it("plan and its renderers never throw", function () {
    this.timeout((fuzzSeconds + 300) * 1000);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const head = new Edited();
        for (const { file, at, cut, put } of edits) {
          const text = head.text(file);
          const from = Math.floor(at * text.length);
          head.write(file, text.slice(0, from) + put + text.slice(from + cut));
        }
        for (const [base, change] of [
          [sample, head],
          [head, sample],
        ] as const) {
          const report = planOf(change, { base });
          const { files } = change;
          const documents = [planDocument(report, { faultText: (faults) => faultReport(faults, files) })];
          JSON.stringify([report]);
          for (const write of Object.values(writers)) write(documents);
        }
        const read = assessPlaneFrom(head.files, "prod");
        if (read !== "absent" && "plane" in read) calendarIcs(annualCalendar(read.plane, asOf), asOf);
      }),
      { numRuns: 100_000, interruptAfterTimeLimit: fuzzSeconds * 1000, markInterruptAsFailure: false },
    );
  });
});
