import { expect } from "chai";
import type { Group } from "../../../domain/plane.ts";
import type { Hook, Hooks, Window } from "../../../domain/window.ts";
import { windowTargets } from "../../../domain/fleet/placement.ts";
import { heldSeconds, hookPath, planTargets, planTasks, type PlannedTask } from "../../../domain/stack/windowTasks.ts";
import { group, window } from "../samplePlane.ts";

const stop: Hook = { name: "stop", linux: ["systemctl stop app"], windows: [], timeoutSeconds: 600 };
const start: Hook = { name: "start", linux: ["systemctl start app"], windows: [], timeoutSeconds: 900 };
const groups: Record<string, Group> = {
  app: group("app"),
  db: group("db", { reboot: "NoReboot" }),
  reviewed: group("reviewed", { approval: "reviewed" }),
  ops: group("ops"),
};

function hooked(hooks: Partial<Hooks> = {}, more: Partial<Window> = {}): Window {
  return window("mw", {
    groups: ["app"],
    minutesPerHost: 30,
    ...more,
    hooks: { before: [stop], after: [start], mustSucceed: false, ...hooks },
  });
}

function tasks(of: Window): readonly PlannedTask[] {
  return planTasks(groups, of, planTargets(of, windowTargets({ groups }, of)));
}

describe("the tasks of a window", () => {
  it("are one per reboot option, at one priority, whatever its hooks: no server waits for another's hook", () => {
    for (const mustSucceed of [false, true]) {
      const shown = tasks(hooked({ mustSucceed }, { groups: ["app", "db"] })).map(({ key, priority, runs }) => ({
        key,
        priority,
        runs,
      }));
      expect(shown).to.deep.equal([
        { key: "patch-reboot-if-needed", priority: 1, runs: { own: "hooked" } },
        { key: "patch-no-reboot", priority: 1, runs: { own: "hooked" } },
      ]);
    }
  });

  it("are one for all its groups where the window has a reboot rule of its own", () => {
    const shown = (more: Partial<Window>) =>
      tasks(window("mw", { groups: ["app", "db"], ...more })).map(({ key, rebootOption }) => [key, rebootOption]);
    expect(shown({ reboot: "RebootIfNeeded" })).to.deep.equal([["patch-reboot-if-needed", "RebootIfNeeded"]]);
    expect(shown({ reboot: "NoReboot" })).to.deep.equal([["patch-no-reboot", "NoReboot"]]);
    expect(shown({ operation: "scan", reboot: "RebootIfNeeded" })).to.deep.equal([["patch-scan", "NoReboot"]]);
  });

  it("run AWS's document with hooks only where all that it promises is enough", () => {
    const path = (hooks: Partial<Hooks>, more: Partial<Window> = {}): string => hookPath(groups, hooked(hooks, more));
    const enough = { atCutoff: "continue" } as const;
    expect(path({ mustSucceed: true }, enough)).to.equal("aws");
    expect(path({ before: [] }, enough)).to.equal("aws");
    // It stops at every failed before-hook, leaves its last hook out when it is cancelled, and takes no override.
    expect(path({ mustSucceed: false }, enough)).to.equal("own");
    expect(path({ mustSucceed: true }, { atCutoff: "cancel" })).to.equal("own");
    expect(path({ mustSucceed: true }, { ...enough, baselineOverride: ["kernel"] })).to.equal("own");
    expect(path({ mustSucceed: true }, { ...enough, groups: ["reviewed"] })).to.equal("own");
    expect(path({ before: [], after: [], mustSucceed: true }, enough)).to.equal("none");
    expect(tasks(hooked({ mustSucceed: true }, enough))[0]?.runs).to.deep.equal({
      aws: "AWS-RunPatchBaselineWithHooks",
    });
    expect(tasks(hooked({ before: [], after: [] }))[0]?.runs).to.deep.equal({ aws: "AWS-RunPatchBaseline" });
  });

  it("put hooks that run once before and after all servers, on their own target, with a short time-out of their own", () => {
    const once = { group: "ops", before: [{ ...stop, name: "drain" }], after: [{ ...start, name: "fill" }] };
    const shown = tasks(hooked({ before: [], after: [], once }));
    expect(shown.map(({ key, target, priority }) => [key, target, priority])).to.deep.equal([
      ["once-drain", "once", 1],
      ["patch-reboot-if-needed", "reboot-if-needed", 2],
      ["once-fill", "once", 3],
    ]);
    expect(shown[0]).to.include({ maxConcurrency: "100%", timeoutSeconds: 120, executionSeconds: 600 });
    expect(shown[0]?.rebootOption).to.equal(undefined);
    const targets = planTargets(hooked({ once }), windowTargets({ groups }, hooked({ once })));
    expect(targets.map(({ key, groups: of }) => [key, of])).to.deep.equal([
      ["reboot-if-needed", ["app"]],
      ["once", ["ops"]],
    ]);
  });

  const { minutesPerHost: _measured, ...unmeasured } = hooked({ before: [stop, { ...stop, timeoutSeconds: 1200 }] });
  const patience: readonly [string, Window, number, number][] = [
    ["without hooks, AWS's two hours and ten minutes", hooked({ before: [], after: [] }), 600, 7800],
    ["with hooks, what a server is planned with and the hooks' limits", unmeasured, 900, 4500],
    ["of a long patching, no longer than a slow server", hooked({}, { minutesPerHost: 100 }), 2400, 6000],
    ["of a short window, no longer than it is open", hooked({}, { minutesPerHost: 300 }), 3600, 7200],
    ["at the least, ten minutes", hooked({ before: [], after: [start] }, { minutesPerHost: 5 }), 600, 4200],
  ];
  for (const [what, of, delivery, held] of patience) {
    it(`wait for a server that does not answer: ${what}`, () => {
      const [task] = tasks(of);
      expect(task?.timeoutSeconds).to.equal(delivery);
      expect(task === undefined ? 0 : heldSeconds(task)).to.equal(held);
    });
  }
});
