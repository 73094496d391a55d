import { allowedTypes } from "./allowedTypes.ts";
import { holds, textsIn } from "./hiddenText.ts";
import {
  noForeignResources,
  nothingPublic,
  noWildcardActions,
  onlyKnownActions,
  onlyKnownPrincipals,
  onlyOwnPolicies,
  policiesRead,
  rolesBound,
} from "./policyRules.ts";
import { approvalsGuarded, installsOwnLists, nothingForeign, servicesForOneAccount } from "./placeRules.ts";
import { onlyReleasedScripts } from "./releasedScripts.ts";
import { perResource, type Registration, type Rule, type Violation } from "./registration.ts";

const activation = "aws:ssm/activation:Activation";
const baseline = "aws:ssm/patchBaseline:PatchBaseline";
const defaultBaseline = "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline";
const extension = "azure-native:compute:VirtualMachineExtension";
const runCommand = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";

/** Inputs that carry an activation code, by type. */
const secretInputs: Readonly<Record<string, string>> = {
  [extension]: "protectedSettings",
  [runCommand]: "protectedParameters",
};

/** Forms that only credentials have. */
const credentials = /\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}\b/;

/** Every text that the state would hold in the open: of the inputs, and of what is handed out. */
function openTexts({ inputs, secretPaths, openOutputs }: Registration): readonly string[] {
  const open = Object.entries(inputs).filter(([key]) => !secretPaths.includes(key));
  return textsIn([Object.fromEntries(open), openOutputs]);
}

/** A look at texts that is made once for each: onboarding scripts stand in hundreds of resources. */
function lookedOnce(isFound: (text: string) => boolean): (text: string) => boolean {
  const looked = new Map<string, boolean>();
  return (text) => {
    const before = looked.get(text);
    if (before !== undefined) return before;
    const found = holds(text, isFound);
    looked.set(text, found);
    return found;
  };
}

const holdsCredential = lookedOnce((text) => credentials.test(text));

const secretsMarked: Rule = perResource((each) => {
  const input = secretInputs[each.type];
  if (input !== undefined && !each.secretPaths.includes(input))
    return `${input} is not secret: it would be in the state`;
  if (each.type === activation && !each.additionalSecretOutputs.includes("activationCode")) {
    return "activationCode is no secret output: it would be in the state and in logs";
  }
  return openTexts(each).some(holdsCredential)
    ? "an input or an output that is not secret holds a credential"
    : undefined;
});

/** Whether a code of an activation stands anywhere in plain text; the codes are what the recording gave out. */
function codesHidden(codes: readonly string[]): Rule {
  const holdsCode = lookedOnce((text) => codes.some((code) => text.includes(code)));
  return perResource((each) =>
    openTexts(each).some(holdsCode)
      ? "an input or an output that is not secret holds an activation code, as it is or encoded"
      : undefined,
  );
}

const onlyKnownTypes: Rule = perResource(({ type }) =>
  Object.hasOwn(allowedTypes, type) ? undefined : `is a ${type}, which policy/allowedTypes.ts does not list`,
);

const onlyKnownInputs: Rule = perResource(({ type, inputs }) => {
  if (!Object.hasOwn(allowedTypes, type)) return undefined;
  const fault = allowedTypes[type]?.inputs.safeParse(inputs).error?.issues[0];
  return fault === undefined ? undefined : `${[...fault.path, fault.message].join(": ")}, by policy/allowedTypes.ts`;
});

const onlyKnownIgnored: Rule = perResource(({ type, ignoreChanges }) => {
  const known = Object.hasOwn(allowedTypes, type) ? (allowedTypes[type]?.ignored ?? []) : [];
  const strange = ignoreChanges.find((input) => !known.includes(input));
  return strange === undefined ? undefined : `would not show a change of ${strange}`;
});

const nothingBeside: Rule = perResource(({ extras }) =>
  extras.length === 0 ? undefined : `has ${extras.join(", ")}: what it becomes is not what is registered`,
);

const registrationLimits: Rule = perResource(({ type, inputs }) => {
  if (type !== activation || inputs["registrationLimit"] === 1) return undefined;
  return inputs["registrationLimit"] === undefined
    ? "has no registrationLimit: the provider would replace it on every update"
    : `has a registrationLimit of ${JSON.stringify(inputs["registrationLimit"])}, where a code is for one VM`;
});

const frozenInputs = ["iamRole", "name", "registrationLimit", "tags"];

const activationsFrozen: Rule = perResource(({ type, ignoreChanges }) => {
  const loose = type === activation ? frozenInputs.filter((input) => !ignoreChanges.includes(input)) : [];
  return loose.length === 0 ? undefined : `a change of ${loose.join(", ")} would replace it and run the script again`;
});

