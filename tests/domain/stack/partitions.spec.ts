import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { partitionOf, regionPattern } from "../../../domain/stack/partitions.ts";

interface Partitions {
  readonly partitions: readonly { readonly id: string; readonly regions: Readonly<Record<string, unknown>> }[];
}

/** The partitions as the AWS SDK in use has them. */
function sdkPartitions(): Partitions["partitions"] {
  const core = dirname(createRequire(import.meta.url).resolve("@aws-sdk/core/package.json"));
  const text = readFileSync(join(core, "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js"), "utf8");
  return (JSON.parse(text.slice(text.indexOf("{"), text.indexOf("};") + 1)) as Partitions).partitions;
}

describe("partitions", () => {
  it("are the SDK's, and every Region that it knows is a Region of its partition", () => {
    const all = sdkPartitions();
    expect(all.length).to.be.at.least(8);
    for (const { id, regions } of all) {
      for (const region of Object.keys(regions).filter((name) => !name.endsWith("-global"))) {
        expect(region).to.match(regionPattern);
        expect(partitionOf(region), region).to.equal(id);
      }
    }
  });

  it("take the European sovereign cloud, and Regions of two digits", () => {
    expect(partitionOf("eusc-de-east-1")).to.equal("aws-eusc");
    expect("eusc-de-east-1").to.match(regionPattern);
    expect("us-east-10").to.match(regionPattern);
    expect(partitionOf("us-east-10")).to.equal("aws");
    for (const wrong of ["useast1", "us-east", "us-east-1a", "US-EAST-1", "europe-west-1", "us-east-100"]) {
      expect(wrong).not.to.match(regionPattern);
    }
  });
});
