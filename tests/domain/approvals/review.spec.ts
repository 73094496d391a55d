import { expect } from "chai";
import { impactOf } from "../../../domain/approvals/impact.ts";
import { isSameOffer, scanInstant } from "../../../domain/approvals/scanId.ts";
import { selectUpdates } from "../../../domain/approvals/selection.ts";
import type { AdvisoryRecord } from "../../../domain/advisories/advisory.ts";
import { reviewDocument } from "../../../render/review/reviewDocument.ts";
import { writeText } from "../../../render/writers/text.ts";
import { approval } from "../samplePlane.ts";
import { reviewed, reviewedPlane, scanned } from "./samples.ts";

const openssl = ["openssl.amd64", "3.0.2-0ubuntu1.18", "3.0.2-0ubuntu1.19"] as const;
const curl = ["curl.amd64", "7.81.0-1ubuntu1.20", "7.81.0-1ubuntu1.21"] as const;

const advisory: AdvisoryRecord = {
  os_family: "ubuntu",
  release: "22.04",
  package: "openssl",
  fixed_version: "3.0.2-0ubuntu1.19",
  advisory: "USN-9999-1",
  cve: "CVE-2026-1234",
  severity: "high",
  severity_source: "Ubuntu",
  kev: "2026-11-20",
  published: "2026-11-20T00:00:00Z",
  retrieved: "2026-11-30T00:00:00Z",
};

describe("a review", () => {
  it("names each update once, with the exact version the scan offers, its servers and what it mends by whom", () => {
    const review = reviewed(reviewedPlane(), [scanned(2, [openssl, curl]), scanned(3, [openssl])], {}, [advisory]);
    const { updates } = review;
    expect(
      updates.map(({ id, version, severity, severitySource, cves, exploited, on }) => [
        [id, version, severity, severitySource, cves, exploited],
        on.map(({ server, installed }) => [server.name, installed]),
      ]),
    ).to.have.deep.members([
      [
        ["openssl.amd64", "3.0.2-0ubuntu1.19", "high", "Ubuntu", ["CVE-2026-1234"], true],
        [
          ["app-2", "3.0.2-0ubuntu1.18"],
          ["app-3", "3.0.2-0ubuntu1.18"],
        ],
      ],
      // No advisory names it: that is not "nothing", and it counts as critical.
      [["curl.amd64", "7.81.0-1ubuntu1.21", "unknown", "", [], false], [["app-2", "7.81.0-1ubuntu1.20"]]],
    ]);
    expect(updates.map(({ on }) => on[0]?.sla?.because)).to.have.members(["exploited", "unknownSeverity"]);
    expect(writeText(reviewDocument({ stack: "prod" }, review, { updates }))).to.include(
      "2 updates missing on 2 servers, of them 1 known to be exploited",
    );
  });

  it("begins with what is known to be exploited, before what is overdue for longer", () => {
    const old = scanned(2, [curl], {}, "2026-07-01T01:04:00Z");
    const { updates } = reviewed(reviewedPlane(), [old, scanned(3, [openssl])], {}, [advisory]);
    expect(updates.map(({ id, on }) => [id, on[0]?.age?.state])).to.deep.equal([
      ["openssl.amd64", "due"],
      ["curl.amd64", "overdue"],
    ]);
  });

  it("counts only scans since the last scan window, and names the servers that have none", () => {
    const review = reviewed(reviewedPlane(), [
      scanned(2, [openssl], { lastScan: "2026-11-30T23:00:00Z" }),
      scanned(3, [curl], { lastScan: "" }),
      scanned(4, [], { state: "notRegistered", reason: "no managed node is known for it", lastScan: "" }),
    ]);
    expect(review.updates).to.deep.equal([]);
    expect(review.servers.map(({ name, scan }) => [name, scan])).to.deep.equal([
      ["app-2", "stale"],
      ["app-3", "never"],
      ["app-4", "notRegistered"],
    ]);
    expect(review.servers.map(({ why }) => why === "")).to.deep.equal([false, false, false]);
    expect(writeText(reviewDocument({ stack: "prod" }, review, { updates: [] }))).to.contain(
      "0 of 3 servers reviewed: nobody can tell what is missing",
    );
  });

  it("has an id by which the same offer is known again after a later scan, and a different offer is not", () => {
    const first = reviewed(reviewedPlane(), [scanned(2, [openssl])]);
    const later = reviewed(reviewedPlane(), [scanned(2, [openssl], { lastScan: "2026-12-01T09:00:00Z" })]);
    const newer = reviewed(reviewedPlane(), [scanned(2, [[openssl[0], openssl[1], "3.0.2-0ubuntu1.20"]])]);
    const moved = reviewed(reviewedPlane(), [scanned(3, [openssl])]);
    expect(first.scanId).to.match(/^2026-12-01T010400Z-[0-9a-f]{8}$/);
    expect(later.scanId).to.not.equal(first.scanId);
    expect([later, newer, moved].map(({ scanId }) => isSameOffer(first.scanId, scanId))).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect(scanInstant(first.scanId)).to.deep.equal(new Date("2026-12-01T01:04:00Z"));
    expect([scanInstant("0a1b2c3d-0000-4000-8000-000000000000"), isSameOffer("a", "a")]).to.deep.equal([
      undefined,
      false,
    ]);
  });

  it("says what is new since the review before, by earlier collections, and does not know without one", () => {
    const before = { ...approval({ UBUNTU: [{ id: curl[0], title: curl[2] }] }), group: "app" };
    const plane = reviewedPlane({
      approvals: { app: { ...before, scanId: "2026-11-20T010000Z-0000abcd" } },
    });
    const news = (since: string, historyOf?: Date) =>
      reviewed(plane, [scanned(2, [openssl], {}, since)], historyOf === undefined ? {} : { historyOf }).updates.map(
        ({ isNew }) => isNew,
      );
    const history = new Date("2026-11-30T02:00:00Z");
    expect([news("2026-11-25T01:00:00Z", history), news("2026-11-19T01:00:00Z", history)]).to.deep.equal([
      [true],
      [false],
    ]);
    expect(news("2026-12-01T01:04:00Z")).to.deep.equal([undefined]);
    expect(reviewed(plane, [scanned(2, [curl])]).updates.map((each) => each.approved)).to.deep.equal([true]);
  });

  it("does not offer for approval what the scan tells no version of", () => {
    const [update] = reviewed(reviewedPlane(), [scanned(2, [["openssl.amd64", "", ""]])]).updates;
    expect(update).to.include({ version: "", unapprovable: "the scan does not tell which version is offered" });
  });

  it("names what is not known: ages without an earlier collection, and nodes that no row names", () => {
    const strangers = [{ group: "app", node: "i-0abc", name: "" }];
    const { unknowns } = reviewed(reviewedPlane(), [scanned(2, [openssl])], { strangers });
    expect(unknowns.join("\n"))
      .to.match(/no snapshot of advisories/)
      .and.match(/no earlier collection/)
      .and.match(/i-0abc/);
  });
});