const explicitProviders: Rule = perResource(({ type, custom, provider }) =>
  custom && provider === "" && !type.startsWith("pulumi:providers:") ? "is on a default provider" : undefined,
);

/** Types whose deletion would hit servers or the whole account. */
const retained: ReadonlySet<string> = new Set([
  defaultBaseline,
  "aws:ssm/serviceSetting:ServiceSetting",
  extension,
  runCommand,
]);

/** A baseline that is a default is one of them: the provider would hand its OS back to AWS's. */
const kept: Rule = (all) => {
  const defaults = all.flatMap(({ type, inputs }) => (type === defaultBaseline ? [inputs["baselineId"]] : []));
  return perResource(({ type, id, retainOnDelete }) =>
    (retained.has(type) || (type === baseline && defaults.includes(id))) && !retainOnDelete
      ? "would be deleted with the stack: it needs retainOnDelete"
      : undefined,
  )(all);
};

/** Types of which AWS or Azure takes no second one beside the first. */
const exclusive: ReadonlySet<string> = new Set([
  defaultBaseline,
  "aws:ssm/patchGroup:PatchGroup",
  "aws:ssm/resourceDataSync:ResourceDataSync",
  extension,
  runCommand,
]);

const replacedInPlace: Rule = perResource(({ type, deleteBeforeReplace }) =>
  exclusive.has(type) && !deleteBeforeReplace
    ? "cannot be replaced beside itself: it needs deleteBeforeReplace"
    : undefined,
);

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const bucketsClosed: Rule = (all) => {
  const closed = new Set(
    all
      .filter(({ type }) => type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
      .filter(({ inputs }) => blocks.every((each) => inputs[each] === true))
      .map(({ inputs }) => inputs["bucket"]),
  );
  return perResource(({ type, inputs }) => {
    if (type !== "aws:s3/bucket:Bucket") return undefined;
    if (inputs["acl"] !== undefined) return "has an ACL";
    return closed.has(inputs["bucket"]) ? undefined : "has no public access block that closes all four ways";
  })(all);
};

const messagesEncrypted: Rule = perResource(({ type, inputs }) => {
  const key = inputs["kmsMasterKeyId"];
  if (type === "aws:sns/topic:Topic") {
    if (typeof key !== "string") return "is not encrypted";
    return key === "alias/aws/sns"
      ? "is encrypted by the AWS-managed key: EventBridge's messages would vanish"
      : undefined;
  }
  if (type === "aws:sqs/queue:Queue") {
    return inputs["sqsManagedSseEnabled"] === true || typeof key === "string" ? undefined : "is not encrypted";
  }
  return undefined;
});

/** Every rule by its id. */
export const rules: Readonly<Record<string, Rule>> = {
  "type-not-allowed": onlyKnownTypes,
  "input-not-allowed": onlyKnownInputs,
  "changes-ignored": onlyKnownIgnored,
  "changed-on-the-way": nothingBeside,
  "secret-in-plain-text": secretsMarked,
  "script-not-released": onlyReleasedScripts,
  "registration-limit": registrationLimits,
  "activation-not-frozen": activationsFrozen,
  "default-provider": explicitProviders,
  "policy-unread": policiesRead,
  "iam-wildcard-action": noWildcardActions,
  "iam-action-not-allowed": onlyKnownActions,
  "iam-resource-not-allowed": noForeignResources,
  "iam-foreign-policy": onlyOwnPolicies,
  "iam-unbound-role": rolesBound,
  "foreign-principal": onlyKnownPrincipals,
  "open-to-everybody": nothingPublic,
  "service-of-any-account": servicesForOneAccount,
  "foreign-account": nothingForeign,
  "installs-from-elsewhere": installsOwnLists,
  "approvals-not-guarded": approvalsGuarded,
  "deleted-with-the-stack": kept,
  "replaced-beside-itself": replacedInPlace,
  "bucket-not-closed": bucketsClosed,
  "message-not-encrypted": messagesEncrypted,
};

/**
 * What of a program's registrations must never be merged.
 * @param codes - activation codes that the recording gave out, to be found in no open input or output
 */
export function violations(all: readonly Registration[], codes: readonly string[] = []): readonly Violation[] {
  const found = Object.entries(rules).flatMap(([rule, look]) => look(all).map((each) => ({ rule, ...each })));
  const leaked = codesHidden(codes)(all).map((each) => ({ rule: "secret-in-plain-text", ...each }));
  return [...found, ...leaked];
}
