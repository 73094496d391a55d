import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import { resourceTypes as awsTypes } from "../../../simulator/plugins/aws/resourceTypes.ts";
import { resourceTypes as azureTypes } from "../../../simulator/plugins/azureNative/resourceTypes.ts";
import type { PropertyTable } from "../../../simulator/plugins/schema.ts";

const require = createRequire(import.meta.url);

/** The arguments an SDK class takes: what its constructor hands on from `args`. */
function sdkInputs(file: string): readonly string[] {
  const source = readFileSync(require.resolve(file), "utf8");
  return [...source.matchAll(/resourceInputs\["(\w+)"\] = (?:[^;]*\()?args\?\.\w+/g)]
    .map(([, name = ""]) => name)
    .sort();
}

function tableInputs(table: PropertyTable): readonly string[] {
  return Object.keys(table)
    .filter((name) => table[name]?.use !== "output")
    .sort();
}

function awsFile(token: string): string {
  const [, module = ""] = token.split(":");
  return `@pulumi/aws/${module}.js`;
}

describe("the tables of the stand-in providers", () => {
  for (const [token, { properties }] of Object.entries(awsTypes)) {
    it(`name every input of ${token}, and no other`, () => {
      expect(tableInputs(properties)).to.deep.equal(sdkInputs(awsFile(token)));
    });
  }

  for (const [token, { properties }] of Object.entries(azureTypes)) {
    it(`name every input of ${token} and the API version that the provider adds, and no other`, () => {
      const name = token.slice(token.lastIndexOf(":") + 1);
      const file = `@pulumi/azure-native/compute/${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
      expect(tableInputs(properties)).to.deep.equal([...sdkInputs(file), "azureApiVersion"].sort());
    });
  }

  it("answer to the versions of the SDKs that are installed", () => {
    const version = (name: string): unknown =>
      (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: unknown }).version;
    const aws = readFileSync(new URL("../../../simulator/plugins/aws/provider.ts", import.meta.url), "utf8");
    const azure = readFileSync(new URL("../../../simulator/plugins/azureNative/provider.ts", import.meta.url), "utf8");
    expect(aws).to.include(`version = "${String(version("@pulumi/aws"))}"`);
    expect(azure).to.include(`version = "${String(version("@pulumi/azure-native"))}"`);
  });
});
