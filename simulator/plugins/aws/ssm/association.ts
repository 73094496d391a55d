import type { CreateAssociationRequest } from "@aws-sdk/client-ssm";
import { flagOf, textMapOf } from "../../fields.ts";
import { flag, map, object, optional, output, required, set, text, uncovered } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { changesOfProperty, regional, tagged, type ResourceType } from "../resourceType.ts";
import { membersOf, stateOf } from "./form.ts";
import { ssmType } from "./ssmType.ts";
import { tagsIn } from "./tags.ts";
import { targetsShape } from "./targets.ts";
import { maxConcurrency, maxErrors, ssmName } from "./texts.ts";

const properties = {
  ...regional,
  ...tagged,
  // Waiting for a run would wait for ever: the embedded cloud's clock does not run by itself.
  ...uncovered("waitForSuccessTimeoutSeconds"),
  applyOnlyAtCronInterval: optional(flag, { default: false }),
  arn: output(),
  associationId: output(),
  associationName: optional(text(ssmName)),
  automationTargetParameterName: optional(text(length(1, 50))),
  calendarNames: optional(set(text())),
  // The provider checks against another enumeration than the API's: INFORMATIONAL passes here and is refused there.
  complianceSeverity: optional(text(oneOf("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"))),
  documentVersion: optional(
    text(pattern(/^([$]LATEST|[$]DEFAULT|[1-9][0-9]*)$/, "$DEFAULT, $LATEST or a version number")),
    { computed: true },
  ),
  maxConcurrency: optional(text(maxConcurrency)),
  maxErrors: optional(text(maxErrors)),
  name: required(text(), { forceNew: true }),
  outputLocation: optional(
    object({
      s3BucketName: required(text(length(3, 63)), { member: "OutputS3BucketName" }),
      s3KeyPrefix: optional(text(length(0, 500)), { member: "OutputS3KeyPrefix" }),
      s3Region: optional(text(length(3, 20)), { member: "OutputS3Region" }),
    }),
    { member: "OutputLocation.S3Location" },
  ),
  parameters: optional(map(), { computed: true }),
  scheduleExpression: optional(text(length(1, 256))),
  syncCompliance: optional(text(oneOf("AUTO", "MANUAL"))),
  targets: optional(targetsShape(length(1, 163)), { computed: true }),
};

function settings(inputs: Values): CreateAssociationRequest {
  const parameters = Object.entries(textMapOf(inputs, "parameters")).map(([name, value]): [string, string[]] => [
    name,
    [value],
  ]);
  return {
    ...(membersOf(properties, inputs) as unknown as CreateAssociationRequest),
    // The SDK of the real provider leaves a false out.
    ApplyOnlyAtCronInterval: flagOf(inputs, "applyOnlyAtCronInterval") === true ? true : undefined,
    Parameters: parameters.length === 0 ? undefined : Object.fromEntries(parameters),
  };
}

/**
 * `aws:ssm/association:Association`: only the document's name replaces it; an update sends everything, because the API
 * makes a new version of what it is sent. Each parameter is one text, so lists of values are not to be had.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html
 */
export const association: ResourceType = ssmType({
  title: "Association",
  properties,
  nameProperty: "name",
  missing: /^AssociationDoesNotExist:/,
  taggedAs: "Association",
  create: async (ssm, inputs) => {
    const made = await ssm.createAssociation({ ...settings(inputs), Tags: tagsIn(inputs) });
    return { id: made.AssociationDescription?.AssociationId ?? "" };
  },
  read: async (ssm, id, _state, session) => {
    const { AssociationDescription: found } = await ssm.describeAssociation({ AssociationId: id });
    const parameters = Object.entries(found?.Parameters ?? {}).map(
      ([name, values]) => [name, values.join(",")] as const,
    );
    return (
      found && {
        ...stateOf(properties, found),
        arn: session.arn("ssm", `association/${id}`),
        parameters: Object.fromEntries(parameters),
      }
    );
  },
  update: (ssm, id, old, new_) => {
    const { Name: _, SyncCompliance, ...sent } = settings(new_);
    const synced = changesOfProperty(properties, "syncCompliance", old, new_) ? { SyncCompliance } : {};
    return ssm.updateAssociation({ ...sent, ...synced, AssociationId: id });
  },
  delete: (ssm, id) => ssm.deleteAssociation({ AssociationId: id }),
});
