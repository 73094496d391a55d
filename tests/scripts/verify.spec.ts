import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { gate, scanAll } from "./commandFixture.ts";
import { bySchema, operatorPlace, running } from "./operatorFixture.ts";

/** What is looked at of the JSON. */
interface Verification {
  readonly exitCode: number;
  readonly record: string | null;
  readonly servers: readonly { readonly name: string; readonly verdict: string; readonly reasons: readonly string[] }[];
  readonly failures: readonly { readonly location: string; readonly failure: string }[];
}

describe("patchplane verify, the command", function () {
  this.timeout(300_000);
  const at = operatorPlace(async (cloud, plane) => {
    await scanAll(cloud, plane, "2026-12-01T13:00:00Z");
  });

  async function verify(args: readonly string[], url = at.cloud.url): Promise<Verification> {
    const all = ["verify", "--group", "prod-auto", "--json", ...args];
    const ended = await running(at.folder, at.cloud, all, { url }).ended;
    const answer = bySchema("verify", ended.stdout) as Verification;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }
  const asOf = (): readonly string[] => ["--as-of", at.cloud.now().toISOString()];

  const judged = ({ servers }: Verification): unknown =>
    servers.map(({ name, verdict, reasons }) => [name, verdict, ...reasons]);
  const noNode = ["app-1", "look", "no managed node is known for it"];

  it("scans every server anew with an operator's rights, keeps a record of it, and says what nobody can judge", async () => {
    const scans = (): number => at.cloud.journal.entries.filter(({ kind }) => kind === "patching").length;
    const before = scans();
    const answer = await verify(asOf());
    expect([answer.exitCode, answer.failures, scans() - before]).to.deep.equal([1, [], 3]);
    expect(judged(answer)).to.have.deep.members([
      noNode,
      ["web-1", "nothingToDo"],
      ["web-2", "nothingToDo"],
      ["web-3", "nothingToDo"],
    ]);
    const record = await readFile(join(at.folder, answer.record ?? ""), "utf8");
    expect(record).to.contain('"verb":"verify"').and.contain('"line":"ended"');
  });

  it("judges by no scan that is too old, and without a new one keeps no record", async () => {
    const answer = await verify(["--no-scan", "--as-of", "2026-12-20T12:00:00Z"]);
    expect([answer.exitCode, answer.record]).to.deep.equal([1, null]);
    for (const { name, verdict, reasons } of answer.servers.filter((each) => each.name !== "app-1"))
      expect([verdict, reasons.join()], name).to.match(
        /^look,its last scan, of 2026-12-01T\d\d:\d\d:\d\dZ, is too old/,
      );
  });

  it("ends with 3 where a location fails, by the role that was taken there, and judges the other", async () => {
    const between = await gate(at.cloud, "eu-west-1");
    const answer = await verify([...asOf(), "--no-scan"], between.url);
    await between.close();
    expect(answer.exitCode).to.equal(3);
    const role = "arn:aws:iam::444455556666:role/patchplane-operator-test";
    const failure = `not allowed (role ${role}): not authorized to perform it`;
    expect(answer.failures).to.deep.equal([{ location: "euw1", failure }]);
    expect(judged(answer)).to.have.deep.members([
      noNode,
      ["web-1", "nothingToDo"],
      ["web-2", "nothingToDo"],
      ["web-3", "look", `it could not be read: ${failure}`],
    ]);
  });

  it("speaks of no new scan where no location could be read, and names the record of it all the same", async () => {
    const between = await gate(at.cloud, undefined, "DescribeInstanceInformation");
    const ended = await running(at.folder, at.cloud, ["verify", "--group", "prod-auto"], { url: between.url }).ended;
    await between.close();
    expect(ended.code).to.equal(3);
    expect(ended.stdout)
      .to.match(/no server was asked for a new scan: runs\/\S+-verify-\S+\.jsonl/)
      .and.not.contain("the new scan is on record");
  });

  it("is a fault of usage with a group that the stack does not have, or does not patch", async () => {
    for (const [group, words] of [
      ["prod-atuo", "prod-auto"],
      ["jump-log", "--group"],
    ] as const) {
      const ended = await running(at.folder, at.cloud, ["verify", "--group", group]).ended;
      expect([ended.code, ended.stdout], group).to.deep.equal([2, ""]);
      expect(ended.stderr).to.contain(words);
    }
  });
});
