import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../../config/file.ts";
import { readOrigins } from "../../../config/origins.ts";
import { projectFiles } from "../../../config/projectFiles.ts";
import { explained as explanationOf, type Explanation } from "../../../domain/explain/explanation.ts";
import { subjectNames, subjectsOf } from "../../../domain/explain/subjects.ts";
import type { Finding } from "../../../domain/fault.ts";
import { explainDocument, explainJson } from "../../../render/explain/explainDocument.ts";
import { writeText } from "../../../render/writers/text.ts";
import { withHostileTexts } from "../hostileTexts.ts";
import { keepsTheLaws } from "../writerLaws.ts";

/*
 * The texts in `explain/golden`, of the stack beside them. A text that is to change is made anew by, for example,
 * node scripts/patchplane.ts explain web-1 -C tests/render/explain --as-of 2026-12-01T12:00:00Z
 */

const folder = import.meta.dirname;

function stack() {
  const resolved = readPlane(folder, "test");
  if ("faults" in resolved) throw new Error(JSON.stringify(resolved.faults));
  return resolved;
}

function explained(name: string, asOf: Date): Explanation {
  const { plane, warnings } = stack();
  const origins = readOrigins(projectFiles(folder), "test");
  const subjects = subjectsOf(plane, name, {});
  const [subject] = subjects;
  if (subject === undefined || subjects.length > 1) throw new Error(`${String(subjects.length)} things are ${name}`);
  return explanationOf(plane, subject, asOf, warnings, origins);
}

const usual = "2026-12-01T12:00:00Z";

/** One of each kind, and those of which there is something special to say. */
const subjects = [
  "web-1",
  "db-1",
  "data-1",
  "asg:batch-workers",
  "node-1",
  "mw-batch",
  "mw-kernel",
  "prod-sensitive",
  "k8s",
];

describe("a hostile text in an explanation", () => {
  const at = new Date(usual);
  const later = new Date("2026-12-05T05:30:00Z");
  const facts = [...subjects.map((name) => explained(name, at)), explained("mw-install-auto", later)];
  keepsTheLaws(
    (text) =>
      facts.map((each) => {
        const finding: Finding = {
          id: "hosts",
          severity: "error",
          path: "a",
          message: "b",
          fix: "c",
          file: "d",
          line: 3,
        };
        return explainDocument({ stack: `test${text}` }, at, withHostileTexts({ ...each, findings: [finding] }, text));
      }),
    40,
  );
});

describe("an explanation", () => {
  const cases: readonly {
    readonly of: string;
    readonly name: string;
    readonly file: string;
    readonly asOf?: string;
  }[] = [
    { of: "an Ubuntu server that is patched by itself", name: "web-1", file: "ubuntu" },
    { of: "a server of a reviewed group, with an approval in force", name: "DB-1", file: "reviewed" },
    { of: "the same after the approval's end", name: "db-1", file: "expired", asOf: "2026-12-06T00:00:00Z" },
    {
      of: "an Azure VM by its id in capitals",
      name: "/SUBSCRIPTIONS/00000000-0000-4000-8000-00000000000D/RESOURCEGROUPS/RG-DATA/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/DATA-1",
      file: "azure",
    },
    { of: "an Auto Scaling group", name: "asg:batch-workers", file: "autoScaling" },
    { of: "a server that is patched elsewhere", name: "node-1", file: "elsewhere" },
    { of: "a window with a list of dates, one of them in a freeze", name: "mw-batch", file: "dates" },
    { of: "a window whose last date is past", name: "mw-batch", file: "datesOver", asOf: "2028-06-01T00:00:00Z" },
    { of: "its server", name: "asg:batch-workers", file: "datesOverServer", asOf: "2028-06-01T00:00:00Z" },
    { of: "a kernel window", name: "mw-kernel", file: "kernel" },
    { of: "a window that is open", name: "mw-install-auto", file: "open", asOf: "2026-12-05T05:30:00Z" },
    { of: "a group", name: "prod-sensitive", file: "group" },
    { of: "a group that is patched elsewhere", name: "k8s", file: "groupElsewhere" },
  ];
  for (const { of, name, file, asOf = usual } of cases) {
    it(`of ${of} is the golden text`, () => {
      const golden = readFileSync(join(folder, "golden", `${file}.txt`), "utf8");
      const at = new Date(asOf);
      expect(writeText(explainDocument({ stack: "test" }, at, explained(name, at)))).to.equal(golden);
    });
  }

  it("says of Windows' updates why they wait longer than the time between two runs, or for ever", () => {
    const at = new Date(usual);
    const facts = explained("data-1", at);
    if (facts.kind !== "server") throw new Error(facts.kind);
    const common = { rule: 0, slaDays: 20 };
    const texts = writeText(
      explainDocument({ stack: "test" }, at, {
        ...facts,
        interval: { days: 7 },
        waits: [
          { ...common, delayDays: 0, intervalDays: 7, worstDays: 7 },
          { ...common, delayDays: 7, intervalDays: 14, worstDays: 21 },
          { ...common, delayDays: 42, intervalDays: null, worstDays: null },
        ],
      }),
    );
    expect(
      texts
        .split("\n")
        .filter((line) => line.includes("rules[0]: "))
        .map((line) => line.trim()),
    ).to.deep.equal([
      "rules[0]: 0 + 7 = 7 days, within the 20 allowed",
      "rules[0]: 7 + 14 = 21 days, MORE THAN the 20 allowed; 14 and not 7, because every Patch Tuesday starts the " +
        "delay anew, and runs before its end install no monthly update",
      "rules[0]: for ever: no run comes after its delay of 42 days and before the next Patch Tuesday, whose updates " +
        "replace what waits",
    ]);
  });

  it("is JSON for every name that can be asked for, with the file's line", () => {
    const at = new Date(usual);
    for (const name of subjectNames(stack().plane)) {
      const json = JSON.parse(JSON.stringify(explainJson("test", at, explained(name, at)))) as Record<string, unknown>;
      expect(json).to.include({ schema: "patchplane/explain/1", stack: "test", asOf: "2026-12-01T12:00:00.000Z" });
      expect(json["kind"]).to.be.oneOf(["server", "window", "group"]);
    }
    const { row } = explainJson("test", at, explained("web-1", at)) as { row: unknown };
    expect(row).to.deep.equal({ file: "fleet/test.csv", line: 4 });
  });

  it("finds a VM by its vmId, and one server of two by its location", () => {
    const { plane } = stack();
    expect(subjectsOf(plane, "10000000-0000-4000-8000-000000000003", {})).to.have.lengthOf(1);
    expect(subjectsOf(plane, "web-2", { locations: ["use1"] })).to.deep.equal([]);
    expect(subjectsOf(plane, "batch", { kind: "window" })).to.deep.equal([]);
  });
});
