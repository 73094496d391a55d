import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { cloudWith, home, instance } from "./cloudFixture.ts";
import { cloud, inFreshCloud } from "./freshCloud.ts";

async function s3(cloud: Cloud, method: string, path: string, body?: string, headers: object = {}): Promise<Response> {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/s3/aws4_request, Signature=0";
  return fetch(`${cloud.url}${path}`, {
    method,
    headers: { authorization, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
describe("embedded cloud: S3", () => {
  inFreshCloud();

  it("keeps every version of an object", async () => {
    const first = await s3(cloud, "PUT", "/bucket/approvals/a.yaml", "one");
    expect(first.headers.get("etag")).to.equal('"f97c5d29941bfb1b2fdab0874906ab82"');
    await s3(cloud, "PUT", "/bucket/approvals/a.yaml", "two");
    expect(await (await s3(cloud, "GET", "/bucket/approvals/a.yaml")).text()).to.equal("two");
    const old = first.headers.get("x-amz-version-id") ?? "";
    expect(await (await s3(cloud, "GET", `/bucket/approvals/a.yaml?versionId=${old}`)).text()).to.equal("one");
    await s3(cloud, "DELETE", "/bucket/approvals/a.yaml");
    const gone = await s3(cloud, "GET", "/bucket/approvals/a.yaml");
    expect(gone.status).to.equal(404);
    expect(await gone.text()).to.contain("<Code>NoSuchKey</Code>");
    expect(await (await s3(cloud, "GET", `/bucket/approvals/a.yaml?versionId=${old}`)).text()).to.equal("one");
  });

  it("unpacks a body that an SDK sent in chunks", async () => {
    const chunks = "3\r\none\r\n3\r\ntwo\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    await s3(cloud, "PUT", "/bucket/key", chunks, { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" });
    expect(await (await s3(cloud, "GET", "/bucket/key")).text()).to.equal("onetwo");
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
  it("gives back an upload's metadata, and refuses more than 2 KB of it", async () => {
    const put = (value: string) => s3(cloud, "PUT", "/bucket/key", "one", { "x-amz-meta-approvals-blob": value });
    await put("e69de29");
    for (const method of ["HEAD", "GET"])
      expect((await s3(cloud, method, "/bucket/key")).headers.get("x-amz-meta-approvals-blob")).to.equal("e69de29");
    const tooMuch = await put("e".repeat(2048));
    expect(tooMuch.status).to.equal(400);
    expect(await tooMuch.text()).to.contain("<Code>MetadataTooLarge</Code>");
  });

  it("refuses what it does not have", async () => {
    expect((await s3(cloud, "PUT", "/bucket?versioning", "")).status).to.equal(501);
    expect((await s3(cloud, "GET", "/bucket")).status).to.equal(501);
  });
});

describe("embedded cloud: control", () => {
  inFreshCloud();

  it("shows and advances the virtual clock, never backwards", async () => {
    const clock = `${cloud.url}/_patchplane/clock`;
    const post = (now: string): Promise<Response> => fetch(clock, { method: "POST", body: JSON.stringify({ now }) });
    expect(await (await fetch(clock)).json()).to.deep.equal({ now: "2026-11-02T00:00:00.000Z" });
    expect(await (await post("2026-11-05T12:00:00Z")).json()).to.deep.equal({ now: "2026-11-05T12:00:00.000Z" });
    expect(cloud.now()).to.deep.equal(new Date("2026-11-05T12:00:00Z"));
    expect((await post("2026-11-04T00:00:00Z")).status).to.equal(409);
    expect((await post("soon")).status).to.equal(400);
    expect(await (await fetch(`${cloud.url}/_patchplane/now`)).text()).to.equal("2026-11-05T12:00:00.000Z");
  });

  it("keeps records by account, Region, type and id", async () => {
    const record = `${cloud.url}/_patchplane/records/${home}/eu-west-1/sns-topic/${encodeURIComponent("arn:a/b")}`;
    expect((await fetch(record)).status).to.equal(404);
    await fetch(record, { method: "PUT", body: JSON.stringify({ name: "topic" }) });
    expect(await (await fetch(record)).json()).to.deep.equal({ name: "topic" });
    expect((await fetch(record, { method: "DELETE" })).status).to.equal(204);
    expect((await fetch(record)).status).to.equal(404);
  });

  it("shows the journal", async () => {
    const cloud = await cloudWith([instance("i-0123456789abcdef0")]);
    expect(await (await fetch(`${cloud.url}/_patchplane/journal`)).json()).to.deep.equal([]);
  });

  it("has nothing for other paths", async () => {
    expect((await fetch(`${cloud.url}/somewhere`)).status).to.equal(404);
  });
});
