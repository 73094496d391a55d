import type {
  AssociationComplianceSeverity,
  AssociationDescription,
  AssociationSyncCompliance,
  InstanceAssociationOutputLocation,
} from "@aws-sdk/client-ssm";
import { flagOf, givenText, recordOf, requiredText, textMapOf, textOf, textsOf } from "../../fields.ts";
import { flag, map, object, optional, output, required, set, text, uncovered } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import {
  attempt,
  changesBesidesTags,
  changesOfProperty,
  regional,
  tagged,
  unless,
  type ResourceType,
} from "../resourceType.ts";
import type { Session } from "../session.ts";
import { maxConcurrency, maxErrors } from "./maintenanceWindowTask.ts";
import { changeTags, readTags, tagsIn } from "./tags.ts";
import { targetsIn, targetsOut, targetsShape } from "./targets.ts";

const properties = {
  ...regional,
  ...tagged,
  // Waiting for a run would wait for ever: the embedded cloud's clock does not run by itself.
  ...uncovered("waitForSuccessTimeoutSeconds"),
  applyOnlyAtCronInterval: optional(flag, { default: false }),
  arn: output(),
  associationId: output(),
  associationName: optional(
    text(pattern(/^[0-9A-Za-z_.-]{3,128}$/, "3 to 128 letters, digits, hyphens, dots and underscores")),
  ),
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
      s3BucketName: required(text(length(3, 63))),
      s3KeyPrefix: optional(text(length(0, 500))),
      s3Region: optional(text(length(3, 20))),
    }),
  ),
  parameters: optional(map(), { computed: true }),
  scheduleExpression: optional(text(length(1, 256))),
  syncCompliance: optional(text(oneOf("AUTO", "MANUAL"))),
  targets: optional(targetsShape(length(1, 163)), { computed: true }),
};

function outputLocationIn(inputs: Values): InstanceAssociationOutputLocation | undefined {
  const location = recordOf(inputs, "outputLocation");
  return (
    location && {
      S3Location: {
        OutputS3BucketName: requiredText(location, "s3BucketName"),
        OutputS3KeyPrefix: textOf(location, "s3KeyPrefix"),
        OutputS3Region: givenText(location, "s3Region"),
      },
    }
  );
}

function parametersIn(inputs: Values): Record<string, string[]> | undefined {
  const entries = Object.entries(textMapOf(inputs, "parameters"));
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([name, value]) => [name, [value]]));
}

function settings(inputs: Values) {
  const calendars = textsOf(inputs, "calendarNames");
  return {
    // The SDK of the real provider leaves a false out.
    ApplyOnlyAtCronInterval: flagOf(inputs, "applyOnlyAtCronInterval") === true ? true : undefined,
    AssociationName: givenText(inputs, "associationName"),
    AutomationTargetParameterName: givenText(inputs, "automationTargetParameterName"),
    CalendarNames: calendars.length === 0 ? undefined : calendars,
    ComplianceSeverity: givenText(inputs, "complianceSeverity") as AssociationComplianceSeverity | undefined,
    DocumentVersion: givenText(inputs, "documentVersion"),
    MaxConcurrency: givenText(inputs, "maxConcurrency"),
    MaxErrors: givenText(inputs, "maxErrors"),
    OutputLocation: outputLocationIn(inputs),
    Parameters: parametersIn(inputs),
    ScheduleExpression: givenText(inputs, "scheduleExpression"),
    Targets: targetsIn(inputs),
  };
}

function stateOf(session: Session, id: string, found: AssociationDescription): Values {
  const location = found.OutputLocation?.S3Location;
  const parameters = Object.entries(found.Parameters ?? {}).map(([name, values]) => [name, values.join(",")] as const);
  return defined({
    applyOnlyAtCronInterval: found.ApplyOnlyAtCronInterval ?? false,
    arn: session.arn("ssm", `association/${id}`),
    associationId: found.AssociationId,
    associationName: found.AssociationName,
    automationTargetParameterName: found.AutomationTargetParameterName,
    calendarNames: found.CalendarNames,
    complianceSeverity: found.ComplianceSeverity,
    documentVersion: found.DocumentVersion,
    maxConcurrency: found.MaxConcurrency,
    maxErrors: found.MaxErrors,
    name: found.Name,
    outputLocation:
      location &&
      defined({
        s3BucketName: location.OutputS3BucketName,
        s3KeyPrefix: location.OutputS3KeyPrefix,
        s3Region: location.OutputS3Region,
      }),
    parameters: Object.fromEntries(parameters),
    scheduleExpression: found.ScheduleExpression,
    syncCompliance: found.SyncCompliance,
    targets: targetsOut(found.Targets),
  });
}

/**
 * `aws:ssm/association:Association`: only the document's name replaces it; an update sends everything, because the API
 * makes a new version of what it is sent. Each parameter is one text, so lists of values are not to be had.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html
 */
export const association: ResourceType = {
  properties,
  nameProperty: "name",
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const Name = requiredText(inputs, "name");
    const made = await attempt(`creating SSM Association (${Name})`, () =>
      ssm.createAssociation({
        ...settings(inputs),
        Name,
        SyncCompliance: givenText(inputs, "syncCompliance") as AssociationSyncCompliance | undefined,
        Tags: tagsIn(inputs),
      }),
    );
    return { id: made.AssociationDescription?.AssociationId ?? "" };
  },
  read: async (session, id) => {
    const ssm = await session.ssm();
    const answer = await unless(["AssociationDoesNotExist"], `reading SSM Association (${id})`, () =>
      ssm.describeAssociation({ AssociationId: id }),
    );
    const found = answer?.AssociationDescription;
    return found && defined({ ...stateOf(session, id, found), tags: await readTags(ssm, "Association", id) });
  },
  update: async (session, id, old, new_) => {
    const ssm = await session.ssm();
    if (changesBesidesTags(properties, old, new_)) {
      const SyncCompliance = changesOfProperty(properties, "syncCompliance", old, new_)
        ? (textOf(new_, "syncCompliance") as AssociationSyncCompliance | undefined)
        : undefined;
      await attempt(`updating SSM Association (${id})`, () =>
        ssm.updateAssociation({ ...settings(new_), AssociationId: id, SyncCompliance }),
      );
    }
    await changeTags(ssm, "Association", id, old, new_);
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    await unless(["AssociationDoesNotExist"], `deleting SSM Association (${id})`, () =>
      ssm.deleteAssociation({ AssociationId: id }),
    );
  },
};
