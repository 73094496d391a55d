import { expect } from "chai";
import { verifyServer } from "../../../domain/approvals/verification.ts";
import { verifyDocument } from "../../../render/verify/verifyDocument.ts";
import { writers } from "../../../render/writers/writers.ts";
import { asOf, scanned } from "../../domain/approvals/samples.ts";
import { approval } from "../../domain/samplePlane.ts";

const openssl = { id: "openssl.amd64", title: "3.19" };
const patchRow = {
  resourceId: "i-00000000000000002",
  Id: openssl.id,
  Status: "NON_COMPLIANT" as const,
  Severity: "CRITICAL",
  PatchSeverity: "",
  Classification: "",
  PatchGroup: "app",
  PatchBaselineId: "pb-1",
  CVEIds: "",
  ExecutionTime: "",
  ExecutionId: "",
  InstalledTime: "2026-12-01T11:00:00Z",
};

describe("what verify says of the approval", () => {
  it("is how to record who approved, in a line to paste, where that is not on record", () => {
    const shown = {
      group: "prod-sensitive",
      since: new Date("2026-12-01T00:00:00Z"),
      servers: [],
      failures: [],
      approval: approval({}),
      breakGlass: [],
    };
    expect(writers.text([verifyDocument({ stack: "prod" }, shown)])).to.contain(
      "who approved that is not on record: npx patchplane record-approvals --stack prod\n",
    );
  });

  it("is on record, with a new scan only where a server was asked for one", () => {
    const said = (isAsked: boolean): string => {
      const record = { path: "runs/1.jsonl", isAsked };
      const shown = {
        group: "app",
        since: asOf,
        servers: [],
        failures: [],
        approval: undefined,
        breakGlass: [],
        record,
      };
      return writers.text([verifyDocument({ stack: "prod" }, shown)]);
    };
    expect(said(true)).to.contain("the new scan is on record in runs/1.jsonl");
    expect(said(false))
      .to.contain("no server was asked for a new scan: runs/1.jsonl")
      .and.not.contain("the new scan is on record");
  });

  it("ends with the sum and with what is left to do, each in a line to paste", () => {
    const approved = { ...approval({ UBUNTU: [openssl] }), group: "app" };
    const row = (version: string, PatchState: string) => ({
      ...patchRow,
      Title: `openssl.amd64:${version}`,
      PatchState,
    });
    const states = [row("3.19", "MISSING"), row("3.20", "MISSING"), row("3.19", "INSTALLED_PENDING_REBOOT")];
    const servers = states.map((patch) =>
      verifyServer(
        { scanned: { ...scanned(2, []), patches: [patch] } },
        { approval: approved, isReviewed: true, since: new Date("2026-12-01T00:00:00Z") },
      ),
    );
    const shown = { group: "app", since: asOf, servers, failures: [], approval: approved, breakGlass: [] };
    const text = writers.text([verifyDocument({ stack: "prod" }, shown)]);
    expect(text.trimEnd().split("\n").slice(-4)).to.deep.equal([
      "3 servers: 1 failed, 1 needs a look, 1 pending reboot",
      `failed: mend what is said of them, then once more, until ${approved.expires}: npx patchplane open-window --stack prod --group app --reason "..."`,
      "needs a look: what is no longer offered, and newer versions: npx patchplane review --stack prod --group app",
      'pending reboot, in their owner\'s time: npx patchplane reboot --stack prod --group app --now "..."',
    ]);
    const unread = { ...shown, servers: [], failures: [{ location: "use1", failure: "not allowed" }] };
    expect(
      writers
        .text([verifyDocument({ stack: "prod" }, unread)])
        .trimEnd()
        .split("\n")
        .slice(-1),
    ).to.deep.equal(["not readable: mend that, then once more: npx patchplane verify --stack prod --group app"]);
  });
});
