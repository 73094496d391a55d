import { expect } from "chai";
import type { Approval } from "../../../domain/plane.ts";
import { approvalObject } from "../../../domain/stack/publications.ts";
import { approval } from "../samplePlane.ts";

const openssl = approval({ UBUNTU: [{ id: "openssl.amd64", title: "3.0.2-0ubuntu1.18" }] });

describe("the published list of an approval", () => {
  it("says which file it was made of, beside a content that has AWS's keys only", () => {
    const { content, metadata } = approvalObject(openssl);
    expect(content).to.equal("patches:\n  - id: 'openssl.amd64'\n    title: '3.0.2-0ubuntu1.18'\n");
    expect(metadata).to.deep.equal({ "approvals-file": openssl.file, "approvals-blob": openssl.blob });
  });

  it("stays in its place under a newer file that lets through the same, and is never another group's", () => {
    const keyOf = (more: Partial<Approval>): string => approvalObject({ ...openssl, ...more }).key;
    const newer = { file: "approvals/prod-sensitive/2026-12-08.yaml", blob: "0".repeat(40), expires: "" };
    expect(keyOf(newer)).to.equal(keyOf({}));
    expect(new Set([keyOf({}), keyOf({ group: "other" }), keyOf({ patches: {} })]).size).to.equal(3);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html: ASCII, 2 KB of names and values together.
  it("keeps to what S3 takes as metadata, whatever the folder is called", () => {
    const file = `Freigaben für ${"größer/".repeat(20)}prod-sensitive/2026-12-01.yaml`;
    const entries = Object.entries(approvalObject({ ...openssl, file }).metadata ?? {}).flat();
    expect(entries.join("")).to.match(/^[\x21-\x7e]+$/);
    expect(entries.join("").length).to.be.lessThan(2048);
    expect(entries.map((text) => decodeURI(text))).to.include(file);
  });
});
