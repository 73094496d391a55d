import { expect } from "chai";
import type { ServerRecord } from "../../../domain/collection/records.ts";
import { changesReport } from "../../../domain/report/changesReport.ts";
import { nothingMended, type ComparedServer } from "../../../domain/report/comparedServers.ts";

const changes = [
  { name: "curl", architecture: "x86_64", before: "7.81.0-1", after: "7.81.0-2", kind: "upgraded" },
] as const;

function compared(name: string, comparison: ComparedServer["comparison"]): ComparedServer {
  const server = { name, resourceId: name, os: "ubuntu", release: "22.04", reason: "", inventoryCaptured: "" };
  const place = { accountId: "111122223333", region: "eu-west-1" };
  return {
    ...place,
    server: server as ServerRecord,
    ...(comparison === undefined ? {} : { comparison }),
    runs: [],
  };
}

const asked = {
  asOf: "2026-12-15T08:00:00Z",
  question: { stack: "prod" },
  unknowns: [],
  mendedBy: () => nothingMended,
  approvedFor: () => ({ by: "automatic", whom: "" }),
} as const;

describe("the report of changes", () => {
  it("has of a server whose inventory is older than its last installation what is known, and that it is not all", () => {
    const servers = [
      compared("whole", { basis: "inventory", changes }),
      compared("silent", { basis: "inventory", changes, incomplete: "capturedBeforeInstall" }),
    ];
    const { headline, summary, tables } = changesReport(servers, asked);
    const named = tables.map(({ id, rows }) => [id, rows.map(([server]) => server)]);
    expect(named).to.deep.equal([
      ["changes", ["whole", "silent"]],
      ["not-compared", ["silent"]],
    ]);
    const figures = new Map(summary.map(({ key, value }) => [key, value]));
    expect([figures.get("servers_compared"), figures.get("servers_not_compared")]).to.deep.equal([1, 1]);
    expect(figures.get("upgraded")).to.equal(2);
    expect([figures.get("servers_changed"), figures.get("servers_without_run")]).to.deep.equal([2, 2]);
    expect(headline).to.equal("2 packages changed on 2 servers of 2; of 1 server it is not known, or not to the end.");
  });

  for (const [servers, expected] of [
    [[], "No server is asked about."],
    [[compared("gone", undefined)], "Whether packages changed is known of no server; 1 server asked about."],
    [
      [compared("gone", undefined), compared("same", { basis: "inventory", changes: [] })],
      "No package changed on any of 1 server that can be compared; of 1 server it is not known, or not to the end.",
    ],
  ] as const) {
    it(`begins with: ${expected}`, () => {
      expect(changesReport(servers, asked).headline).to.equal(expected);
    });
  }
});
