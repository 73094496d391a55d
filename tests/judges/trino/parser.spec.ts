import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { athenaStatement } from "../../../domain/report/athenaStatement.ts";
import { parametersOf, queries, statementsIn } from "../../../domain/report/queries.ts";
import { savedQueries } from "../../../domain/report/savedQueries.ts";
import { athenaNames } from "../../../domain/stack/athena.ts";
import { samplePlane } from "../../domain/samplePlane.ts";
import { texts } from "../../operations/report/saved.ts";
import { folderOfAll } from "../../harness/folders.ts";
import { parsed, trinoParser } from "./java.ts";

describe("Trino's own parser", function () {
  const folder = folderOfAll();
  let parser: Exclude<ReturnType<typeof trinoParser>, { readonly reason: string }>;

  before(function () {
    const found = trinoParser();
    if ("reason" in found) {
      process.stdout.write(`    skipped: ${found.reason}\n`);
      this.skip();
    }
    parser = found;
  });

  async function verdicts(statements: readonly string[]): Promise<readonly string[]> {
    const files = statements.map((sql, index) => {
      const file = join(folder(), `${String(index)}.sql`);
      writeFileSync(file, sql);
      return file;
    });
    return parsed(parser, files);
  }

  it("takes every query and every view", async () => {
    const statements = Object.entries(texts).flatMap(([file, text]) =>
      statementsIn(text).map((sql) => ({ file, sql })),
    );
    const answers = await verdicts(statements.map(({ sql }) => sql));
    expect(statements.map(({ file }, index) => `${file}: ${answers[index] ?? ""}`)).to.deep.equal(
      statements.map(({ file }) => `${file}: ok`),
    );
  });

  it("takes every query as Athena is sent it", async () => {
    const partition = { type: "Patchplane:Server", collected: "c", accountId: "1", region: "r", paths: [] } as const;
    const unfinished = [{ collected: "c", accountId: "2", region: "it's", reason: "" }];
    const collections = { partitions: [partition], stamps: ["c"], unfinished };
    const statements = queries.map((query) => {
      const parameters = Object.fromEntries(
        parametersOf(texts[query]).map((name) => [name, name === "run" ? "it's" : "c"]),
      );
      return athenaStatement(texts, query, parameters, collections, "reports") ?? "";
    });
    const answers = await verdicts(statements);
    expect(answers).to.deep.equal(statements.map(() => "ok"));
  });

  it("takes every saved query, filled in or not", async () => {
    const plane = samplePlane();
    const [location] = Object.values(plane.locations);
    if (location === undefined) throw new Error("the sample plane has a location");
    const saved = savedQueries(texts, plane, athenaNames("prod", location));
    expect(await verdicts(saved.map(({ sql }) => sql))).to.deep.equal(queries.map(() => "ok"));
  });

  it("refuses what DuckDB alone would take", async () => {
    const answers = await verdicts(["select 1::varchar", "from run", "select * exclude (a) from run"]);
    for (const answer of answers) expect(answer).to.match(/^line 1:\d+: mismatched input/);
  });
});
