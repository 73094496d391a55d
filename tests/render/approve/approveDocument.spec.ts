import { expect } from "chai";
import { proposalOf, type Proposal } from "../../../domain/approvals/proposal.ts";
import { selectUpdates } from "../../../domain/approvals/selection.ts";
import { approveBody } from "../../../render/approve/approveDocument.ts";
import { reviewed, reviewedPlane, scanned } from "../../domain/approvals/samples.ts";
import { server } from "../../domain/samplePlane.ts";

const place = { stack: "prod" };
const limit = 65_536;

/** A proposal of so many servers, each of which lacks so many packages, with names and versions as long as real ones. */
function proposed(servers: number, packages: number): Proposal {
  const lines = Array.from({ length: servers }, (_, index) => index + 2);
  const plane = reviewedPlane({ fleet: lines.map((line) => server(line)) });
  const offered = Array.from({ length: packages }, (_, index) => {
    const name = `libpackage-of-some-length${String(index)}.amd64`;
    return [name, "1:2.34.5-0ubuntu22.04.1", "1:2.34.5-0ubuntu22.04.2"] as const;
  });
  const review = reviewed(
    plane,
    lines.map((line) => scanned(line, offered, { name: `p-use1-billing-db-${String(line)}` })),
  );
  const proposal = proposalOf(plane, review, selectUpdates(review, {}), {
    scanId: review.scanId,
    note: "weekly",
    expires: new Date("2026-12-15T00:00:00Z"),
    date: "2026-12-01",
    partial: false,
    files: [],
  });
  if ("faults" in proposal) throw new Error(JSON.stringify(proposal.faults));
  return proposal;
}

describe("the pull request of an approval", () => {
  it("has every server with every update and both versions, where GitHub takes that much", () => {
    const body = approveBody(place, proposed(3, 4), { before: undefined });
    const pairs = body.match(/^\| `p-use1-billing-db-\d+` \| `libpackage-.*22\.04\.1` \| `.*22\.04\.2` /gm);
    expect(pairs).to.have.length(12);
    expect(body).not.to.contain("does not all fit");
  });

  it("has every update and every server of 300 servers with 40 packages, and its file the rest", () => {
    const proposal = proposed(300, 40);
    const body = approveBody(place, proposal, { before: undefined });
    expect(body.length).to.be.below(limit);
    expect(body.match(/^\| `libpackage-.* 300 \|$/gm)).to.have.length(40);
    expect(body.match(/^\| `p-use1-billing-db-\d+` \| `main` \| 40 \|/gm)).to.have.length(300);
    expect(body).to.contain(`that stands in \`${proposal.approval.file}\` itself`);
    expect(body).not.to.match(/and \d+ more/);
    expect(proposal.text.match(/p-use1-billing-db-\d+/g)).to.have.length(12_000);
  });

  it("says what is left to type once it is merged and deployed", () => {
    const body = approveBody(place, proposed(1, 1), { before: undefined });
    expect(body).to.contain('`npx patchplane open-window --stack prod --group app --reason "..."`');
  });
});
