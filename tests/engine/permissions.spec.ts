import { expect } from "chai";
import type { KnownRole } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { expectRejections } from "../harness/rejections.ts";
import { described, startEngineFixture, type EngineFixture } from "./engineFixture.ts";

interface Policy {
  readonly Statement: readonly { readonly Action?: string | readonly string[] }[];
}

/** A policy without a right. */
function without(policy: string, action: string): string {
  const { Statement, ...rest } = JSON.parse(policy) as Policy;
  const statements = Statement.map(({ Action, ...statement }) =>
    Action === undefined ? statement : { ...statement, Action: [Action].flat().filter((each) => each !== action) },
  );
  return JSON.stringify({ ...rest, Statement: statements });
}

/** The deploying roles that the bootstrap makes in the fixture's accounts. */
function bootstrapped(change: (policy: string) => string = (policy) => policy): readonly KnownRole[] {
  return ["111122223333", "444455556666"].map((account) => {
    const values = { ...parameters, "AWS::AccountId": account, Environment: "test" };
    const policies = policiesOf("DeployRole", values).map(change);
    return { arn: `arn:aws:iam::${account}:role/patchplane-deploy`, policies };
  });
}

describe("the stack on the real engine, with the rights of the bootstrap's deploying role", function () {
  this.timeout(180_000);
  let fixture: EngineFixture;

  afterEach(async () => {
    await fixture.close();
  });

  it("comes up, is read, changed and taken down with nothing denied", async () => {
    fixture = await startEngineFixture({ roles: bootstrapped() });
    expect((await fixture.up()).length).to.be.greaterThan(100);
    expect(described(await fixture.preview())).to.deep.equal([]);
    expect(described(await fixture.refresh())).to.deep.equal([]);
    await fixture.edit(
      "Pulumi.test.yaml",
      "  patchplane:fleet",
      "  patchplane:windows:\n    mw-install-auto: { maxErrors: 20% }\n  patchplane:fleet",
    );
    expect((await fixture.up()).length).to.be.greaterThan(0);
    await fixture.stack.destroy();
    expect(fixture.printed()).not.to.match(/AccessDenied|not authorized/);
  });

  for (const [action, resource] of [
    ["ssm:AddTagsToResource", "arn:aws:ssm:us-east-1:111122223333:managed-instance/mi-*"],
    ["iam:PassRole", "arn:aws:iam::111122223333:role/patchplane/test/patchplane-test-use1-hybrid-node"],
    ["kms:CreateKey", "*"],
  ] as const) {
    it(`names ${action} where the role lacks it`, async () => {
      fixture = await startEngineFixture({ roles: bootstrapped((policy) => without(policy, action)) });
      expectRejections(/failed to register/);
      const { text } = await fixture.failingUp();
      expect(text).to.contain("AccessDenied");
      expect(text).to.contain(
        `User: arn:aws:sts::111122223333:assumed-role/patchplane-deploy/patchplane is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
      );
    });
  }
});
