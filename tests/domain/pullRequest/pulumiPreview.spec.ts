import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { deployedOperations, readPreview, type Preview } from "../../../domain/pullRequest/pulumiPreview.ts";

const folder = join(import.meta.dirname, "..", "..", "render", "pullRequest", "previews");

/** Recorded from engine 3.250.0 on the embedded cloud; stack traces and time stamps taken out. */
function recorded(name: string): Preview {
  const result = readPreview(readFileSync(join(folder, `${name}.json`), "utf8"));
  if ("missing" in result) throw new Error(result.missing);
  return result.preview;
}

function counts(preview: Preview): Readonly<Record<string, number>> {
  const groups = Map.groupBy(preview.operations, ({ operation }) => operation);
  return Object.fromEntries([...groups].map(([operation, members]) => [operation, members.length]));
}

function step(op: string, more: object = {}): string {
  const urn = "urn:pulumi:prod::patchplane::a:b:C$aws:ssm/activation:Activation::azure/rg/vm::1-activation";
  return JSON.stringify({ steps: [{ op, urn, ...more }], changeSummary: { same: 7 } });
}

describe("a preview's JSON", () => {
  it("is read with every operation, and what stays in the cloud is told from what is deleted", () => {
    const preview = recorded("change");
    expect(counts(preview)).to.deep.equal({ create: 5, replace: 2, delete: 14, leave: 1 });
    expect(preview).to.include({ unchanged: 159 });
    expect(preview.errors).to.deep.equal([]);
    expect(preview.operations.find(({ operation }) => operation === "replace")).to.deep.include({
      type: "aws:ssm/patchGroup:PatchGroup",
      name: "use1-baselines-prod-auto-ubuntu",
      changed: ["baselineId"],
    });
  });

  it("of a refresh holds what drifted, and not what was only read", () => {
    const preview = recorded("drift");
    expect(
      deployedOperations(preview).map(({ operation, name, changed }) => ({ operation, name, changed })),
    ).to.deep.equal([{ operation: "update", name: "use1-mw-scan-all", changed: ["duration"] }]);
  });

  it("of a failed run has the error without colours, and none of the warnings", () => {
    const { errors } = recorded("failed");
    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.match(/^error: 1 fault in Pulumi\.test\.yaml/);
    const coloured = JSON.stringify({
      steps: [],
      diagnostics: [{ severity: "error", message: "\u001B[31mred\u001B[0m\u0007" }],
    });
    expect(readPreview(coloured)).to.have.nested.property("preview.errors[0]", "red");
  });

  it("counts AWS providers that differ in their role apart, and no others", () => {
    const preview = recorded("role");
    expect(preview.operations.map(({ name, changed }) => [name, ...changed])).to.deep.equal([
      ["aws-use1", "assumeRoles"],
      ["aws-euw1", "assumeRoles"],
    ]);
    expect(deployedOperations(preview)).to.deep.equal([]);
    const provider = { op: "update", urn: "urn:pulumi:a::b::pulumi:providers:aws::aws-x" };
    const both = { ...provider, detailedDiff: { "assumeRoles[0].roleArn": {}, region: {} } };
    const role = { ...provider, detailedDiff: { "assumeRoles[0].roleArn": {} } };
    const other = {
      op: "update",
      urn: "urn:pulumi:a::b::pulumi:providers:azure-native::x",
      detailedDiff: { assumeRoles: {} },
    };
    const result = readPreview(JSON.stringify({ steps: [both, role, other] }));
    expect("preview" in result && deployedOperations(result.preview)).to.have.lengthOf(2);
  });

  it("keeps a name with colons whole, and takes the type without its parents", () => {
    const result = readPreview(step("create"));
    expect("preview" in result && result.preview.operations[0]).to.deep.include({
      type: "aws:ssm/activation:Activation",
      name: "azure/rg/vm::1-activation",
      changed: [],
    });
    expect("preview" in result && result.preview.unchanged).to.equal(7);
  });

  it("names the top-level property of every path of a difference, once", () => {
    const detailedDiff = { "tags.Owner": {}, 'tags["a.b"]': {}, "rules[0].filters": {}, '["odd key"].x': {} };
    const result = readPreview(step("update", { detailedDiff, diffReasons: ["tags", "name"] }));
    expect("preview" in result && result.preview.operations[0]?.changed).to.deep.equal([
      "name",
      "odd key",
      "rules",
      "tags",
    ]);
  });

  it("leaves out what reads or changes nothing, and the halves of a replacement", () => {
    for (const op of ["same", "read", "refresh", "create-replacement", "delete-replaced"]) {
      const result = readPreview(step(op));
      expect("preview" in result && result.preview.operations, op).to.deep.equal([]);
    }
  });

  it("that is none says so", () => {
    expect(readPreview("error: no stack named prod")).to.have.property("missing");
    expect(readPreview('{"prod": 1}')).to.have.property("missing");
    expect(readPreview("[]")).to.have.property("missing");
  });
});
