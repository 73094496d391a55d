import { expect } from "chai";
import { judge } from "../../../simulator/index.ts";
import { parameters, policyOf } from "../../bootstrap/template.ts";
import { built } from "./policyQuestions.ts";
import { sampleLocation } from "./samples.ts";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const boundary = policyOf("Boundary", { ...parameters, "AWS::AccountId": "111122223333", Environment: "prod" });
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const context = {
  "ssm:resourceTag/PatchGroup": "prod-auto",
  "kms:ViaService": "sns.eu-central-1.amazonaws.com",
  "iam:PassedToService": "ssm.amazonaws.com",
};

describe("the permissions boundary of the bootstrap", () => {
  it("is on every role of a location, and lets each do all that its own policies say", async () => {
    const recorder = await built(sampleLocation());
    const roles = recorder.ofType("aws:iam/role:Role");
    expect(roles).to.have.lengthOf(5);
    for (const { inputs, name } of roles) {
      expect(inputs["permissionsBoundary"], name).to.equal("arn:aws:iam::111122223333:policy/patchplane-boundary-prod");
      expect(inputs["path"], name).to.equal("/patchplane/prod/");
    }
    const policies = [
      recorder.only("aws:iam/policy:Policy", "main-access-node"),
      ...recorder.ofType("aws:iam/rolePolicy:RolePolicy"),
    ];
    const missing: string[] = [];
    for (const { inputs, name } of policies) {
      const { Statement } = JSON.parse(String(inputs["policy"])) as { readonly Statement: readonly Statement[] };
      for (const { Action, Resource } of Statement) {
        for (const action of [Action].flat().map((each) => each.replace("*", ""))) {
          for (const pattern of [Resource].flat()) {
            const resource = pattern === "*" ? "*" : pattern.replaceAll("*", "x");
            const request = { principal: { role: "arn:aws:iam::111122223333:role/one" }, action, resource, context };
            if (judge(request, { identity: [everything], boundary }) !== "allowed") {
              missing.push(`${name}: ${action} on ${resource}`);
            }
          }
        }
      }
    }
    expect(missing).to.deep.equal([]);
  });
});
