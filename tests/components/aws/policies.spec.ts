import { expect } from "chai";
import { bucketPolicyOf, built } from "./policyQuestions.ts";

describe("policies of a location", () => {
  it("hold no service-wide wildcard, and every resource only where IAM knows no other", async () => {
    const recorder = await built();
    const identities = [...recorder.ofType("Policy"), ...recorder.ofType("RolePolicy")];
    expect(identities).to.have.lengthOf(5);
    const broad: string[] = [];
    for (const { inputs, name } of identities) {
      const { Statement } = JSON.parse(String(inputs["policy"])) as {
        Statement: { Sid: string; Action: string | string[]; Resource: string | string[] }[];
      };
      for (const { Sid, Action, Resource } of Statement) {
        for (const action of [Action].flat()) expect(action, `${name} ${Sid}`).not.to.match(/^\*|:\*$/);
        if ([Resource].flat().includes("*")) broad.push(Sid);
      }
    }
    expect(broad.sort()).to.deep.equal([
      "Agent",
      "FindTargets",
      "FollowCommands",
      "ReadRuns",
      "ReportComplianceFromEc2",
      "ReportComplianceFromElsewhere",
    ]);
  });

  it("stay within IAM's sizes", async () => {
    const recorder = await built();
    for (const { inputs, name } of recorder.ofType("Policy")) {
      expect(String(inputs["policy"]).length, name).to.be.at.most(6144);
    }
    for (const { inputs, name } of recorder.ofType("RolePolicy")) {
      expect(String(inputs["policy"]).length, name).to.be.at.most(10_240);
    }
    expect(bucketPolicyOf(recorder).length).to.be.at.most(20_480);
  });
});
