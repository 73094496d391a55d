import { expect } from "chai";
import { readPlaneFrom } from "../../config/file.ts";
import { faultsOf, filesOf, fleetText, smallSettings, stackText } from "./sources.ts";

function faults(environment: string, ...others: readonly string[]): readonly string[] {
  const files = {
    "fleet.csv": fleetText({}),
    [`Pulumi.${environment}.yaml`]: stackText({ ...smallSettings, environment }),
    ...Object.fromEntries(
      others.map((name) => [`Pulumi.${name}.yaml`, stackText({ ...smallSettings, environment: name })]),
    ),
  };
  return faultsOf(readPlaneFrom(filesOf(files), environment));
}

describe("an environment's name", () => {
  it("is none of the bootstrap's words, and the fault says where", () => {
    for (const name of ["entry", "deploy", "preview", "operator", "boundary"]) {
      const [fault = ""] = faults(name);
      expect(fault).to.match(new RegExp(`^Pulumi\\.${name}\\.yaml:\\d+: `));
      expect(fault).to.contain("environment").and.contain("the bootstrap's own roles are called so");
    }
    expect(faults("entry-level")).to.deep.equal([]);
  });

  it("neither begins another environment's name nor goes on from it", () => {
    for (const [own, other] of [
      ["prod", "prod-apac"],
      ["prod-apac", "prod"],
    ] as const) {
      const [fault = ""] = faults(own, other);
      expect(fault).to.match(new RegExp(`^Pulumi\\.${own}\\.yaml:\\d+: `));
      expect(fault).to.contain(`environment ${other} has a name that begins alike`);
    }
    expect(faults("prod-apac", "prod")[0]).to.contain("apac-prod");
    expect(faults("prod", "nonprod", "production", "apac-prod")).to.deep.equal([]);
  });
});
