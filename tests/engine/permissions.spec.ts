import { expect } from "chai";
import { roleNameVariable } from "../../domain/stack/assumedRole.ts";
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

/** The deploying and the reading roles that the bootstrap makes in the fixture's accounts. */
function bootstrapped(change: (policy: string) => string = (policy) => policy): readonly KnownRole[] {
  return ["111122223333", "444455556666"].flatMap((account) => {
    const values = { ...parameters, "AWS::AccountId": account, Environment: "test" };
    const arn = `arn:aws:iam::${account}:role`;
    return [
      { arn: `${arn}/patchplane-deploy`, policies: policiesOf("DeployRole", values).map(change) },
      { arn: `${arn}/patchplane-preview`, policies: policiesOf("PreviewRole", values) },
    ];
  });
}

/** What the fixture does not have by itself: documents of hooks, and the settings of an account and Region. */
async function withEverything(fixture: EngineFixture): Promise<void> {
  await fixture.edit(
    "Pulumi.test.yaml",
    "registersDefaults: true",
    "registersDefaults: true\n      ownsServiceSettings: true",
  );
  await fixture.edit(
    "Pulumi.test.yaml",
    "  patchplane:fleet",
    [
      "  patchplane:nodes: { defaultHostManagement: true }",
      "  patchplane:reports: { athena: { location: use1 } }",
      "  patchplane:windows:",
      "    mw-install-auto:",
      "      hooks: { before: [{ name: stop, linux: ['true'], windows: ['exit 0'] }] }",
      "  patchplane:fleet",
    ].join("\n"),
  );
}

describe("the stack on the real engine, with the rights of the bootstrap's deploying role", function () {
  this.timeout(400_000);
  let fixture: EngineFixture;

  afterEach(async () => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the variable's name is the product's
    delete process.env[roleNameVariable];
    await fixture.close();
  });

  it("comes up, is read, changed and taken down with nothing denied", async () => {
    fixture = await startEngineFixture({ roles: bootstrapped() });
    await withEverything(fixture);
    const made = new Set((await fixture.up()).map(({ type }) => type));
    expect([...made]).to.include.members(["Document", "ServiceSetting", "Key", "Activation", "BucketObjectv2"]);
    expect([...made]).to.include.members(["CatalogDatabase", "CatalogTable", "Workgroup"]);
    expect(described(await fixture.preview())).to.deep.equal([]);
    expect(described(await fixture.refresh())).to.deep.equal([]);
    await fixture.edit("Pulumi.test.yaml", "linux: ['true']", "linux: ['exit 0']");
    await fixture.edit("Pulumi.test.yaml", "{ location: use1 }", "{ location: use1, scanLimitGigabytes: 5 }");
    await fixture.edit("Pulumi.test.yaml", "    mw-install-auto:\n", "    mw-install-auto:\n      maxErrors: 20%\n");
    const changes = described(await fixture.up()).join("\n");
    expect(changes).to.match(/(update|create-replacement) Document /);
    expect(changes).to.match(/update Workgroup .*bytesScannedCutoffPerQuery/);
    expect(changes).to.match(/update MaintenanceWindowTask .*\[maxErrors/);
    await fixture.stack.destroy();
    expect(fixture.printed()).not.to.match(/AccessDenied|not authorized/);
  });

  it("is read by the reading role, which may change nothing of it", async () => {
    fixture = await startEngineFixture({ roles: bootstrapped() });
    await withEverything(fixture);
    await fixture.up();
    // The key's tags count for the reading role once five minutes have passed.
    await fixture.cloud.advanceTo(new Date("2026-12-01T06:10:00Z"));
    process.env[roleNameVariable] = "patchplane-preview";
    expect(described(await fixture.refresh())).to.deep.equal([]);
    expect(fixture.printed()).not.to.match(/AccessDenied|not authorized/);
    await fixture.edit("Pulumi.test.yaml", "    mw-install-auto:\n", "    mw-install-auto:\n      maxErrors: 20%\n");
    expectRejections(/failed to register/);
    const { text } = await fixture.failingUp();
    expect(text).to.contain(
      "assumed-role/patchplane-preview/patchplane is not authorized to perform: ssm:UpdateMaintenanceWindowTask",
    );
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
