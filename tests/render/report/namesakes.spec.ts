import { expect } from "chai";
import type { ReportDocument } from "../../../domain/report/report.ts";
import { reportDocument } from "../../../render/report/reportDocument.ts";
import { writeText } from "../../../render/writers/text.ts";

function shown(...nodes: readonly string[]): string {
  const document: ReportDocument = {
    schema: "patchplane/report/1",
    kind: "outcome",
    title: "Outcome",
    asOf: "2026-11-28T04:23:00Z",
    question: { stack: "prod" },
    headline: "What it says.",
    summary: [],
    charts: [],
    unknowns: [],
    tables: [
      {
        id: "servers",
        title: "Servers",
        empty: "none",
        columns: [
          { key: "server", title: "Server", kind: "text" },
          { key: "node", title: "Node", kind: "code" },
          { key: "account", title: "Account", kind: "code" },
        ],
        rows: nodes.map((node) => ["web-1", node, "111122223333"]),
      },
    ],
  };
  return writeText(reportDocument(document, { narrow: true }));
}

describe("a report on a terminal", () => {
  it("tells servers of one name apart by their nodes, and goes without the nodes otherwise", () => {
    const apart = shown("i-0a", "i-0b");
    expect(apart).to.include("i-0a").and.to.include("i-0b").and.not.to.include("111122223333");
    // Two rows of one server are no two servers.
    expect(shown("i-0a", "i-0a")).not.to.include("i-0a");
  });
});
