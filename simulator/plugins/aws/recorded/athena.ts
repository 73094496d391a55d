import { randomUUID } from "node:crypto";
import { requiredText, textOf } from "../../fields.ts";
import { flag, integer, object, optional, output, required, text, uncovered } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import { recorded } from "./recorded.ts";

const leastCutoff = 10_485_760;

const results = object({
  ...uncovered("aclConfiguration"),
  encryptionConfiguration: optional(
    object({
      ...uncovered("kmsKeyArn"),
      encryptionOption: optional(text(oneOf("SSE_S3", "SSE_KMS", "CSE_KMS"))),
    }),
  ),
  expectedBucketOwner: optional(text()),
  outputLocation: optional(text(pattern(/^s3:\/\/[^/]+(\/.*)?$/, "s3://bucket/path"))),
});

const configuration = object({
  ...uncovered(
    "customerContentEncryptionConfiguration",
    "executionRole",
    "identityCenterConfiguration",
    "managedQueryResultsConfiguration",
    "monitoringConfiguration",
    "queryResultsS3AccessGrantsConfiguration",
  ),
  bytesScannedCutoffPerQuery: optional(integer(leastCutoff)),
  enableMinimumEncryptionConfiguration: optional(flag, { computed: true }),
  enforceWorkgroupConfiguration: optional(flag, { default: true }),
  engineVersion: optional(
    object({ effectiveEngineVersion: output(), selectedEngineVersion: optional(text(), { default: "AUTO" }) }),
  ),
  publishCloudwatchMetricsEnabled: optional(flag, { default: true }),
  requesterPaysEnabled: optional(flag, { default: false }),
  resultConfiguration: optional(results),
});

/** `aws:athena/workgroup:Workgroup`. https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
export const workgroup: ResourceType = recorded({
  record: "athena-workgroup",
  properties: {
    ...regional,
    ...tagged,
    arn: output(),
    configuration: optional(configuration),
    description: optional(text(length(0, 1024))),
    forceDestroy: optional(flag, { default: false }),
    name: required(text(pattern(/^[a-zA-Z0-9._-]{1,128}$/, "1 to 128 letters, digits and . _ -")), { forceNew: true }),
    state: optional(text(oneOf("ENABLED", "DISABLED")), { default: "ENABLED" }),
  },
  nameProperty: "name",
  id: (_session, inputs) => requiredText(inputs, "name"),
  outputs: (session, id) => ({ arn: session.arn("athena", `workgroup/${id}`) }),
  taken: () => "InvalidRequestException: WorkGroup is already created",
});

/** Characters, of a query bytes. */
const longest = { database: 255, description: 1024, name: 128, query: 262_144 };

function lengthIn(inputs: Values, property: string): number {
  const text = textOf(inputs, property) ?? "";
  return property === "query" ? Buffer.byteLength(text) : text.length;
}

/** `aws:athena/namedQuery:NamedQuery`. https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html */
export const namedQuery: ResourceType = recorded({
  record: "athena-named-query",
  properties: {
    ...regional,
    database: required(text(), { forceNew: true }),
    description: optional(text(), { forceNew: true }),
    name: required(text(), { forceNew: true }),
    query: required(text(), { forceNew: true }),
    workgroup: optional(text(), { default: "primary", forceNew: true }),
  },
  nameProperty: "name",
  // The provider looks at none of these; the API does. Its words are documented for a query: INFERRED for the others.
  // https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html
  refusal: (inputs) => {
    const [property, most] = Object.entries(longest).find(([name, limit]) => lengthIn(inputs, name) > limit) ?? [];
    if (property === undefined) return undefined;
    const member = property === "query" ? "queryString" : property;
    return `InvalidRequestException: ${member} failed to satisfy constraint: Member must have length less than or equal to ${String(most)}`;
  },
  // Two may have one name.
  id: () => randomUUID(),
  parent: (_session, inputs) => ({
    type: "athena-workgroup",
    id: requiredText(inputs, "workgroup"),
    missing: "InvalidRequestException: WorkGroup is not found.",
  }),
});
