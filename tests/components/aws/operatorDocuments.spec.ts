import { expect } from "chai";
import { OperatorDocuments } from "../../../components/aws/operatorDocuments.ts";
import { operatorDocuments } from "../../../domain/stack/operatorDocuments.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { sampleLocation, tags } from "./samples.ts";

const { built } = builderOf(OperatorDocuments, "operators", { environment: "prod", location: sampleLocation() });

describe("OperatorDocuments", () => {
  it("makes a Command document each that scans, reboots, and looks whether a server is ready, by names that stay", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Document operators-readiness",
      "Document operators-reboot",
      "Document operators-scan",
    ]);
    expectInherited(recorder);
    for (const { key, name, content } of operatorDocuments("prod")) {
      const document = recorder.only("Document", `operators-${key}`);
      expect(document.inputs).to.deep.include({ name, documentType: "Command", documentFormat: "JSON", tags });
      expect(json(document, "content")).to.deep.equal(JSON.parse(JSON.stringify(content)));
    }
  });
});
