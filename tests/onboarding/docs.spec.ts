import { readFileSync } from "node:fs";
import { expect } from "chai";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { onboardingResourceName } from "../../domain/onboarding/payload.ts";
import { sdkPartitions } from "../domain/stack/sdkPartitions.ts";
import { pinnedFingerprint } from "./linuxMachine.ts";

const docs = readFileSync("docs/onboarding.md", "utf8");
const script = loadOnboardingScripts(process.cwd())["v2"]?.linux ?? "";

function sortedCodes(matches: Iterable<RegExpMatchArray>): number[] {
  return [...new Set([...matches].map((match) => Number(match[1])))].sort((a, b) => a - b);
}

describe("docs/onboarding.md", () => {
  it("explains exactly the exit codes that the Linux script has", () => {
    const documented = sortedCodes(docs.matchAll(/^\| ([0-9]+) +\|/gm));
    expect(documented).to.deep.equal([0, ...sortedCodes(script.matchAll(/\b(?:fail |reason=)([0-9]+) /g))]);
  });

  it("agrees with the table at the head of the Linux script", () => {
    const head = script.split("set +x")[0] ?? "";
    const listed = sortedCodes([
      ...head.matchAll(/^# {1,3}([0-9]+) {2}\S/gm),
      ...head.matchAll(/ {3,}([0-9]{2}) {2}\S/g),
    ]);
    expect(listed).to.deep.equal(sortedCodes(docs.matchAll(/^\| ([0-9]+) +\|/gm)));
  });

  it("names what the hosts of each partition end in, with how its Regions begin", () => {
    const rows = [...docs.matchAll(/^\| `([a-z-]+)\*` +\| `([a-z-]+)`[^|]* +\| `([a-z0-9.-]+)` +\|$/gm)];
    for (const { id, dnsSuffix, regions } of sdkPartitions()) {
      for (const region of regions) {
        const row = rows.find(([, start]) => start !== undefined && region.startsWith(start));
        expect(row?.[3] ?? "amazonaws.com", region).to.equal(dnsSuffix);
        if (row !== undefined) expect(row[2], region).to.equal(id);
      }
    }
  });

  it("names the pinned key and the extension as they are", () => {
    expect(docs.replaceAll(" ", "")).to.include(pinnedFingerprint);
    expect(script).to.include(`pin ${pinnedFingerprint} `);
    expect(docs).to.include(`/extensions/${onboardingResourceName}'`);
  });
});
