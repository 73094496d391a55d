import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { z } from "zod";
import { recordKey, type ApprovalRecord } from "../../domain/approvals/merge.ts";
import type { Approval, Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { approvalObject } from "../../domain/stack/publications.ts";
import { storedApprovalRecords } from "../../operations/approvals/records.ts";
import { folderStore } from "../../operations/store/folderStore.ts";
import type { RecordApprovalsJson } from "../../render/recordApprovals/recordApprovalsJson.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { assumed } from "../engine/clients.ts";
import { approvalText } from "../engine/engineFixture.ts";
import { listening } from "../harness/listening.ts";
import { patchplane, planeOf, projectCopy, type Ended } from "./commandFixture.ts";

const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "schemas", "record-approvals.schema.json"), "utf8"),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);
const group = "prod-sensitive";
const file = `approvals/${group}/2026-12-01.yaml`;
const ref = "5".repeat(40);
const commit = "c".repeat(40);
const repository = "/repos/acme/patching";

describe("patchplane record-approvals, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;
  let github: Awaited<ReturnType<typeof listening>>;
  let asked: string[] = [];
  let answers: Readonly<Record<string, unknown>> = {};

  const server: Server = createServer((request, response) => {
    const line = decodeURIComponent(request.url ?? "");
    asked.push(line);
    response.writeHead(line in answers ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answers[line] ?? { message: "Not Found" }));
  });

  function approval(): Approval {
    const found = plane.approvals[group];
    if (found === undefined) throw new Error("nothing is approved");
    return found;
  }

  function bucketAt(at: string): { readonly client: S3Client; readonly Bucket: string } {
    const { name = "", accountId = "", region = "" } = plane.locations[at] ?? {};
    const place = assumed(cloud.url, region, accountId);
    const client = new S3Client({ ...place, forcePathStyle: true });
    return { client, Bucket: bucketName("test", name, accountId) };
  }

  async function recordAt(at: string): Promise<ApprovalRecord> {
    const { client, Bucket } = bucketAt(at);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: recordKey(approval()) }));
    return JSON.parse((await Body?.transformToString()) ?? "") as ApprovalRecord;
  }

  function record(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const given = { GITHUB_TOKEN: "ghs_spec", GITHUB_REPOSITORY: "acme/patching", GITHUB_API_URL: github.url };
    const asOf = ["--as-of", "2026-12-01T14:00:00Z"];
    const options = { env: { ...given, GITHUB_SHA: ref, ...env } };
    return patchplane(folder, cloud.url, ["record-approvals", ...asOf, ...args], options);
  }

  async function json(): Promise<RecordApprovalsJson> {
    const ended = await record(["--json"]);
    const answer = schema.parse(JSON.parse(ended.stdout)) as RecordApprovalsJson;
    expect(ended.code, ended.stderr).to.equal(answer.exitCode);
    return answer;
  }

  before(async () => {
    folder = await projectCopy();
    execFileSync("git", ["-C", folder, "init", "--quiet"]);
    await mkdir(join(folder, "approvals", group), { recursive: true });
    await writeFile(join(folder, file), approvalText("1.1.1f-1ubuntu2.24", "2026-12-20T00:00:00Z"));
    plane = planeOf(folder);
    const roles = Object.values(plane.locations).map(({ accountId }) => ({
      arn: `arn:aws:iam::${accountId}:role/patchplane-deploy`,
      policies: policiesOf("DeployRole", { ...parameters, "AWS::AccountId": accountId, Environment: "test" }),
    }));
    const world = worldFromPlane(plane, { seed: 1, failureShare: 0 });
    cloud = await startCloud({ world, now: new Date("2026-12-01T12:00:00Z"), seed: 1, roles });
    github = await listening(server);
    answers = {
      [`${repository}/contents/${file}?ref=${ref}`]: { type: "file", sha: approval().blob },
      [`${repository}/commits?path=${file}&sha=${ref}&per_page=1`]: [
        { sha: commit, author: { login: "dave" }, commit: { committer: { date: "2026-12-01T13:00:00Z" } } },
      ],
      [`${repository}/commits/${commit}/pulls`]: [
        { number: 9, merged_at: null },
        { number: 7, merged_at: "2026-12-01T13:00:00Z" },
      ],
      [`${repository}/pulls/7`]: {
        html_url: "https://github.com/acme/patching/pull/7",
        user: { login: "dave" },
        merged_by: { login: "erin" },
        head: { sha: "e".repeat(40) },
      },
      [`${repository}/pulls/7/reviews?per_page=100`]: [
        {
          user: { login: "alice" },
          state: "APPROVED",
          submitted_at: "2026-12-01T12:30:00Z",
          commit_id: "e".repeat(40),
        },
      ],
    };
  });
  beforeEach(() => {
    asked = [];
  });
  after(async () => {
    await github.close();
    await cloud.close();
    await rm(folder, { recursive: true });
  });

  it("says what it needs of a workflow, all at once", async () => {
    const ended = await record([], { GITHUB_TOKEN: "", GITHUB_SHA: "main" });
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.contain("GITHUB_TOKEN").and.contain("GITHUB_SHA");
  });

  it("records nothing of a list that is not deployed, and asks nobody about it", async () => {
    const { exitCode, approvals } = await json();
    expect(exitCode).to.equal(3);
    expect(approvals.map(({ failure }) => failure?.includes("deploy first"))).to.deep.equal([true, true]);
    expect(asked).to.deep.equal([]);
  });

  it("keeps commit, pull request and approvers in every location once, by the deploying role's own rights", async () => {
    const { key: Key, content: Body } = approvalObject(approval());
    for (const at of ["use1", "euw1"]) {
      const { client, Bucket } = bucketAt(at);
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
    const { exitCode, approvals } = await json();
    expect([exitCode, approvals.map(({ location, outcome }) => [location, outcome])]).to.deep.equal([
      0,
      [
        ["euw1", "recorded"],
        ["use1", "recorded"],
      ],
    ]);
    for (const at of ["use1", "euw1"]) {
      const kept = await recordAt(at);
      expect(kept).to.include({ environment: "test", group, file, blob: approval().blob, list: Key });
      expect(kept).to.deep.include({
        commit: { id: commit, author: "dave", at: "2026-12-01T13:00:00Z" },
        pullRequest: {
          number: 7,
          url: "https://github.com/acme/patching/pull/7",
          author: "dave",
          mergedAt: "2026-12-01T13:00:00Z",
          mergedBy: "erin",
          approvers: [{ login: "alice", at: "2026-12-01T12:30:00Z", ofWhatWasMerged: true }],
        },
      });
    }
    expect(asked).to.have.lengthOf(5);

    asked = [];
    const again = await record();
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stdout).to.contain("On record before").and.contain("alice; pull request #7 of dave, merged by erin");
    expect(asked).to.deep.equal([]);
  });

  it("is what verify says of the approval, and what collect keeps for reports", async () => {
    const verified = await patchplane(folder, cloud.url, ["verify", "--group", group, "--no-scan"]);
    expect(verified.stdout).to.contain("approved by alice; pull request #7 of dave, merged by erin");
    const collected = await patchplane(folder, cloud.url, ["collect"]);
    expect(collected.stdout, collected.stderr).to.not.contain("Records of who approved");
    const records = await storedApprovalRecords(folderStore(join(folder, "collections")));
    expect(records.get(recordKey(approval()))?.pullRequest?.approvers.map(({ login }) => login)).to.deep.equal([
      "alice",
    ]);
  });

  it("records nothing where the deployed commit has another file than lies here", async () => {
    await writeFile(join(folder, file), approvalText("1.1.1f-1ubuntu2.24", "2026-12-21T00:00:00Z"));
    const { exitCode, approvals } = await json();
    expect(exitCode).to.equal(3);
    expect(approvals.map(({ failure }) => failure?.includes("is not the file that lies here"))).to.deep.equal([
      true,
      true,
    ]);
  });
});
