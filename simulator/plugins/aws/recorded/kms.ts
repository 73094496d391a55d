import { randomUUID } from "node:crypto";
import { flagOf, numberOf, requiredText } from "../../fields.ts";
import { flag, integer, optional, output, required, text, uncovered } from "../../schema.ts";
import { length, oneOf } from "../../textChecks.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import { policyText, recorded } from "./recorded.ts";

const keyRecord = "kms-key";

const keySpecs = [
  ..."SYMMETRIC_DEFAULT RSA_2048 RSA_3072 RSA_4096 ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1".split(
    " ",
  ),
  ..."HMAC_224 HMAC_256 HMAC_384 HMAC_512 SM2 ML_DSA_44 ML_DSA_65 ML_DSA_87 ECC_NIST_EDWARDS25519".split(" "),
];

/** `aws:kms/key:Key`. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const key: ResourceType = recorded({
  record: keyRecord,
  properties: {
    ...regional,
    ...tagged,
    ...uncovered("customKeyStoreId", "xksKeyId"),
    arn: output(),
    bypassPolicyLockoutSafetyCheck: optional(flag, { default: false }),
    customerMasterKeySpec: optional(text(oneOf(...keySpecs)), { forceNew: true, default: "SYMMETRIC_DEFAULT" }),
    deletionWindowInDays: optional(integer(7, 30)),
    description: optional(text(length(0, 8192)), { computed: true }),
    enableKeyRotation: optional(flag, { default: false }),
    isEnabled: optional(flag, { default: true }),
    keyId: output(),
    keyUsage: optional(text(oneOf("SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")), {
      forceNew: true,
      default: "ENCRYPT_DECRYPT",
    }),
    multiRegion: optional(flag, { forceNew: true, computed: true }),
    policy: optional(policyText, { computed: true }),
    rotationPeriodInDays: optional(integer(90, 2560), { computed: true }),
  },
  check: (inputs) =>
    inputs["rotationPeriodInDays"] !== undefined && inputs["enableKeyRotation"] === false
      ? [{ path: "rotationPeriodInDays", reason: "needs enableKeyRotation" }]
      : [],
  id: () => randomUUID(),
  outputs: (session, id, inputs) => ({
    arn: session.arn("kms", `key/${id}`),
    keyId: id,
    multiRegion: flagOf(inputs, "multiRegion") ?? false,
    rotationPeriodInDays:
      flagOf(inputs, "enableKeyRotation") === true ? (numberOf(inputs, "rotationPeriodInDays") ?? 365) : 0,
  }),
});

function keyIdOf(target: string): string {
  return target.slice(target.lastIndexOf("/") + 1);
}

/** `aws:kms/alias:Alias`. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const alias: ResourceType = recorded({
  record: "kms-alias",
  properties: {
    ...regional,
    ...uncovered("namePrefix"),
    arn: output(),
    name: optional(
      text((name) =>
        /^alias\/[0-9A-Za-z_/-]+$/.test(name) && !name.startsWith("alias/aws/")
          ? undefined
          : `must begin with alias/ (not alias/aws/) and hold only letters, digits and _ / -, got ${JSON.stringify(name)}`,
      ),
      { forceNew: true, computed: true },
    ),
    targetKeyArn: output(),
    targetKeyId: required({ kind: "text", same: (left, right) => keyIdOf(left) === keyIdOf(right) }),
  },
  nameProperty: "name",
  id: (_session, inputs) => requiredText(inputs, "name"),
  outputs: (session, id, inputs) => ({
    arn: session.arn("kms", id),
    targetKeyArn: session.arn("kms", `key/${keyIdOf(requiredText(inputs, "targetKeyId"))}`),
  }),
  parent: (_session, inputs) => {
    const id = keyIdOf(requiredText(inputs, "targetKeyId"));
    return { type: keyRecord, id, missing: `NotFoundException: Key '${id}' does not exist` };
  },
  taken: (id) => `AlreadyExistsException: An alias with the name ${id} already exists`,
});
