import { expect } from "chai";
import { sessionNameOf } from "../../../domain/stack/sessionName.ts";

describe("the name of a session in which a role is taken", () => {
  for (const [arn, name] of [
    ["arn:aws:iam::111122223333:user/people/anna", "patchplane-anna"],
    ["arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Ops_0a1b/anna@example.com", "patchplane-anna@example.com"],
    ["arn:aws-us-gov:sts::111122223333:federated-user/anna", "patchplane-anna"],
    ["arn:aws:iam::111122223333:root", "patchplane-root"],
    // What the workflow calls its own session leads to its run.
    ["arn:aws:sts::111122223333:assumed-role/entry/patchplane-operate-17", "patchplane-operate-17"],
    ["arn:aws:iam::111122223333:user/änna:x", "patchplane--nna-x"],
    [`arn:aws:iam::111122223333:user/${"a".repeat(64)}`, `patchplane-${"a".repeat(53)}`],
    [null, "patchplane"],
  ] as const)
    it(`of ${arn ?? "nobody known"} is ${name}, which AWS takes`, () => {
      expect(sessionNameOf(arn)).to.equal(name);
      expect(name).to.match(/^[\w+=,.@-]{2,64}$/);
    });
});
