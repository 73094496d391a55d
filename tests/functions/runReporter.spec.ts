import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import type { Cloud, PatchingEntry } from "../../simulator/index.ts";
import { advisoryFile } from "../../domain/advisories/advisory.ts";
import { partitionFile } from "../../domain/collection/layout.ts";
import type { MissingRecord, RecordType } from "../../domain/collection/records.ts";
import { Unfinished } from "../../functions/runReporter/reportRun.ts";
import { put } from "../../operations/aws/reportObjects.ts";
import { readRecords, writeRecords } from "../../operations/store/records.ts";
import {
  accountId,
  again,
  bucket,
  bucketStore,
  clientsOf,
  collectInto,
  editRecord,
  keys,
  planeOf,
  region,
  remove,
  report,
  reporterRole,
  reportingCloud,
} from "./runReporterFixture.ts";

const nextDay = new Date("2026-12-06T12:00:00Z");

function patchings(cloud: Cloud): readonly PatchingEntry[] {
  return cloud.journal.entries.filter(
    (entry) => entry.kind === "patching" && entry.windowExecutionId !== undefined,
  ) as PatchingEntry[];
}

interface Asked {
  readonly InstanceId?: string;
}

/** A role's policy without one of its statements. */
function without(sid: string): (record: Record<string, unknown>) => Record<string, unknown> {
  return (record) => {
    const { Statement, ...policy } = JSON.parse(String(record["policy"])) as { Statement: { Sid: string }[] };
    return { ...record, policy: JSON.stringify({ ...policy, Statement: Statement.filter(({ Sid }) => Sid !== sid) }) };
  };
}

/** Takes away what says that the run was told. */
async function forget(cloud: Cloud): Promise<void> {
  const kept = await keys(cloud, "reports/runs/");
  for (const key of kept.filter((each) => /\/(told|telling)\.json$/.test(each))) await remove(cloud, key);
}

/** Rows of a table of the one report, as objects. */
async function rows(cloud: Cloud, table: string): Promise<readonly Record<string, unknown>[]> {
  const key = (await keys(cloud, "reports/runs/")).find((each) => each.endsWith("/report.json")) ?? "";
  const found = (await report(cloud, key)).tables.find(({ id }) => id === table);
  return (found?.rows ?? []).map((row) =>
    Object.fromEntries(found?.columns.map(({ key: name }, at) => [name, row[at]]) ?? []),
  );
}

const off = "i-00000000000000007";
const late = "i-00000000000000002";
/** The collection of {@link keepHistory}, and the update that its advisory is about. */
let kept = "";
let known: MissingRecord | undefined;

/** Lets two servers lack what they do for two months, and tells of one update what it mends. */
async function keepHistory(cloud: Cloud, collected: string): Promise<void> {
  kept = collected;
  const store = bucketStore(cloud);
  const path = partitionFile({ type: "Patchplane:Missing", collected, accountId, region });
  const missing = (await Array.fromAsync(readRecords(store, path))) as MissingRecord[];
  const aged = missing.map((row) =>
    [off, late].includes(row.resourceId) ? { ...row, since: "2026-10-01T00:00:00Z" } : row,
  );
  await writeRecords(store, path, aged);
  known = missing.find(({ resourceId, installed }) => resourceId === late && installed !== "");
  const { Id = "", Title = "" } = known ?? {};
  const advisory = {
    ...{ os_family: "ubuntu", release: "22.04", package: Id.replace(/\.amd64$/, "") },
    ...{ fixed_version: Title.slice(Id.length + 1), advisory: "USN-1-1", cve: "CVE-2026-1", kev: "" },
    ...{ severity: "high", severity_source: "Ubuntu", published: "2026-12-01T00:00:00Z" },
    retrieved: "2026-12-05T00:00:00Z",
  };
  await writeRecords(store, advisoryFile, [advisory]);
}

/** A collection of 300 servers with 800 packages each, as a location of that size has. */
async function keepLargeCollection(cloud: Cloud): Promise<void> {
  const store = bucketStore(cloud);
  const pathOf = (type: RecordType) => partitionFile({ type, collected: "2026-12-04T000000Z", accountId, region });
  const { fleet } = planeOf(300);
  const shared = {
    Publisher: "Ubuntu Developers",
    Version: "1.0-1ubuntu1",
    Architecture: "x86_64",
    ApplicationType: "",
  };
  const packages = fleet.flatMap(({ id: resourceId }) =>
    Array.from({ length: 800 }, (_, index) => ({ resourceId, Name: `package-${String(index)}`, ...shared })),
  );
  await writeRecords(store, pathOf("AWS:Application"), packages);
  const more = { patchGroup: "app", os: "ubuntu" };
  const servers = fleet.map(({ id, name }) => ({ resourceId: id, serverId: id, name, ...more }));
  await writeRecords(store, pathOf("Patchplane:Server"), servers);
  await writeRecords(store, pathOf("Patchplane:Location"), [{ location: "main" }]);
}

