import { expect } from "chai";
import { rules, violations } from "../../policy/guard.ts";
import type { Registration } from "../../policy/registration.ts";
import { judged } from "./judged.ts";

const provider = "urn:pulumi:a::b::pulumi:providers:aws::aws-x::id";

function registration(type: string, inputs: object, more: Partial<Registration> = {}): Registration {
  return {
    type,
    name: "x",
    urn: `urn:pulumi:a::b::${type}::x`,
    provider,
    custom: true,
    inputs: inputs as Registration["inputs"],
    secretPaths: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ...more,
  };
}

function policy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

const onVm = { retainOnDelete: true, deleteBeforeReplace: true };
const bucketArn = "arn:aws:s3:::patchplane-prod-x";
const closed = {
  bucket: "b",
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Each kind of resource as it has to be. */
const good = {
  activation: registration(
    "aws:ssm/activation:Activation",
    { registrationLimit: 1, tags: { PatchGroup: "a" } },
    {
      additionalSecretOutputs: ["activationCode"],
      ignoreChanges: ["expirationDate", "iamRole", "name", "registrationLimit", "tags", "tagsAll"],
    },
  ),
  extension: registration(
    "azure-native:compute:VirtualMachineExtension",
    { protectedSettings: { script: "c2VjcmV0" } },
    { ...onVm, secretPaths: ["protectedSettings"] },
  ),
  runCommand: registration(
    "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
    { protectedParameters: [{ name: "CODE", value: "the-code" }] },
    { ...onVm, secretPaths: ["protectedParameters"] },
  ),
  policy: registration("aws:iam/policy:Policy", {
    policy: policy({ Action: ["s3:GetObject"], Resource: `${bucketArn}/*` }),
  }),
  role: registration("aws:iam/role:Role", {
    path: "/patchplane/prod/",
    permissionsBoundary: "arn:aws:iam::111122223333:policy/patchplane-boundary-prod",
    assumeRolePolicy: policy({ Principal: { Service: "ssm.amazonaws.com" }, Action: "sts:AssumeRole" }),
  }),
  attachment: registration("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn: "arn:aws:mock:::x" }),
  bucket: registration("aws:s3/bucket:Bucket", { bucket: "b" }),
  block: registration("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", closed),
  topic: registration("aws:sns/topic:Topic", { kmsMasterKeyId: "1234" }),
  queue: registration("aws:sqs/queue:Queue", { sqsManagedSseEnabled: true }),
  setting: registration("aws:ssm/serviceSetting:ServiceSetting", {}, { retainOnDelete: true }),
  group: registration("aws:ssm/patchGroup:PatchGroup", {}, { deleteBeforeReplace: true }),
  component: registration("patchplane:aws:PatchingLocation", {}, { custom: false, provider: "" }),
  own: registration("pulumi:providers:aws", {}, { provider: "" }),
} as const;

type Name = keyof typeof good;

/** The good registrations with one of them doctored. */
function withFault(name: Name, inputs: object, more: Partial<Registration> = {}): readonly Registration[] {
  const doctored = { ...good[name], ...more, inputs: { ...good[name].inputs, ...inputs } };
  return Object.entries(good).map(([each, registered]) => (each === name ? doctored : registered));
}

/** What must never be merged, by the rule that has to say so. */
const counterExamples: readonly (readonly [rule: string, all: readonly Registration[], message: RegExp])[] = [
  ["secret-in-plain-text", withFault("extension", {}, { secretPaths: [] }), /protectedSettings is not secret/],
  [
    "secret-in-plain-text",
    withFault("runCommand", {}, { secretPaths: ["source"] }),
    /protectedParameters is not secret/,
  ],
  [
    "secret-in-plain-text",
    withFault("activation", {}, { additionalSecretOutputs: [] }),
    /activationCode is no secret output/,
  ],
  ["secret-in-plain-text", withFault("queue", { tags: { Key: "AKIAIOSFODNN7EXAMPLE" } }), /holds a credential/],
  ["secret-in-plain-text", withFault("extension", { settings: { code: "code-of-x" } }), /holds an activation code/],
  ["iam-unbound-role", withFault("role", { permissionsBoundary: undefined }), /no permissions boundary/],
  [
    "iam-unbound-role",
    withFault("role", { permissionsBoundary: "arn:aws:iam::111122223333:policy/patchplane/prod/mine" }),
    /no permissions boundary/,
  ],
  ["iam-unbound-role", withFault("role", { path: "/" }), /outside the stack's path/],
  ["registration-limit", withFault("activation", { registrationLimit: undefined }), /has no registrationLimit/],
  ["registration-limit", withFault("activation", { registrationLimit: 1000 }), /of 1000, where a code is for one VM/],
  [
    "activation-not-frozen",
    withFault("activation", {}, { ignoreChanges: ["name"] }),
    /iamRole, registrationLimit, tags/,
  ],
  ["default-provider", withFault("topic", {}, { provider: "" }), /on a default provider/],
  ["iam-wildcard-action", withFault("policy", { policy: policy({ Action: "*", Resource: bucketArn }) }), /allows \*/],
  [
    "iam-wildcard-action",
    withFault("policy", { policy: policy({ Action: ["ssm:*"], Resource: bucketArn }) }),
    /allows ssm:\*/,
  ],
  [
    "iam-wildcard-action",
    withFault("policy", { policy: policy({ Action: "iam:Put*", Resource: bucketArn }) }),
    /iam:Put\*/,
  ],
  [
    "iam-wildcard-action",
    withFault("policy", { policy: policy({ NotAction: "iam:*", Resource: bucketArn }) }),
    /but some actions/,
  ],
  [
    "iam-wildcard-resource",
    withFault("policy", { policy: policy({ Action: "s3:GetObject", Resource: "*" }) }),
    /s3:GetObject on every/,
  ],
  [
    "iam-wildcard-resource",
    withFault("policy", { policy: policy({ Action: "s3:GetObject", NotResource: bucketArn }) }),
    /but some resources/,
  ],
  [
    "iam-foreign-policy",
    withFault("attachment", { policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }),
    /not made here/,
  ],
  [
    "open-to-everybody",
    withFault("role", { assumeRolePolicy: policy({ Principal: "*", Action: "sts:AssumeRole" }) }),
    /allows everybody/,
  ],
  [
    "open-to-everybody",
    withFault("role", {
      assumeRolePolicy: policy({ Principal: { AWS: ["*"] }, Action: "sts:AssumeRole", Condition: {} }),
    }),
    /on a condition/,
  ],
  [
    "open-to-everybody",
    withFault("role", { assumeRolePolicy: policy({ NotPrincipal: { AWS: "a" }, Action: "a:b" }) }),
    /but some/,
  ],
  ["deleted-with-the-stack", withFault("setting", {}, { retainOnDelete: false }), /needs retainOnDelete/],
  ["deleted-with-the-stack", withFault("extension", {}, { retainOnDelete: false }), /needs retainOnDelete/],
  ["replaced-beside-itself", withFault("group", {}, { deleteBeforeReplace: false }), /needs deleteBeforeReplace/],
  ["bucket-not-closed", withFault("block", { blockPublicPolicy: false }), /closes all four ways/],
  ["bucket-not-closed", withFault("block", { bucket: "another" }), /closes all four ways/],
  ["bucket-not-closed", withFault("bucket", { acl: "public-read" }), /has an ACL/],
  ["message-not-encrypted", withFault("topic", { kmsMasterKeyId: undefined }), /is not encrypted/],
  ["message-not-encrypted", withFault("topic", { kmsMasterKeyId: "alias/aws/sns" }), /AWS-managed key/],
  ["message-not-encrypted", withFault("queue", { sqsManagedSseEnabled: false }), /is not encrypted/],
];

describe("the guard of what must never be merged", () => {
  it("finds nothing in resources as they have to be", () => {
    expect(violations(Object.values(good), ["code-of-x"])).to.deep.equal([]);
  });

  for (const [rule, all, message] of counterExamples) {
    it(`finds by ${rule}, and by nothing else, what ${String(message)} says`, () => {
      const found = violations(all, ["code-of-x"]);
      expect([...new Set(found.map((each) => each.rule))]).to.deep.equal([rule]);
      expect(found.map((each) => each.message).join("\n")).to.match(message);
    });
  }

  it("has a counter-example for every rule", () => {
    expect([...new Set(counterExamples.map(([rule]) => rule))].sort()).to.deep.equal(Object.keys(rules).sort());
  });

  it("throws on a policy it cannot read, instead of letting it pass", () => {
    for (const text of [undefined, 7, "{}", "no JSON"]) {
      expect(() => violations(withFault("policy", { policy: text })), String(text)).to.throw();
    }
  });

  for (const environment of ["prod", "nonprod"]) {
    it(`finds nothing in everything that the checked-in ${environment} stack registers`, async function () {
      this.timeout(120_000);
      const { count, found } = await judged(environment);
      expect(found).to.deep.equal([]);
      expect(count).to.be.greaterThan(200);
    });
  }
});
