import { expect } from "chai";
import { checkIgnoredTags } from "../../../domain/checks/ignoredTags.ts";
import { location, samplePlane } from "../samplePlane.ts";

function found(keys: readonly string[], keyPrefixes: readonly string[] = []) {
  const locations = [location("one", { tags: { CostCenter: "4711" } })];
  return checkIgnoredTags(samplePlane({ locations, ignoredTags: { keys, keyPrefixes } })).map(
    ({ path, message, value }) => `${path} ${String(value)}: ${message}`,
  );
}

describe("ignored tags", () => {
  it("are a finding where the stack sets them itself, by its own names or by the stack file's", () => {
    expect(found(["ManagedBy", "CostCenter"], ["Env", "C"])).to.deep.equal([
      "ignoredTags.keys ManagedBy: the stack sets such a tag itself: ManagedBy",
      "ignoredTags.keys CostCenter: the stack sets such a tag itself: CostCenter",
      "ignoredTags.keyPrefixes Env: the stack sets such a tag itself: Environment",
      "ignoredTags.keyPrefixes C: the stack sets such a tag itself: CostCenter",
    ]);
  });

  it("are none where only others set them, by the provider's exact names", () => {
    expect(found(["managedby", "Backup"], ["map-", "cost"])).to.deep.equal([]);
    expect(checkIgnoredTags(samplePlane({}))).to.deep.equal([]);
  });
});
