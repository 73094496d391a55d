import { expect } from "chai";
import fc from "fast-check";
import { readFleet, type FleetContext } from "../../fleet/read.ts";
import { fleetColumnNames } from "../../fleet/schema.ts";
import { writeFleet } from "../../fleet/write.ts";
import { fleetText, vmRow } from "../config/sources.ts";

const subscriptions = { core: { onboarding: "customScript" } } as const;
const context: FleetContext = {
  locations: new Map([["one", {}]]),
  subscriptions: new Map(Object.entries(subscriptions)),
};

function rewritten(text: string): string {
  const { servers, faults } = readFleet(text, "fleet.csv", context);
  expect(faults).to.deep.equal([]);
  return writeFleet(servers, subscriptions);
}

describe("writing a fleet file", () => {
  it("sorts by cloud, site and id, in fixed columns, with a line feed at the end", () => {
    const text = fleetText(
      vmRow(2),
      { id: "i-00000002" },
      vmRow(1),
      { id: "i-00000001" },
      { id: "asg:web", size: "3" },
    );
    const lines = rewritten(text).split("\n");
    expect(lines[0]).to.equal(fleetColumnNames.join(","));
    expect(lines.slice(1).map((line) => line.split(",")[0])).to.deep.equal([
      "asg:web",
      "i-00000001",
      "i-00000002",
      vmRow(1).id,
      vmRow(2).id,
      "",
    ]);
  });

  it("leaves out a method that is the subscription's, and keeps another", () => {
    const text = rewritten(fleetText(vmRow(1), { ...vmRow(2), onboarding_method: "runCommand" }));
    expect(
      text
        .split("\n")
        .slice(1, 3)
        .map((line) => line.split(",")[13]),
    ).to.deep.equal(["", "runCommand"]);
  });

  it("gives the same bytes whatever the order of the rows, and what it writes it reads and writes again", () => {
    const characters = Array.from("abc ABC019_.:/=+-@äß");
    const value = fc.string({ unit: fc.constantFrom(...characters), maxLength: 20 });
    const rows = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 0xffffff }).map((n) => `i-${n.toString(16).padStart(8, "0")}`),
        name: value.map((text) => `n${text}`),
        owner: value,
        business_unit: value,
      }),
      { selector: (row) => row.id, maxLength: 20 },
    );
    fc.assert(
      fc.property(rows, (some) => {
        const written = rewritten(fleetText(...some));
        expect(rewritten(fleetText(...some.toReversed()))).to.equal(written);
        expect(rewritten(written)).to.equal(written);
      }),
    );
  });
});
