import { expect } from "chai";
import type { DiscoveredPlace } from "../../../domain/discover/discover.ts";
import { discoverDocument } from "../../../render/discover/discoverDocument.ts";
import { writers } from "../../../render/writers/writers.ts";

const failure = "no AWS credentials";
const read: DiscoveredPlace = { kind: "location", name: "use1", where: "111122223333, us-east-1", servers: 2, rows: 2 };
const unread: DiscoveredPlace = { ...read, name: "euw1", servers: 0, rows: 0, failure };

function shown(places: readonly DiscoveredPlace[]): string {
  const kept = places.reduce((sum, { rows }) => sum + rows, 0);
  const discovery = { places, kept, added: [], changed: [], gone: [], findings: [] };
  return writers.text([discoverDocument({ stack: "prod" }, discovery, "fleet/prod.csv", false)]);
}

describe("what discover says at its end", () => {
  it("is that the file is complete, where every place was read", () => {
    expect(shown([read])).to.contain("fleet/prod.csv has every server that can have a row");
    expect(shown([{ ...read, servers: 0, rows: 0 }])).to.contain("there are no servers, and no rows");
  });

  it("speaks of the places alone that were asked for, and its numbers add up", () => {
    const discovery = { places: [read], kept: 7, added: [], changed: [], gone: [], findings: [] };
    const text = writers.text([discoverDocument({ stack: "prod" }, discovery, "fleet/prod.csv", false)]);
    expect(text)
      .to.contain("2 rows stay, 5 rows of other places not looked at")
      .and.contain("fleet/prod.csv has every server of these places that can have a row");
  });

  it("claims nothing of what could not be read", () => {
    const some = shown([read, unread]);
    expect(some)
      .to.contain("fleet/prod.csv stays as it is: of 1 place nothing is known")
      .and.not.contain("every server");
    const none = shown([unread, { ...unread, name: "aps2" }]);
    expect(none).to.contain("nothing could be read\n").and.contain("of 2 places nothing is known");
    expect(none).to.not.contain("there are no servers");
  });
});
