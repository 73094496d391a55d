import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { settled, startMocks, valueOf } from "./mocks.ts";

class Thing extends pulumi.CustomResource {
  declare readonly secretInput: pulumi.Output<string>;
  constructor(name: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, args, opts);
  }
}

describe("the mock harness", () => {
  it("records inputs without secret marks, and where the marks were", async () => {
    const recorder = await startMocks();
    new Thing("a", { plain: 1, deep: { hidden: pulumi.secret("s") } });
    await settled();
    const thing = recorder.only("test:index:Thing", "a");
    expect(thing.inputs).to.deep.equal({ plain: 1, deep: { hidden: "s" } });
    expect(thing.secretPaths).to.deep.equal(["deep.hidden"]);
  });

  it("records the options that Pulumi's own mocks leave out", async () => {
    const recorder = await startMocks();
    const first = new Thing("a", {});
    new Thing("b", {}, { dependsOn: first, ignoreChanges: ["x"], retainOnDelete: true, deleteBeforeReplace: true });
    await settled();
    const thing = recorder.only("test:index:Thing", "b");
    expect(thing.dependsOn).to.deep.equal([await valueOf(first.urn)]);
    expect(thing).to.include({ retainOnDelete: true, deleteBeforeReplace: true, provider: "" });
    expect(thing.ignoreChanges).to.deep.equal(["x"]);
  });

  it("fails a lookup that matches nothing, with what there is", async () => {
    const recorder = await startMocks();
    new Thing("a", {});
    await settled();
    expect(() => recorder.only("test:index:Other")).to.throw(/found 0 among\n {2}test:index:Thing a/);
  });
});
