import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { functionCodeFolder } from "../../config/functionCode.ts";
import type { ReportDocument } from "../../domain/report/report.ts";
import { root } from "../config/sources.ts";
import { assumed } from "./clients.ts";
import { described, engineFixture } from "./engineFixture.ts";

const bucket = "patchplane-test-use1-111122223333";

describe("the run reporter on the real engine", function () {
  this.timeout(300_000);
  const fixture = engineFixture();

  it("comes up with the bundle, and shows nothing in a second preview, whatever the bundle's time", async () => {
    const steps = await fixture.up();
    expect(steps.filter(({ type }) => type === "Function").map(({ op, name }) => `${op} ${name}`)).to.have.members([
      "create euw1-reporter-function",
      "create use1-reporter-function",
    ]);
    await utimes(join(root, functionCodeFolder, "runReporter.mjs"), new Date(0), new Date(0));
    expect(described(await fixture.preview())).to.deep.equal([]);
  });

  it("keeps a report of each run, and tells the topic of the one that installed", async () => {
    await fixture.cloud.advanceTo(new Date("2026-12-05T12:00:00Z"));
    expect(fixture.cloud.functionRuns.map(({ error, result }) => error ?? result))
      .to.include("success")
      .and.have.lengthOf.above(2);
    expect(new Set(fixture.cloud.functionRuns.map(({ result }) => result))).to.deep.equal(new Set(["success"]));
    const told = fixture.cloud.published.filter(({ topicArn }) => topicArn.includes(":us-east-1:"));
    expect(told.map(({ subject }) => subject)).to.deep.equal([
      "test: patchplane-test-mw-install-auto ran, 3 servers, all fine",
    ]);
    const s3 = new S3Client(assumed(fixture.cloud.url, "us-east-1", "111122223333"));
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: "reports/runs/patchplane-test-mw-install-auto/" }),
    );
    const Key = Contents.map(({ Key: key = "" }) => key).find((key) => key.endsWith("/report.json"));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const report = JSON.parse((await Body?.transformToString()) ?? "") as ReportDocument;
    expect(report).to.include({ schema: "patchplane/report/1", kind: "outcome" });
    const [servers] = report.tables;
    const cell = (row: readonly unknown[] | undefined, key: string): unknown =>
      row?.[servers?.columns.findIndex((column) => column.key === key) ?? -1];
    const web = servers?.rows.find((row) => cell(row, "node") === "i-00000000000000001");
    expect(cell(web, "outcome")).to.equal("patched");
    expect(cell(web, "account")).to.equal("111122223333");
    s3.destroy();
  });

  it("is taken away where nobody wants it, and nothing else is", async () => {
    await fixture.edit(
      "Pulumi.test.yaml",
      "  patchplane:fleet",
      "  patchplane:reports: { afterWindows: false }\n  patchplane:fleet",
    );
    const steps = await fixture.preview();
    expect(new Set(steps.map(({ op }) => op))).to.deep.equal(new Set(["delete"]));
    expect(steps.every(({ name }) => /^(euw1|use1)-reporter/.test(name))).to.equal(true);
  });
});
