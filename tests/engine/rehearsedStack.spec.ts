import { expect } from "chai";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { byText } from "../../domain/text.ts";
import { openStack } from "../../rehearsal/stack.ts";
import { startCloud, worldFromPlane, type JournalEntry } from "../../simulator/index.ts";
import { root } from "../config/sources.ts";
import { planeOf } from "../rehearsal/played.ts";
import { engineFixture } from "./engineFixture.ts";

const week = 7 * 86_400_000;

/** VMs are onboarded side by side, at one instant of the clock: in which order is the engine's affair. */
function inOrder(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  const place = (entry: JournalEntry): string => (entry.kind === "onboarding" ? entry.machine : "");
  return journal.toSorted((a, b) => a.at.getTime() - b.at.getTime() || byText(place(a), place(b)));
}

describe("a stack that is rehearsed", function () {
  this.timeout(300_000);
  const fixture = engineFixture();

  it("is the one that the real engine deploys: a week on both is the same, id by id", async () => {
    // The reporter only tells of runs, and rehearsals leave it out.
    await fixture.edit("Pulumi.test.yaml", /$/, "\n  patchplane:reports: { afterWindows: false }\n");
    await fixture.up();
    const plane = planeOf(fixture.root, "test");
    const now = fixture.cloud.now();
    const cloud = await startCloud({ world: worldFromPlane(plane, { seed: 1 }), now, seed: 1, journalOnly: true });
    try {
      await openStack(cloud.url, loadOnboardingScripts(root)).deploy(plane);
      for (const each of [cloud, fixture.cloud]) await each.advanceTo(new Date(now.getTime() + week));
      const { entries } = cloud.journal;
      expect(inOrder(fixture.cloud.journal.entries)).to.deep.equal(inOrder(entries));
      const counted = Map.groupBy(entries, ({ kind }) => kind);
      expect(counted.get("onboarding")).to.have.length(3);
      expect(counted.get("windowRun")?.length).to.be.greaterThan(10);
      const installed = entries.filter((entry) => entry.kind === "patching" && entry.outcome === "patched");
      expect(installed.length).to.be.greaterThan(2);
    } finally {
      await cloud.close();
    }
  });
});
