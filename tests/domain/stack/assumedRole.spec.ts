import { expect } from "chai";
import { assumedRole } from "../../../domain/stack/assumedRole.ts";

const deploy = "arn:aws-us-gov:iam::111122223333:role/platform/patchplane-deploy";

describe("the role assumed in an account", () => {
  it("is the stack file's, or the named one of the same account and partition", () => {
    expect(assumedRole(deploy, undefined)).to.equal(deploy);
    expect(assumedRole(deploy, "")).to.equal(deploy);
    expect(assumedRole(deploy, "patchplane-preview")).to.equal(
      "arn:aws-us-gov:iam::111122223333:role/patchplane-preview",
    );
    expect(assumedRole(deploy, "read/patchplane-preview")).to.match(/:role\/read\/patchplane-preview$/);
  });

  it("is none where the stack file names none: the credentials at hand are meant", () => {
    expect(assumedRole(undefined, "patchplane-preview")).to.equal(undefined);
  });
});
