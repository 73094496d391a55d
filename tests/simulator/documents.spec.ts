import { UpdateDocumentCommand } from "@aws-sdk/client-ssm";
import type { DocumentKeyValuesFilter, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { refusal } from "./cloudFixture.ts";
import { inFreshCloud, ssm } from "./freshCloud.ts";

const step = { action: "aws:runShellScript", name: "run", inputs: { runCommand: ["true"] } };

function content(more: object): string {
  return JSON.stringify({ schemaVersion: "2.2", mainSteps: [step], ...more });
}

async function create(ssm: SSM, Name: string, more: object): Promise<unknown> {
  return ssm.createDocument({ Name, DocumentType: "Command", Content: content(more) });
}

// What AWS checks and in which words: https://github.com/badmintoncryer/cdk-preflight, rule pf-ssm-document-content;
// what there is: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
// and https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
describe("embedded cloud: content of documents", () => {
  inFreshCloud();

  const refused: readonly [string, object, string][] = [
    [
      "an action that no plugin has",
      { mainSteps: [{ ...step, action: "aws:noSuch" }] },
      "Unknown plugin name: aws:noSuch",
    ],
    [
      "an action of Automation runbooks",
      { mainSteps: [{ ...step, action: "aws:executeScript" }] },
      "Unknown plugin name: aws:executeScript",
    ],
    [
      "a placeholder of a parameter that it does not declare",
      { mainSteps: [{ ...step, inputs: { runCommand: ["echo {{ missing }}"] } }] },
      'Parameter "missing" is not declared.',
    ],
    ["two steps of one name", { mainSteps: [step, step] }, "Duplicate step names found in mainSteps of the document."],
    ["a step's name with a hyphen", { mainSteps: [{ ...step, name: "run-it" }] }, "StepName: run-it is invalid."],
    ["a step without a name", { mainSteps: [{ action: step.action }] }, 'Missing "name" in step detail.'],
    ["no step at all", { mainSteps: [] }, 'Missing "mainSteps" in the document.'],
    ["a key at the top that its schema does not have", { runtimeConfig: {} }, 'Unknown property "runtimeConfig".'],
    [
      "a parameter's name with an underscore",
      { parameters: { reboot_option: { type: "String" } } },
      'Parameter name "reboot_option" is not alpha-numeric.',
    ],
    [
      "a parameter's type that there is not",
      { parameters: { A: { type: "string" } } },
      "Parameter type: string is invalid.",
    ],
    [
      "a platform that there is not",
      { mainSteps: [{ ...step, precondition: { StringEquals: ["platformType", "linux"] } }] },
      "Invalid precondition, unrecognized values [platformType, linux] encountered.",
    ],
  ];
  for (const [what, more, message] of refused) {
    it(`refuses ${what}, in a new document and in a new version`, async () => {
      expect(await refusal(create(ssm, "hook", more))).to.deep.equal({ name: "InvalidDocumentContent", message });
      await create(ssm, "hook", {});
      const update = new UpdateDocumentCommand({ Name: "hook", Content: content(more), DocumentVersion: "$LATEST" });
      expect((await refusal(ssm.send(update))).name).to.equal("InvalidDocumentContent");
    });
  }

  it("takes what the plugin reference and Parameter Store references allow", async () => {
    const mainSteps = [
      { action: "aws:downloadContent", name: "fetch_1", inputs: { sourceType: "S3", sourceInfo: "{{ Source }}" } },
      { action: "aws:runShellScript", name: "run", inputs: { runCommand: ["echo {{ssm:a-parameter}}"] } },
    ];
    await create(ssm, "hook", { description: "d", parameters: { Source: { type: "String" } }, mainSteps });
    const { Document } = await ssm.describeDocument({ Name: "hook" });
    expect(Document?.Parameters).to.deep.equal([{ Name: "Source", Type: "String" }]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html, Name
  for (const Name of ["aws-mine", "AWS-Mine", "amazon-mine", "amznMine", "AWSEC2-x", "AWSConfigRemediation-x"]) {
    it(`refuses the name ${Name}, whose prefix is AWS's own`, async () => {
      expect(await refusal(create(ssm, Name, {}))).to.deep.equal({
        name: "ValidationException",
        message: `Invalid document name ${Name}`,
      });
    });
  }
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentKeyValuesFilter.html
describe("embedded cloud: lists of documents", () => {
  inFreshCloud();

  async function named(ssm: SSM, ...Filters: DocumentKeyValuesFilter[]): Promise<(string | undefined)[]> {
    const found = await ssm.listDocuments({ Filters, MaxResults: 50 });
    return found.DocumentIdentifiers?.map((document) => document.Name) ?? [];
  }

  it("keeps those of a platform, an owner and a type", async () => {
    const linux = { ...step, precondition: { StringEquals: ["platformType", "Linux"] } };
    await create(ssm, "linux-only", { mainSteps: [linux] });
    const own = { Key: "Owner", Values: ["Self"] };
    expect(await named(ssm, own, { Key: "PlatformTypes", Values: ["Linux"] })).to.deep.equal(["linux-only"]);
    expect(await named(ssm, own, { Key: "PlatformTypes", Values: ["Windows"] })).to.deep.equal([]);
    expect(await named(ssm, { Key: "PlatformTypes", Values: ["Windows"] })).to.include("AWS-RunPatchBaseline");
    expect(await named(ssm, own, { Key: "DocumentType", Values: ["Automation"] })).to.deep.equal([]);
    expect((await refusal(named(ssm, { Key: "Nothing", Values: ["x"] }))).name).to.equal("InvalidFilterKey");
  });

  it("takes the older list of filters too", async () => {
    await create(ssm, "mine", {});
    const DocumentFilterList = [{ key: "Owner" as const, value: "Self" }];
    const found = await ssm.listDocuments({ DocumentFilterList });
    expect(found.DocumentIdentifiers?.map((document) => document.Name)).to.deep.equal(["mine"]);
  });
});
