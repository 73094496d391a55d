import { expect } from "chai";
import type { Hook, Hooks, Window } from "../../../domain/window.ts";
import { hookDocuments, type HookPath, type PlannedDocument } from "../../../domain/stack/hookDocuments.ts";
import { window } from "../samplePlane.ts";

const stop: Hook = {
  name: "stop-service",
  linux: ["systemctl stop app"],
  windows: ["Stop-Service app"],
  timeoutSeconds: 60,
};
const start: Hook = { name: "start-service", linux: ["systemctl start app"], windows: [], timeoutSeconds: 120 };
const drain: Hook = { name: "drain", linux: ["drain app"], windows: [], timeoutSeconds: 300 };

function hooked(hooks: Partial<Hooks> = {}, name = "mw-install-auto"): Window {
  return window(name, { hooks: { before: [stop], after: [start], mustSucceed: false, ...hooks } });
}

function documents(hooks: Partial<Hooks> = {}, path: HookPath = "own"): readonly PlannedDocument[] {
  return hookDocuments("prod", hooked(hooks), path);
}

function only(all: readonly PlannedDocument[], key: string): PlannedDocument {
  const found = all.find((document) => document.key === key);
  if (found === undefined) throw new Error(`no document ${key}`);
  return found;
}

function stepsOf(all: readonly PlannedDocument[], key: string) {
  return only(all, key).content.mainSteps;
}

const platform = (name: "Linux" | "Windows") => ({ StringEquals: ["platformType", name] });
const handedOn = {
  BaselineOverride: "{{ BaselineOverride }}",
  InstallOverrideList: "{{ InstallOverrideList }}",
  Operation: "{{ Operation }}",
  RebootOption: "{{ RebootOption }}",
  SnapshotId: "{{ SnapshotId }}",
};

describe("the documents of a window's hooks", () => {
  it("hold before, patching with all its parameters, and after, each document after those that it runs", () => {
    const all = documents();
    expect(all.map(({ key }) => key)).to.deep.equal(["after", "server", "hooked"]);
    expect(stepsOf(all, "server")).to.deep.equal([
      {
        action: "aws:runShellScript",
        name: "stopServiceLinux",
        precondition: platform("Linux"),
        inputs: { runCommand: ["systemctl stop app"], timeoutSeconds: "60" },
      },
      {
        action: "aws:runPowerShellScript",
        name: "stopServiceWindows",
        precondition: platform("Windows"),
        inputs: { runCommand: ["Stop-Service app"], timeoutSeconds: "60" },
      },
      {
        action: "aws:runDocument",
        name: "patch",
        inputs: { documentType: "SSMDocument", documentPath: "AWS-RunPatchBaseline", documentParameters: handedOn },
      },
      {
        action: "aws:runDocument",
        name: "after",
        inputs: { documentType: "SSMDocument", documentPath: only(all, "after").name, finallyStep: "true" },
      },
    ]);
    expect(stepsOf(all, "after")).to.deep.equal([
      {
        action: "aws:runShellScript",
        name: "startServiceLinux",
        precondition: platform("Linux"),
        inputs: { runCommand: ["systemctl start app"], timeoutSeconds: "120" },
      },
    ]);
  });

  it("leave the agent a single step in the command's own document, so that a cancel finds nothing to leave out", () => {
    const all = documents();
    expect(stepsOf(all, "hooked")).to.deep.equal([
      {
        action: "aws:runDocument",
        name: "server",
        inputs: {
          documentType: "SSMDocument",
          documentPath: only(all, "server").name,
          documentParameters: handedOn,
        },
      },
    ]);
  });

  it("end at a failing before-hook only when it must succeed, and run the after-hooks then too", () => {
    const onFailure = (mustSucceed: boolean) =>
      stepsOf(documents({ mustSucceed }), "server").map(({ inputs }) => inputs["onFailure"]);
    expect(onFailure(false)).to.deep.equal([undefined, undefined, undefined, undefined]);
    expect(onFailure(true)).to.deep.equal(["exit", "exit", undefined, undefined]);
    // The agent heeds finallyStep in the last step of a document and nowhere else.
    expect(stepsOf(documents({ mustSucceed: true }), "server").at(-1)?.inputs["finallyStep"]).to.equal("true");
  });

  it("declare every parameter that they hand on, with defaults for the optional ones", () => {
    for (const key of ["server", "hooked"]) {
      const parameters = only(documents(), key).content.parameters ?? {};
      expect(Object.keys(parameters), key).to.deep.equal(Object.keys(handedOn));
      for (const optional of ["BaselineOverride", "InstallOverrideList", "SnapshotId"])
        expect(parameters[optional]?.default, optional).to.equal("");
      expect(parameters["Operation"]?.allowedValues).to.deep.equal(["Scan", "Install"]);
      expect(parameters["RebootOption"]?.allowedValues).to.deep.equal(["RebootIfNeeded", "NoReboot"]);
    }
  });

  it("are two without after-hooks, and none without hooks", () => {
    expect(documents({ after: [] }).map(({ key }) => key)).to.deep.equal(["server", "hooked"]);
    expect(documents({ before: [], after: [] }, "none")).to.deep.equal([]);
  });

  it("are those of its hooks alone for AWS-RunPatchBaselineWithHooks, and a failing before-hook ends its document", () => {
    const all = documents({ before: [stop, drain], mustSucceed: true }, "aws");
    expect(all.map(({ key }) => key)).to.deep.equal(["before", "after"]);
    expect(stepsOf(all, "before").map(({ name, inputs }) => [name, inputs["onFailure"]])).to.deep.equal([
      ["stopServiceLinux", "exit"],
      ["stopServiceWindows", "exit"],
      ["drainLinux", "exit"],
    ]);
    expect(stepsOf(all, "after").map(({ inputs }) => inputs["onFailure"])).to.deep.equal([undefined]);
    expect(documents({ before: [] }, "aws").map(({ key }) => key)).to.deep.equal(["after"]);
  });

  it("have one for each hook that runs once", () => {
    const all = documents({ before: [], after: [], once: { group: "ops", before: [drain], after: [start] } }, "none");
    expect(all.map(({ key }) => key)).to.deep.equal(["once-drain", "once-start-service"]);
    expect(stepsOf(all, "once-drain")[0]?.inputs).to.deep.equal({ runCommand: ["drain app"], timeoutSeconds: "300" });
  });

  it("are named by their content, down to what they run", () => {
    const names = (hooks: Partial<Hooks>) => documents(hooks).map(({ name }) => name);
    expect(names({})).to.deep.equal(names({}));
    for (const name of names({})) expect(name).to.match(/^patchplane-prod-mw-install-auto-[a-z]+-[0-9a-f]{8}$/);
    const changed = names({ after: [{ ...start, linux: ["systemctl start other"] }] });
    for (const [index, name] of names({}).entries()) expect(changed[index]).not.to.equal(name);
  });

  it("keep key and digest at the end of a name that is cut to AWS's 128 characters", () => {
    const [first, second] = ["x", "y"].map((end) =>
      hookDocuments("prod", hooked({}, `mw-${"x".repeat(130)}${end}`), "own").map(({ name }) => name),
    );
    for (const name of [...(first ?? []), ...(second ?? [])]) {
      expect(name.length).to.be.at.most(128);
      expect(name).to.match(/-(after|server|hooked)-[0-9a-f]{8}$/);
    }
    expect(first?.[2]).not.to.equal(second?.[2]);
  });
});