describe("the likely impact of an update", () => {
  const cases = [
    ["linux-image-6.8.0-45-generic", "kernel", "reboot"],
    ["kernel", "kernel", "reboot"],
    ["libc6", "libc", "reboot"],
    ["glibc-common", "libc", "reboot"],
    ["systemd-libs", "systemd", "reboot"],
    ["libssl3", "TLS", "restart"],
    ["openssl-libs", "TLS", "restart"],
    ["postgresql-14", "database", "restart"],
    ["mariadb-server", "database", "restart"],
    ["libcurl4", undefined, undefined],
    ["python3-requests", undefined, undefined],
  ] as const;
  for (const [name, kind, effect] of cases)
    it(`of ${name} is ${kind ?? "not known"}`, () => {
      const impact = impactOf(name, false);
      expect([impact?.kind, impact?.effect]).to.deep.equal([kind, effect]);
    });

  it("is told by the title on Windows", () => {
    const kinds = [
      "2026-11 Cumulative Update for Windows Server 2022 (KB5060000)",
      "2026-11 Cumulative Update for .NET Framework 3.5 and 4.8 (KB5060001)",
      "Security Update for SQL Server 2019 RTM CU (KB5060002)",
      "Windows Malicious Software Removal Tool x64 (KB890830)",
    ].map((title) => impactOf(title, true)?.kind);
    expect(kinds).to.deep.equal(["Windows", ".NET", "SQL Server", undefined]);
  });
});

describe("a selection of a review's updates", () => {
  const review = reviewed(reviewedPlane(), [scanned(2, [openssl, curl]), scanned(3, [openssl])], {}, [advisory]);
  const ids = (selection: Parameters<typeof selectUpdates>[1]) =>
    selectUpdates(review, selection).updates.map(({ id }) => id);

  it("takes what all of its parts hold of", () => {
    expect(ids({})).to.have.members(["openssl.amd64", "curl.amd64"]);
    expect(ids({ severities: ["high"] })).to.deep.equal(["openssl.amd64"]);
    expect(ids({ cves: ["cve-2026-1234"] })).to.deep.equal(["openssl.amd64"]);
    expect(ids({ servers: ["app-3"] })).to.deep.equal(["openssl.amd64"]);
    expect(ids({ servers: ["APP-*3"] })).to.deep.equal(["openssl.amd64"]);
    expect(ids({ packages: ["curl"], servers: ["app-3"] })).to.deep.equal([]);
    expect(ids({ except: ["openssl"] })).to.deep.equal(["curl.amd64"]);
  });

  it("faults every name that the scans do not show, with what was meant", () => {
    const { faults } = selectUpdates(review, {
      packages: ["opensl"],
      cves: ["CVE-1"],
      servers: ["web-9"],
      except: ["x"],
    });
    expect(faults.map(({ path }) => path)).to.deep.equal(["--cve", "--package", "--except", "--servers"]);
    expect(faults[1]?.fix).to.contain("openssl");
  });
});
