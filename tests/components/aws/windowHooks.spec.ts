import { expect } from "chai";
import { WindowHooks } from "../../../components/aws/windowHooks.ts";
import { hookDocuments } from "../../../domain/stack/hookDocuments.ts";
import { valueOf } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { start, stop } from "./builtWindow.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { sampleLocation, sampleWindow, tags } from "./samples.ts";

const window = sampleWindow({ hooks: { before: [stop], after: [start], mustSucceed: true } });
const documents = hookDocuments("prod", window, "own");
const { built, made } = builderOf(WindowHooks, "hooks", { environment: "prod", location: sampleLocation(), documents });

describe("WindowHooks", () => {
  it("makes one Command document for each that the window's hooks need", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Document hooks-after",
      "Document hooks-hooked",
      "Document hooks-server",
    ]);
    expectInherited(recorder);
    for (const { key, name, content } of documents) {
      const document = recorder.only("Document", `hooks-${key}`);
      expect(document.inputs).to.deep.include({
        name,
        documentType: "Command",
        documentFormat: "JSON",
        tags,
      });
      expect(json(document, "content")).to.deep.equal(JSON.parse(JSON.stringify(content)));
    }
  });

  it("makes a document after those that it runs, so that none is sent before it can be fetched", async () => {
    const names = (await built()).ofType("Document").map(({ name }) => name);
    expect(names).to.deep.equal(["hooks-after", "hooks-server", "hooks-hooked"]);
  });

  it("answers the documents' names by key", async () => {
    const { documentNames } = await made();
    const names = await Promise.all(
      Object.entries(documentNames).map(async ([key, name]) => [key, await valueOf(name)] as const),
    );
    expect(Object.fromEntries(names)).to.deep.equal(Object.fromEntries(documents.map(({ key, name }) => [key, name])));
  });
});
