import { expect } from "chai";
import { readApprovals } from "../../../config/approvals.ts";
import { proposalOf, type Proposal, type Wish } from "../../../domain/approvals/proposal.ts";
import { selectUpdates, type Selection } from "../../../domain/approvals/selection.ts";
import type { Plane } from "../../../domain/plane.ts";
import { approval } from "../samplePlane.ts";
import { asOf, reviewed, reviewedPlane, scanned } from "./samples.ts";

const openssl = ["openssl.amd64", "3.0.2-0ubuntu1.18", "3.0.2-0ubuntu1.19"] as const;
const curl = ["curl.amd64", "1:7.81.0-1ubuntu1.20", "1:7.81.0-1ubuntu1.21"] as const;
const servers = [
  scanned(2, [openssl, curl]),
  scanned(3, [["KB5060000", "", "2026-11 Cumulative Update (KB5060000)"]], { os: "windows-server", release: "2022" }),
];

const wish: Wish = {
  scanId: "",
  note: "weekly review",
  expires: new Date("2026-12-15T00:00:00Z"),
  date: "2026-12-01",
  partial: false,
  files: [],
};

function proposed(more: Partial<Wish> = {}, selection: Selection = {}, plane: Plane = reviewedPlane(), read = servers) {
  const review = reviewed(plane, read);
  return proposalOf(plane, review, selectUpdates(review, selection), { ...wish, scanId: review.scanId, ...more });
}

function made(...given: Parameters<typeof proposed>): Proposal {
  const proposal = proposed(...given);
  if ("faults" in proposal) throw new Error(JSON.stringify(proposal.faults));
  return proposal;
}

function faults(...given: Parameters<typeof proposed>): readonly string[] {
  const proposal = proposed(...given);
  return "faults" in proposal ? proposal.faults.map(({ path }) => path) : [];
}

describe("a proposed approvals file", () => {
  it("names Linux packages by id and exact version and Windows updates by their KB, and is read back as it was meant", () => {
    const { approval: own, text } = made();
    expect(own.patches).to.deep.equal({
      UBUNTU: [
        { id: "curl.amd64", title: "1:7.81.0-1ubuntu1.21" },
        { id: "openssl.amd64", title: "3.0.2-0ubuntu1.19" },
      ],
      WINDOWS: [{ id: "KB5060000" }],
    });
    const files = {
      read: (path: string) => (path === own.file ? text : undefined),
      list: (path: string) =>
        path === "approvals" ? [{ name: "app", isFolder: true }] : [{ name: "2026-12-01.yaml", isFolder: false }],
    };
    const read = readApprovals(files, "approvals", new Map([["app", "reviewed"]]));
    expect(read.faults).to.deep.equal([]);
    expect(read.approvals["app"]).to.deep.equal(own);
  });

  it("says above each entry which servers lack it from which version, whatever a server says that it has", () => {
    const lying = "3.0.2\r\n  RHEL: [{id: evil}]\u2028# \u0085";
    const { approval: own, text } = made({}, { packages: ["openssl"] }, undefined, [
      scanned(2, [openssl]),
      scanned(3, [["openssl.amd64", lying, openssl[2]]]),
    ]);
    expect(text.split("\n").slice(2)).to.deep.equal([
      "",
      `scan: "${own.scanId}"`,
      'note: "weekly review"',
      'expires: "2026-12-15T00:00:00Z"',
      "patches:",
      "  UBUNTU:",
      "    # 1 server, with 3.0.2 RHEL: [{id: evil}] # \\u{85}: app-3",
      `    # 1 server, with ${openssl[1]}: app-2`,
      '    - id: "openssl.amd64"',
      `      title: "${openssl[2]}"`,
      "",
    ]);
    expect(own.patches).to.deep.equal({ UBUNTU: [{ id: "openssl.amd64", title: openssl[2] }] });
  });

  it("names what was chosen and nothing else, and says what it leaves", () => {
    const { approval: own, left } = made({}, { packages: ["openssl"] });
    expect(own.patches).to.deep.equal({ UBUNTU: [{ id: "openssl.amd64", title: "3.0.2-0ubuntu1.19" }] });
    expect(left.map(({ id }) => id)).to.have.members(["curl.amd64", "KB5060000"]);
  });

  it("says what the file before let through and this one no longer does", () => {
    const before = {
      ...approval({
        UBUNTU: [
          { id: "vim.amd64", title: "2" },
          { id: openssl[0], title: openssl[2] },
        ],
      }),
    };
    const plane = reviewedPlane({ approvals: { app: { ...before, group: "app" } } });
    expect(made({}, {}, plane).dropped).to.deep.equal([{ os: "UBUNTU", patch: { id: "vim.amd64", title: "2" } }]);
  });

  it("is refused for another scan, no note, a date that has passed, an older file or one of the same day", () => {
    expect(faults({ scanId: "2026-12-01T010400Z-00000000" })).to.deep.equal(["--scan"]);
    expect(faults({ note: "  " })).to.deep.equal(["--note"]);
    expect(faults({ expires: asOf })).to.deep.equal(["--expires"]);
    expect(faults({ files: ["2026-12-01.yaml"] })).to.deep.equal(["--date"]);
    expect(faults({ files: ["2026-12-02.yaml"] })).to.deep.equal(["--date"]);
    expect(faults({ files: ["2026-11-30.yaml"] })).to.deep.equal([]);
  });

  it("is refused where a server has no fresh scan, unless that is put up with", () => {
    const read = [...servers, scanned(4, [], { lastScan: "" })];
    expect(faults({}, {}, reviewedPlane(), read)).to.deep.equal(["--partial"]);
    expect(made({ partial: true }, {}, reviewedPlane(), read).unseen.map(({ name }) => name)).to.deep.equal(["app-4"]);
  });

  it("is refused where nothing is chosen, or something that no scan shows", () => {
    expect(faults({}, { severities: ["low"] })).to.deep.equal(["approve"]);
    expect(faults({}, { packages: ["bash"] })).to.deep.equal(["--package"]);
    // A version that the file's own reader would refuse.
    const odd = [scanned(2, [["openssl.amd64", "1", "3.0.2 or later"]])];
    expect(faults({}, {}, reviewedPlane(), odd)).to.deep.equal(["patches.UBUNTU[0]"]);
  });
});
