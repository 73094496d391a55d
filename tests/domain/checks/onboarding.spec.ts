import { expect } from "chai";
import { readdirSync } from "node:fs";
import { checkOnboardingScripts } from "../../../domain/checks/onboarding.ts";
import { newestScript, scriptVersion, supersededBecause } from "../../../domain/fleet/onboardingScripts.ts";
import { samplePlane, server } from "../samplePlane.ts";

function row(number: number, site: string, onboardingScript: string, patchGroup = "app") {
  const azure = { subscriptionId: "s", resourceGroup: "rg", vmName: "vm", vmId: "v" } as const;
  const how = { onboardingMethod: "customScript", onboardingScript, onboardingAttempt: 1 } as const;
  return server(number, { cloud: "azure", site, patchGroup, azure: { ...azure, ...how } });
}

describe("the check of onboarding scripts", () => {
  it("knows every released version: the newest, and why each other one is not taken any more", () => {
    const released = readdirSync("components/azure/onboarding").filter((name) => /^v\d+$/.test(name));
    const newest = released.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))).at(-1);
    expect(newestScript).to.equal(newest);
    expect(released.filter((name) => supersededBecause(name) === undefined)).to.deep.equal([newest]);
  });

  it("takes a version with one more signing key for that version", () => {
    expect([scriptVersion("v2+2028"), supersededBecause("v1+2028") !== undefined]).to.deep.equal(["v2", true]);
  });

  it("says per subscription who still has an old one, and why to raise it", () => {
    const fleet = [row(2, "apps", "v1"), row(3, "apps", "v2"), row(4, "data", "v1"), row(5, "apps", "v1")];
    const found = checkOnboardingScripts(samplePlane({ fleet }));
    expect(found.map(({ line, about, allowed }) => ({ line, about, allowed }))).to.deep.equal([
      { line: fleet[0]?.line, about: { subscription: "apps", server: fleet[0]?.id }, allowed: "v2" },
      { line: fleet[2]?.line, about: { subscription: "data", server: fleet[2]?.id }, allowed: "v2" },
    ]);
    expect(found[0]?.message).to.match(/^2 servers \(fleet lines .*\) of subscription apps with script v1: on Ubuntu /);
  });

  it("has nothing to say about rows with the newest, with a key or without", () => {
    expect(checkOnboardingScripts(samplePlane({ fleet: [row(2, "apps", "v2"), row(3, "apps", "v2+2028")] }))).to.be
      .empty;
  });
});
