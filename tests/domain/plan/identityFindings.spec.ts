import { expect } from "chai";
import { identityFindings } from "../../../domain/plan/identityFindings.ts";
import type { Location, Plane } from "../../../domain/plane.ts";
import { location, samplePlane, servers } from "../samplePlane.ts";

function plane(locations: readonly Location[], count: number): Plane {
  return samplePlane({ locations, fleet: servers(count, { site: locations[0]?.name ?? "" }) });
}

const use1 = location("use1", { region: "us-east-1" });
const renamed = location("virginia", { region: "us-east-1" });

function told(before: Plane, after: Plane): readonly string[] {
  return identityFindings(before, after).map(
    ({ severity, path, message, fix }) => `${severity} ${path}: ${message}; ${fix}`,
  );
}

describe("a location of another name or in another place", () => {
  it("takes the role of its nodes away", () => {
    expect(told(plane([use1], 3), plane([renamed], 3))).to.deep.equal([
      "error locations.virginia: renamed from use1: its windows, baselines, roles and bucket are deleted and made anew, " +
        "and nodes that registered there lose their role: 3 servers; keep the key use1: it is a name in AWS, not a label",
    ]);
  });

  it("fails half-way also where no server is, because names are taken until the old one is gone", () => {
    expect(told(plane([use1], 0), plane([renamed], 0))).to.deep.equal([
      "error locations.virginia: renamed from use1: its windows, baselines, roles and bucket are deleted and made anew, " +
        "and up fails on each that has the old one's name, which it would make first; " +
        "take the location out and run up, then bring it in as it is to be",
    ]);
    expect(told(plane([use1], 0), plane([location("use1", { region: "eu-west-1" })], 0))).to.have.length(1);
  });

  it("is no finding where nothing of it changes, or where one is new or gone", () => {
    expect(told(plane([use1], 0), plane([use1], 3))).to.deep.equal([]);
    expect(told(plane([use1], 0), plane([use1, location("euw1", { region: "eu-west-1" })], 0))).to.deep.equal([]);
    expect(told(plane([use1, location("euw1", { region: "eu-west-1" })], 0), plane([use1], 0))).to.deep.equal([]);
  });
});
