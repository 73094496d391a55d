import { expect } from "chai";
import { partitionOf, regionPattern } from "../../../domain/stack/partitions.ts";
import { knownRegions } from "../../../domain/stack/regions.ts";
import { sdkPartitions } from "./sdkPartitions.ts";

describe("partitions", () => {
  it("are the SDK's, and every Region that it knows is a Region of its partition", () => {
    const all = sdkPartitions();
    expect(all.length).to.be.at.least(8);
    for (const { id, regions } of all) {
      for (const region of regions) {
        expect(region).to.match(regionPattern);
        expect(partitionOf(region), region).to.equal(id);
      }
    }
  });

  it("have the Regions that are known", () => {
    expect(knownRegions).to.deep.equal(
      sdkPartitions()
        .flatMap(({ regions }) => regions)
        .sort(),
    );
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
