import { expect } from "chai";
import { retryOf, type OnboardingOf } from "../../../domain/onboarding/retry.ts";
import type { OnboardingStatus } from "../../../domain/onboarding/state.ts";
import { server, vm } from "../samplePlane.ts";

const raise = "raise onboarding_attempt in its row, then run pulumi up";

function of(name: string, state: OnboardingStatus["state"], todo?: string): OnboardingOf {
  const onboarding = { state, detail: "seen", ...(todo === undefined ? {} : { todo }) };
  return { server: vm(1, { name }, { onboardingAttempt: 3 }), location: "main", onboarding };
}

describe("which rows are onboarded once more", () => {
  const all = [
    of("expired", "codeExpired", raise),
    of("failed", "failed", `give the VM DNS; ${raise}`),
    of("full", "failed", `a new attempt alone does not help: deregister nodes that are gone; then ${raise}`),
    of("byHand", "failed", "register it anew by hand (docs/onboarding.md)"),
    of("stopped", "stopped", `start the VM, ${raise}`),
    of("other", "otherVm", `set vm_id to x and ${raise}`),
    of("fine", "registered"),
    { server: server(2, { name: "ec2" }), location: "main" },
  ];

  it("are those that failed or whose code ran out, each with what has to be done first", () => {
    expect(retryOf(all).raised.map(({ server: { name }, attempt, first }) => [name, attempt, first])).to.deep.equal([
      ["expired", 4, ""],
      ["failed", 4, "give the VM DNS"],
      ["full", 4, "a new attempt alone does not help: deregister nodes that are gone"],
    ]);
    expect(retryOf(all).left.map(({ server: { name } }) => name)).to.deep.equal(["byHand", "stopped", "other"]);
  });

  it("are those alone that are named, and of each named one it is said why it is left", () => {
    const chosen = retryOf(all, ({ server: { name } }) => ["expired", "fine", "ec2"].includes(name));
    expect(chosen.raised.map(({ server: { name } }) => name)).to.deep.equal(["expired"]);
    expect(chosen.left.map(({ server: { name } }) => name)).to.deep.equal(["fine", "ec2"]);
  });
});
