import { expect } from "chai";
import { expectRejections } from "../harness/rejections.ts";
import { engineFixture } from "./engineFixture.ts";

describe("bad input on the real engine", function () {
  this.timeout(300_000);
  const fixture = engineFixture();

  before(async () => {
    await fixture.edit(
      "Pulumi.test.yaml",
      "  patchplane:fleet",
      [
        "  patchplane:windows:",
        "    mw-install-auto: { cutoffHours: 9, offsetDays: 7 }",
        "  patchplane:frezes: []",
        "  patchplane:fleet",
      ].join("\n"),
    );
    await fixture.edit("fleet/test.csv", "aws,use1,us-east-1,ubuntu,22.04", "aws,usw9,us-east-1,ubuntu,22.04");
  });

  it("stops the run with every fault at once, each with its place, and registers nothing", async () => {
    expectRejections(/faults in Pulumi.test.yaml/);
    const failure = await fixture.up().then(
      () => "no failure",
      (error: unknown) => String(error),
    );
    for (const place of ["frezes", "windows.mw-install-auto", "offsetDays", "fleet/test.csv:2"]) {
      expect(failure).to.contain(place);
    }
    expect(failure).to.not.contain("    at ");
    const { deployment } = (await fixture.stack.exportStack()) as { deployment: { resources?: { type: string }[] } };
    expect((deployment.resources ?? []).map((resource) => resource.type)).to.deep.equal(["pulumi:pulumi:Stack"]);
    const journal: unknown = await (await fetch(`${fixture.cloud.url}/_patchplane/journal`)).json();
    expect(journal).to.deep.equal([]);
  });
});
