import { expect } from "chai";
import { roleNameVariable } from "../domain/stack/assumedRole.ts";
import { makeProviders } from "../providers.ts";
import { byName } from "./domain/samplePlane.ts";
import { sampleLocation, samplePlane } from "./components/aws/samples.ts";
import { settled, startMocks } from "./harness/mocks.ts";

describe("providers", () => {
  const before = process.env[roleNameVariable];

  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, roleNameVariable);
    else process.env[roleNameVariable] = before;
  });

  async function assumedBy(roleName: string): Promise<unknown> {
    process.env[roleNameVariable] = roleName;
    const recorder = await startMocks();
    makeProviders(samplePlane({ locations: byName(sampleLocation()) }));
    await settled();
    const { inputs } = recorder.only("pulumi:providers:aws");
    return JSON.parse(String(inputs["assumeRoles"]));
  }

  it("leave alone the tags that the stack file calls those of others", async () => {
    const recorder = await startMocks();
    const ignoredTags = { keys: ["CostCenter"], keyPrefixes: ["map-"] };
    makeProviders(samplePlane({ locations: byName(sampleLocation()), ignoredTags }));
    await settled();
    const { inputs } = recorder.only("pulumi:providers:aws");
    expect(JSON.parse(String(inputs["ignoreTags"]))).to.deep.equal(ignoredTags);
  });

  it("take the stack file's role in an account, or the reading one that the environment names", async () => {
    const role = sampleLocation().roleArn ?? "";
    expect(role).to.match(/:role\/.+/);
    expect(await assumedBy("")).to.deep.equal([{ roleArn: role, sessionName: "patchplane" }]);
    expect(await assumedBy("patchplane-preview")).to.deep.equal([
      { roleArn: role.replace(/:role\/.*/, ":role/patchplane-preview"), sessionName: "patchplane" },
    ]);
  });
});
