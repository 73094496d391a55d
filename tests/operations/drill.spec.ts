import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateDocumentCommand, DeleteDocumentCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { drillChecks } from "../../domain/doctor/catalogue.ts";
import { chooseDrill, judgeDrill, type DrillEvidence } from "../../domain/doctor/drill.ts";
import type { Plane } from "../../domain/plane.ts";
import { chosenBy } from "../../domain/runs/choice.ts";
import { operatorDocumentName } from "../../domain/stack/operatorDocuments.ts";
import { plannedLocation } from "../../domain/stack/plannedLocation.ts";
import { drillObject } from "../../domain/stack/publications.ts";
import { closeLocations } from "../../operations/aws/locations.ts";
import { drill } from "../../operations/drill.ts";
import { findServers } from "../../operations/runs/servers.ts";
import type { Cloud } from "../../simulator/index.ts";
import { assumed } from "../engine/clients.ts";
import { pointedAt, quietly } from "./reading.ts";
import { makeOperatorDocuments } from "./runs/operatorDocumentsThere.ts";
import { sendFixture, smallPlane, type SendFixture } from "./runs/sendFixture.ts";

const web1 = "i-00000000000000001";
const web2 = "i-00000000000000002";
const names = ["web-1", "web-2", "db-1"];

describe("a drill, on the embedded cloud", function () {
  this.timeout(300_000);
  let plane: Plane;
  let at: SendFixture;
  const red = new Set<string>();

  const make = async (name: string, content: object): Promise<void> => {
    await at.client.send(
      new CreateDocumentCommand({ Name: name, DocumentType: "Command", Content: JSON.stringify(content) }),
    );
  };

  before(async () => {
    const { fleet, ...rest } = await smallPlane();
    // Nobody has onboarded the VMs.
    plane = { ...rest, fleet: fleet.filter(({ cloud }) => cloud === "aws") };
  });
  beforeEach(async () => {
    at = await sendFixture(plane);
    await makeOperatorDocuments(at.cloud, plane, "use1");
  });
  afterEach(() => at.close());

  async function tried(servers?: readonly string[], whole = plane): Promise<DrillEvidence> {
    const scope = { runSteps: quietly, locations: ["use1"] };
    return pointedAt(at.cloud.url, async () => {
      const found = await findServers(whole, scope, chosenBy(servers));
      const choice = chooseDrill(whole, found.placed, servers !== undefined);
      const { signal } = new AbortController();
      const options = { scope, record: at.record, waitMinutes: 30, signal, isWanted: () => true, waits: false };
      try {
        return await at.while(drill(whole, found, choice, options));
      } finally {
        closeLocations(found.reads);
      }
    });
  }

  /** Every check that is not fine, with its results. */
  function turned(evidence: DrillEvidence): Readonly<Record<string, string>> {
    const bad = judgeDrill(evidence).filter(({ result }) => result !== "ok");
    for (const { check } of bad) red.add(check);
    return Object.fromEntries(bad.map(({ check, result }) => [check, result]));
  }

  it("is green on one server of each system, of an automatic group where there is one; says so of every check; installs nothing", async () => {
    const evidence = await tried();
    expect(evidence.choice.servers.map(({ server }) => server.server.name)).to.deep.equal(["web-1", "web-2"]);
    expect(turned(evidence)).to.deep.equal({});
    const looked = new Set(judgeDrill(evidence).map(({ check }) => check));
    expect([...looked]).to.have.members(drillChecks.map(({ id }) => id));
    const patchings = at.cloud.journal.entries.flatMap((entry) => (entry.kind === "patching" ? [entry] : []));
    expect(patchings.map(({ operation, machine }) => [operation, machine])).to.deep.equal([
      ["Scan", web1],
      ["Scan", web2],
      ["Install", web1],
      ["Install", web2],
    ]);
    expect(patchings.flatMap(({ packages }) => packages)).to.deep.equal([]);
    const list = `s3://${plannedLocation(plane, at.location).bucket}/${drillObject().key}`;
    expect(patchings.map(({ installOverrideList }) => installOverrideList)).to.deep.equal([
      undefined,
      undefined,
      list,
      list,
    ]);
    expect(at.cloud.journal.entries.filter(({ kind }) => kind === "boot")).to.deep.equal([]);
  });

  it("installs nothing where the list is gone, but fails; and takes no other list", async () => {
    const { bucket } = plannedLocation(plane, at.location);
    const s3 = new S3Client({
      ...assumed(at.cloud.url, at.location.region, at.location.accountId),
      forcePathStyle: true,
    });
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: drillObject().key }));
    s3.destroy();
    expect(turned(await tried(["web-1"]))).to.deep.equal({ "drill-install": "failed" });
    const installed = at.cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.operation === "Install" ? entry.packages : [],
    );
    expect(installed).to.deep.equal([]);
    const told = new SendCommandCommand({
      DocumentName: operatorDocumentName("test", "drill"),
      InstanceIds: [web1],
      Parameters: { InstallOverrideList: ["s3://somebody/else.yaml"] },
    });
    const refused: unknown = await at.client.send(told).catch((error: unknown) => error);
    expect(refused).to.have.property("name", "InvalidParameters");
  });

  it("sends nothing that installs to a reviewed group, and says so", async () => {
    const evidence = await tried(names);
    expect(turned(evidence)).to.deep.equal({});
    const of = (check: string): readonly string[] =>
      judgeDrill(evidence).flatMap((each) => (each.check === check ? [each.message] : []));
    expect(of("drill-install")).to.have.lengthOf(2);
    expect(of("drill-servers").join()).to.contain("no installation on db-1");
    expect(of("drill-scan")).to.have.lengthOf(3);
  });

  const unscanned = { "drill-scan": "failed", "drill-report": "unknown", "drill-install": "failed" };
  const uninstalled = { "drill-install": "failed" };
  const rounds: readonly Readonly<
    Record<string, readonly [Parameters<Cloud["inject"]>[0]["kind"], Readonly<Record<string, string>>]>
  >[] = [
    {
      "web-1": ["s3Unreachable", { "drill-aws": "failed", ...unscanned }],
      "web-2": ["repositoryUnreachable", { "drill-repository": "failed", ...unscanned }],
      "db-1": ["clockOff", { "drill-clock": "failed" }],
    },
    {
      "web-1": ["lockHeld", { "drill-lock": "failed", ...uninstalled }],
      "web-2": ["diskFull", { "drill-disk": "failed", ...uninstalled }],
    },
  ];
  for (const round of rounds)
    it(`turns by what is wrong with a server, and says what to do: ${Object.values(round)
      .map(([kind]) => kind)
      .join(", ")}`, async () => {
      for (const [name, [kind]] of Object.entries(round))
        at.cloud.inject({ machine: plane.fleet.find((server) => server.name === name)?.id ?? "", kind });
      const bad = judgeDrill(await tried(names)).filter(({ result }) => result !== "ok");
      for (const name of names) {
        const own = bad.filter(({ servers = [] }) => servers.includes(name));
        const seen = Object.fromEntries(own.map(({ check, result }) => [check, result]));
        expect(seen, name).to.deep.equal(round[name]?.[1] ?? {});
      }
      const looked = bad.filter(({ check }) => !["drill-scan", "drill-report", "drill-install"].includes(check));
      expect(looked.filter(({ fix }) => fix === undefined)).to.deep.equal([]);
      for (const { check } of bad) red.add(check);
    });

  it("turns where no server of a system answers, and where one that was named does not", async () => {
    at.cloud.inject({ machine: web2, kind: "offline" });
    await at.cloud.advanceTo(new Date("2026-12-01T13:00:00Z"));
    const evidence = await tried();
    expect(evidence.choice.without).to.deep.equal([{ location: "use1", system: "amazon-linux", names: ["web-2"] }]);
    expect(turned(evidence)).to.deep.equal({ "drill-servers": "failed" });
    expect(turned(await tried(names))).to.deep.equal({ "drill-servers": "failed" });
  });

  it("does not know what was not answered: a document that is gone, and one that says nothing", async () => {
    const [scan = "", readiness = "", install] = (["scan", "readiness", "drill"] as const).map((key) =>
      operatorDocumentName("test", key),
    );
    for (const Name of [scan, readiness, install]) await at.client.send(new DeleteDocumentCommand({ Name }));
    const looks = ["drill-aws", "drill-repository", "drill-withheld", "drill-lock", "drill-disk", "drill-clock"];
    const unknown = Object.fromEntries(looks.map((id) => [id, "unknown"]));
    expect(turned(await tried(["web-1"]))).to.deep.equal({
      ...unknown,
      "drill-scan": "unknown",
      "drill-report": "unknown",
      "drill-install": "unknown",
    });
    const { operatorDocuments } = plannedLocation(plane, at.location);
    const mute = operatorDocuments.find(({ key }) => key === "readiness")?.content;
    const mainSteps = mute?.mainSteps.map((step) => ({ ...step, inputs: { runCommand: ["true"] } }));
    await make(readiness, { ...mute, mainSteps });
    const silent = [{ action: "aws:runShellScript", name: "scan", inputs: { runCommand: ["true"] } }];
    await make(scan, { schemaVersion: "2.2", description: "reports nothing", mainSteps: silent });
    expect(turned(await tried(["web-1"]))).to.deep.equal({
      ...unknown,
      "drill-report": "failed",
      "drill-install": "unknown",
    });
  });

  it("does not know what a stop would end where that cannot be read", async () => {
    const evidence = await tried(["web-1"]);
    const stop = [{ location: at.location, found: { failure: "not allowed" } }];
    expect(turned({ ...evidence, stop })).to.deep.equal({ "drill-stop": "unknown" });
  });

  it("has turned every check at least once", () => {
    expect(drillChecks.map(({ id }) => id).filter((id) => !red.has(id))).to.deep.equal([]);
  });
});