describe("the run reporter, built and run as Lambda runs it", function () {
  this.timeout(300_000);
  let cloud: Cloud;

  describe("at 300 servers a window", () => {
    before(async () => {
      cloud = await reportingCloud(planeOf(300));
      await keepLargeCollection(cloud);
      const at = new Date("2026-12-05T21:00:00Z");
      cloud.inject({ machine: "i-00000000000000007", kind: "offline", from: at });
      cloud.inject({ machine: "i-00000000000000008", kind: "lockHeld", from: at });
      await cloud.advanceTo(nextDay);
    });
    after(() => cloud.close());

    it("needs a fraction of its memory and its time", () => {
      expect(cloud.functionRuns.map(({ result, error }) => error ?? result)).to.deep.equal(["success"]);
      const [run] = cloud.functionRuns;
      expect(run?.peakMebibytes).to.be.below(350);
      expect(run?.milliseconds).to.be.below(90_000);
    });

    it("reports exactly what the run installed, on every server", async () => {
      const told = (await rows(cloud, "updates"))
        .filter(({ state }) => state !== "failed")
        .map(
          ({ node, update, version }) => `${String(node)} ${String(update).replace(/\.amd64$/, "")}:${String(version)}`,
        );
      const truth = patchings(cloud).flatMap(({ nodeId, packages }) =>
        packages.map(({ name, to }) => `${nodeId} ${name}:${to}`),
      );
      expect(told.length).to.be.above(1000);
      expect([...told].sort()).to.deep.equal([...truth].sort());
    });

    it("has every server of the window, with what it came to", async () => {
      const servers = await rows(cloud, "servers");
      expect(servers).to.have.lengthOf(300);
      const by = (id: string): unknown => servers.find(({ node }) => node === id);
      expect(by("i-00000000000000007")).to.include({ outcome: "unreachable" });
      expect(by("i-00000000000000008")).to.include({ outcome: "failed" });
      const truth = patchings(cloud).filter(({ outcome }) => outcome === "patched").length;
      expect(servers.filter(({ outcome }) => outcome === "patched" || outcome === "pending reboot")).to.have.lengthOf(
        truth,
      );
    });

    it("tells in one message of a few kilobytes who has to be looked after, and why", () => {
      const [message, ...others] = cloud.published.filter(({ by }) => by.endsWith(reporterRole));
      expect(others).to.deep.equal([]);
      expect(message?.subject).to.match(/^prod: patchplane-prod-mw-install ran, 2 of 300 servers to look after$/);
      expect(message?.message).to.match(/Failed \(1 server\):\n {2}\S+ \(i-00000000000000008\): .*lock/i);
      expect(message?.message).to.match(/Unreachable: not patched \(1 server\):\n {2}\S+ \(i-00000000000000007\)/);
      expect(message?.message).to.contain(`s3://${bucket}/reports/runs/patchplane-prod-mw-install/2026-12-05T220000Z/`);
      expect(Buffer.byteLength(message?.message ?? "")).to.be.below(8_192);
    });

    it("does nothing when the same event comes again", async () => {
      const before = { published: cloud.published.length, keys: await keys(cloud, "reports/") };
      expect(await again(cloud)).to.include({ result: "reportedBefore", told: false });
      expect({ published: cloud.published.length, keys: await keys(cloud, "reports/") }).to.deep.equal(before);
    });

    it("goes on where an attempt that ran out of time has stopped", async () => {
      const parts = await keys(cloud, "reports/parts/");
      expect(parts).to.have.lengthOf(3);
      await forget(cloud);
      await remove(cloud, parts[1] ?? "");
      const clients = clientsOf(cloud);
      const asked = new Set<string>();
      clients.ssm.middlewareStack.add(
        (next, { commandName }) =>
          (args) => {
            if (commandName === "DescribeInstancePatchesCommand") asked.add(String((args.input as Asked).InstanceId));
            return next(args);
          },
        { step: "initialize" },
      );
      const failure = await again(cloud, clients, () => 1000).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(Unfinished).with.property("message", "100 of 300 servers were read in time");
      expect(asked.size).to.equal(0);
      expect(await again(cloud, clients)).to.include({ result: "reported" });
      expect(asked.size).to.equal(100);
    });
  });

  describe("with a collection of before the run in the bucket", () => {
    before(async () => {
      // One server of the fleet file is off, and no node of the location.
      cloud = await reportingCloud(planeOf(9), planeOf(8));
      await cloud.advanceTo(new Date("2026-12-05T13:00:00Z"));
      await keepHistory(cloud, await collectInto(cloud, planeOf(9)));
      const at = new Date("2026-12-05T21:00:00Z");
      cloud.inject({ machine: off, kind: "offline", from: at });
      cloud.inject({ machine: "i-00000000000000008", kind: "lockHeld", from: at });
      await cloud.advanceTo(nextDay);
    });
    after(() => cloud.close());

    it("reports exactly what the run installed, from which version to which", async () => {
      const told = (await rows(cloud, "updates"))
        .filter(({ state }) => state !== "failed")
        .map(({ node, update, before, version }) =>
          [node, String(update).replace(/\.amd64$/, ""), before, version].map(String).join(" "),
        );
      const truth = patchings(cloud).flatMap(({ nodeId, packages }) =>
        packages.map(({ name, from, to }) => `${nodeId} ${name} ${from === "" ? "null" : from} ${to}`),
      );
      expect(told.length).to.be.above(100);
      expect([...told].sort()).to.deep.equal([...truth].sort());
    });

    it("says whose each server is, what each update mended and by whom, and what is overdue since when", async () => {
      const updates = await rows(cloud, "updates");
      expect(new Set(updates.map(({ owner }) => owner))).to.deep.equal(new Set(["apps@example.com"]));
      const told = updates.filter(({ node, update }) => node === late && update === known?.Id);
      const mended = { severity: "high", severity_source: "Ubuntu", cves: "CVE-2026-1", advisories: "USN-1-1" };
      expect(told).to.have.lengthOf(1);
      expect(told[0]).to.include({ ...mended, before: known?.installed });
      const overdue = await rows(cloud, "overdue");
      expect(new Set(overdue.map(({ node }) => node))).to.deep.equal(new Set([off]));
      expect(overdue[0]).to.include({ since: "2026-10-01T00:00:00Z", limit: 30, due: "2026-10-31", overdue: 35 });
    });

    it("has a server that is off and no node any more, as unreachable", async () => {
      const gone = (await rows(cloud, "servers")).filter(({ node }) => node === null);
      expect(gone).to.have.lengthOf(1);
      expect(gone[0]).to.include({ outcome: "unreachable", reason: "it is no node of the location" });
    });

    it("tells whom to ask, what was before, and what is still overdue once the run has installed the rest", () => {
      const [message] = cloud.published.filter(({ by }) => by.endsWith(reporterRole));
      expect(message?.subject).to.equal(
        "prod: patchplane-prod-mw-install ran, 3 of 9 servers to look after, 1 overdue",
      );
      const text = message?.message ?? "";
      expect(text).to.match(/Failed \(1 server\):\n {2}\S+ \(i-00000000000000008\), apps@example\.com: .*lock/i);
      expect(text).to.match(/Unreachable: not patched \(2 servers\):\n/);
      expect(text).to.match(
        /Overdue \(1 server\):\n {2}\S+ \(i-00000000000000007\), apps@example\.com: \d+ updates?, the longest by 35 days\n/,
      );
      expect(text).to.match(/\(from \S+(, and \d more)?; high; CVE-2026-1\) on \d servers?\n/);
    });

    it("says where a collection cannot be read, and reports the run all the same", async () => {
      const path = partitionFile({ type: "Patchplane:Server", collected: kept, accountId, region });
      await bucketStore(cloud).write(path, (file) => writeFile(file, "no gzip"));
      await forget(cloud);
      expect(await again(cloud)).to.include({ result: "reported", told: true });
      const { message = "" } = cloud.published.at(-1) ?? {};
      expect(message).to.match(/The collections in s3:\/\/\S+ cannot be read, so owners, .*Patchplane:Server/);
    });
  });

  describe("when its event comes twice at the same time", () => {
    const told = () => cloud.published.filter(({ by }) => !by.endsWith(reporterRole)).length;

    before(async () => {
      cloud = await reportingCloud(planeOf(3));
      await cloud.advanceTo(nextDay);
      await forget(cloud);
    });
    after(() => cloud.close());

    it("tells once, and the other attempt is tried again and finds that", async () => {
      const answers = await Promise.allSettled([again(cloud), again(cloud)]);
      const results = answers.map((each) => (each.status === "fulfilled" ? each.value.result : String(each.reason)));
      expect(results.filter((result) => result === "reported")).to.have.lengthOf(1);
      expect(results.sort()[0]).to.match(/^Unfinished: another attempt is telling of the run$|^reportedBefore$/);
      expect(told()).to.equal(1);
      expect(await again(cloud)).to.include({ result: "reportedBefore" });
    });

    it("tells in the place of one that died while it was to tell", async () => {
      const [folder = ""] = (await keys(cloud, "reports/runs/")).map((key) => key.replace(/[^/]+$/, ""));
      await remove(cloud, `${folder}told.json`);
      const died = {
        key: `${folder}telling.json`,
        body: '{"at":"2026-01-01T00:00:00Z"}',
        contentType: "application/json",
      };
      await put(clientsOf(cloud).s3, bucket, died);
      expect(await again(cloud)).to.include({ result: "reported", told: true });
      expect(told()).to.equal(2);
    });
  });

  describe("when it fails", () => {
    beforeEach(async () => {
      cloud = await reportingCloud(planeOf(3));
    });
    afterEach(() => cloud.close());

    const alarms = (): readonly (string | undefined)[] =>
      cloud.published.filter(({ by }) => by === "cloudwatch.amazonaws.com").map(({ subject }) => subject);

    it("is tried twice more, tells that it failed, and keeps the event; mended, it tells once", async () => {
      await editRecord(cloud, "iam-role-policy", `${reporterRole}:report`, without("UseTopicKey"));
      await cloud.advanceTo(nextDay);
      expect(cloud.functionRuns.map(({ attempt, result }) => `${String(attempt)} ${result}`)).to.deep.equal([
        "1 error",
        "2 error",
        "3 error",
      ]);
      expect(cloud.functionRuns[0]?.error).to.match(
        /KMSAccessDenied.*is not authorized to perform: kms:GenerateDataKey/,
      );
      expect(alarms()).to.deep.equal([
        'ALARM: "patchplane-prod-run-reporter-errors" in eu-central-1',
        'ALARM: "patchplane-prod-run-reporter-unreported" in eu-central-1',
      ]);
      const [event] = cloud.queued;
      expect(event?.queueArn).to.equal("arn:aws:sqs:eu-central-1:111122223333:patchplane-prod-run-reporter");
      expect(JSON.parse(event?.body ?? "")).to.have.nested.property("requestPayload.detail.status", "SUCCESS");
      const kept = (await keys(cloud, "reports/runs/")).map((key) => key.slice(key.lastIndexOf("/") + 1));
      expect(kept.sort()).to.deep.equal(["report.html", "report.json", "servers.csv", "telling.json"]);
      expect(await again(cloud)).to.include({ result: "reported", told: true });
      expect(await again(cloud)).to.include({ result: "reportedBefore" });
    });

    it("says which right it lacks, and reports nothing that it could not read", async () => {
      await editRecord(cloud, "iam-role-policy", `${reporterRole}:report`, without("ReadNodes"));
      await cloud.advanceTo(nextDay);
      expect(cloud.functionRuns.at(-1)?.error).to.match(/AccessDenied.*ssm:DescribeInstancePatchStates/);
      expect(await keys(cloud, "reports/")).to.deep.equal([]);
      expect(alarms()).to.have.lengthOf(2);
    });

    it("keeps the event where EventBridge may not call it", async () => {
      await editRecord(cloud, "lambda-permission", "ended-runs-1", () => undefined, "eu-central-1");
      await cloud.advanceTo(nextDay);
      expect(cloud.functionRuns).to.deep.equal([]);
      expect(JSON.parse(cloud.queued[0]?.body ?? "")).to.include({ source: "aws.ssm" });
      expect(alarms()).to.deep.equal(['ALARM: "patchplane-prod-run-reporter-unreported" in eu-central-1']);
    });

    it("is ended where it holds more memory than it has, or takes longer", async () => {
      const limited = (limits: object) => (record: Record<string, unknown>) => ({ ...record, ...limits });
      const name = "patchplane-prod-run-reporter";
      await editRecord(cloud, "lambda-function", name, limited({ memorySize: 64 }), "eu-central-1");
      await cloud.advanceTo(nextDay);
      expect(cloud.functionRuns.at(-1)?.result).to.equal("outOfMemory");
      await editRecord(cloud, "lambda-function", name, limited({ memorySize: 512, timeout: 0.1 }), "eu-central-1");
      await cloud.advanceTo(new Date("2026-12-13T12:00:00Z"));
      expect(cloud.functionRuns.at(-1)).to.include({ result: "timeout", error: "Task timed out after 0.10 seconds" });
    });
  });

  describe("of a run that met nobody", () => {
    it("sounds the alarm where the fleet file has servers for the window", async () => {
      // As when the servers' tags have gone: no node answers to the window's target.
      cloud = await reportingCloud(planeOf(2), planeOf(0));
      await cloud.advanceTo(nextDay);
      expect(cloud.published.map(({ subject }) => subject)).to.deep.equal([
        "prod: patchplane-prod-mw-install ran, it met no server",
      ]);
      await cloud.close();
    });
  });
});
