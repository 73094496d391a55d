import { expect } from "chai";
import { OperatorDocuments } from "../../../components/aws/operatorDocuments.ts";
import { operatorDocuments } from "../../../domain/stack/operatorDocuments.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { sampleLocation, tags } from "./samples.ts";

const documents = operatorDocuments("prod", "the-bucket");
const { built } = builderOf(OperatorDocuments, "operators", {
  environment: "prod",
  location: sampleLocation(),
  documents,
});

describe("OperatorDocuments", () => {
  it("makes a Command document each that scans, reboots, looks whether a server is ready, and installs nothing, by names that stay", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Document operators-drill",
      "Document operators-readiness",
      "Document operators-reboot",
      "Document operators-scan",
    ]);
    expectInherited(recorder);
    for (const { key, name, content } of documents) {
      const document = recorder.only("Document", `operators-${key}`);
      expect(document.inputs).to.deep.include({ name, documentType: "Command", documentFormat: "JSON", tags });
      expect(json(document, "content")).to.deep.equal(JSON.parse(JSON.stringify(content)));
    }
  });
});
