import { expect } from "chai";
import { sharesAccount, tagPolicy } from "../../../domain/discover/tagPolicy.ts";
import { group, location, samplePlane } from "../samplePlane.ts";

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html
describe("the tag policy of stacks", () => {
  const one = samplePlane({ locations: [location("main")], groups: [group("web"), group("db")] });
  const two = samplePlane({ locations: [location("main")], groups: [group("lab"), group("web")] });

  it("takes the groups of all of them as values of PatchGroup, and enforces them on servers", () => {
    const { PatchGroup } = tagPolicy([one, two]).tags;
    expect(PatchGroup).to.deep.equal({
      tag_key: { "@@assign": "PatchGroup" },
      tag_value: { "@@assign": ["db", "lab", "web"] },
      enforced_for: { "@@assign": ["ec2:instance", "ssm:managed-instance"] },
      report_required_tag_for: { "@@assign": ["ec2:instance"] },
    });
  });

  it("holds the spelling of the other tags, whose values are other people's too", () => {
    const { PatchGroup: _group, ...others } = tagPolicy([one]).tags;
    expect(others).to.deep.equal(
      Object.fromEntries(
        ["Environment", "Owner", "BusinessUnit"].map((key) => [key, { tag_key: { "@@assign": key } }]),
      ),
    );
  });

  it("is of all stacks of an account", () => {
    const elsewhere = samplePlane({ locations: [location("main", { accountId: "999999999999" })] });
    expect([sharesAccount(one, two), sharesAccount(one, elsewhere)]).to.deep.equal([true, false]);
  });
});
