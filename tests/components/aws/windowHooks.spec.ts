import { expect } from "chai";
import { WindowHooks } from "../../../components/aws/windowHooks.ts";
import type { Hook, Hooks } from "../../../domain/plane.ts";
import { valueOf } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { sampleLocation, sampleWindow, tags } from "./samples.ts";

const stop: Hook = {
  name: "stop-service",
  linux: ["systemctl stop app"],
  windows: ["Stop-Service app"],
  timeoutSeconds: 60,
};
const start: Hook = { name: "start-service", linux: ["systemctl start app"], windows: [], timeoutSeconds: 120 };

const windowWith = (hooks: Partial<Hooks> = {}) =>
  sampleWindow({ hooks: { before: [stop], after: [start], mustSucceed: false, ...hooks } });
const usual = { environment: "prod", location: sampleLocation(), window: windowWith() };
const { built, made } = builderOf(WindowHooks, "hooks", usual);

describe("WindowHooks", () => {
  it("makes one Command document per hook, with a step per platform that has lines", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal(["Document hooks-start-service", "Document hooks-stop-service"]);
    expectInherited(recorder);
    const document = recorder.only("Document", "hooks-stop-service");
    expect(document.inputs).to.deep.include({
      name: "patchplane-prod-mw-install-auto-stop-service",
      documentType: "Command",
      documentFormat: "JSON",
      tags,
    });
    expect(json(document, "content")).to.deep.equal({
      schemaVersion: "2.2",
      description: "patchplane: stop-service around mw-install-auto",
      mainSteps: [
        {
          action: "aws:runShellScript",
          name: "stopServiceLinux",
          precondition: { StringEquals: ["platformType", "Linux"] },
          inputs: { runCommand: ["systemctl stop app"], timeoutSeconds: "60" },
        },
        {
          action: "aws:runPowerShellScript",
          name: "stopServiceWindows",
          precondition: { StringEquals: ["platformType", "Windows"] },
          inputs: { runCommand: ["Stop-Service app"], timeoutSeconds: "60" },
        },
      ],
    });
    const linuxOnly = json(recorder.only("Document", "hooks-start-service"), "content");
    expect(linuxOnly).to.have.property("mainSteps").with.lengthOf(1);
  });

  it("puts hooks and patching into one document when the before-hooks must succeed", async () => {
    const recorder = await built({ window: windowWith({ mustSucceed: true }) });
    expect(inventory(recorder)).to.deep.equal(["Document hooks-guarded"]);
    const document = recorder.only("Document");
    expect(document.inputs["name"]).to.equal("patchplane-prod-mw-install-auto-guarded");
    const content = json(document, "content") as { parameters: object; mainSteps: { name: string; inputs: object }[] };
    expect(content.mainSteps.map((step) => step.name)).to.deep.equal([
      "stopServiceLinux",
      "stopServiceWindows",
      "patch",
      "startServiceLinux",
    ]);
    expect(content.mainSteps.slice(0, 2).map((step) => step.inputs)).to.deep.equal([
      { runCommand: ["systemctl stop app"], timeoutSeconds: "60", onFailure: "exit" },
      { runCommand: ["Stop-Service app"], timeoutSeconds: "60", onFailure: "exit" },
    ]);
    expect(content.mainSteps[2]).to.deep.equal({
      action: "aws:runDocument",
      name: "patch",
      inputs: {
        documentType: "SSMDocument",
        documentPath: "AWS-RunPatchBaseline",
        documentParameters: {
          BaselineOverride: "{{ BaselineOverride }}",
          InstallOverrideList: "{{ InstallOverrideList }}",
          Operation: "{{ Operation }}",
          RebootOption: "{{ RebootOption }}",
          SnapshotId: "{{ SnapshotId }}",
        },
      },
    });
    expect(content.mainSteps[3]?.inputs).to.deep.equal({ runCommand: ["systemctl start app"], timeoutSeconds: "120" });
  });

  it("declares every parameter that the guarded document hands on, with defaults for the optional ones", async () => {
    const { parameters } = json(
      (await built({ window: windowWith({ mustSucceed: true }) })).only("Document"),
      "content",
    ) as {
      parameters: Record<string, { type: string; default?: string; allowedValues?: string[] }>;
    };
    expect(Object.keys(parameters)).to.deep.equal([
      "BaselineOverride",
      "InstallOverrideList",
      "Operation",
      "RebootOption",
      "SnapshotId",
    ]);
    for (const optional of ["BaselineOverride", "InstallOverrideList", "SnapshotId"]) {
      expect(parameters[optional]?.default, optional).to.equal("");
    }
    expect(parameters["Operation"]?.allowedValues).to.deep.equal(["Scan", "Install"]);
    expect(parameters["RebootOption"]?.allowedValues).to.deep.equal(["RebootIfNeeded", "NoReboot"]);
  });

  it("answers the documents' names by hook", async () => {
    const { documentNames } = await made();
    const names = await Promise.all(
      Object.entries(documentNames).map(async ([key, name]) => [key, await valueOf(name)]),
    );
    expect(Object.fromEntries(names)).to.deep.equal({
      "stop-service": "patchplane-prod-mw-install-auto-stop-service",
      "start-service": "patchplane-prod-mw-install-auto-start-service",
    });
  });
});
