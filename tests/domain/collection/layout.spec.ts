import { expect } from "chai";
import fc from "fast-check";
import { partitionFile, partitionOf, recordTypes } from "../../../domain/collection/layout.ts";
import { instantOf, stampOf } from "../../../domain/collection/stamp.ts";

describe("a collection's layout", () => {
  it("puts the stamp right after the type, and account and Region as a synced bucket has them", () => {
    const partition = {
      type: "AWS:Application",
      collected: "2026-11-15T030000Z",
      accountId: "000011112222",
      region: "eu-west-1",
    } as const;
    expect(partitionFile(partition)).to.equal(
      "AWS:Application/collected=2026-11-15T030000Z/accountid=000011112222/region=eu-west-1/resourcetype=ManagedInstanceInventory/nodes.json.gz",
    );
  });

  it("reads back every path that it writes", () => {
    const whole = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...recordTypes), whole, (type, begun) => {
        const partition = { type, collected: stampOf(begun), accountId: "111122223333", region: "ap-southeast-2" };
        expect(partitionOf(partitionFile(partition))).to.deep.equal(partition);
      }),
    );
  });

  it("reads a file per node as AWS syncs them, and passes over what is no partition", () => {
    const folder =
      "AWS:Tag/collected=2026-11-15T030000Z/accountid=111122223333/region=eu-west-1/resourcetype=ManagedInstanceInventory";
    expect(partitionOf(`${folder}/mi-0123456789abcdef0.json`)?.type).to.equal("AWS:Tag");
    for (const other of [
      `${folder}/nodes.json.gz.tmp`,
      `parquet/${folder}/nodes.parquet`,
      folder.replace("AWS:Tag", "AWS:Unheard"),
      `${folder.replace("T030000Z", "T03:00:00Z")}/a.json`,
      `${folder.replace("2026-11-15", "2026-13-45")}/a.json`,
    ])
      expect(partitionOf(other), other).to.equal(undefined);
  });

  it("writes stamps that sort as their times do, in whole seconds", () => {
    const [early, late] = [new Date("2026-11-15T03:00:00.900Z"), new Date("2026-11-15T03:00:01Z")];
    expect(stampOf(early)).to.equal("2026-11-15T030000Z");
    expect(stampOf(early) < stampOf(late)).to.equal(true);
    expect(instantOf("2026-11-15T030000Z")?.toISOString()).to.equal("2026-11-15T03:00:00.000Z");
    expect(instantOf("2026-02-30T030000Z")).to.equal(undefined);
  });
});
