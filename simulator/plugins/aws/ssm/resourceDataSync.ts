import type { CreateResourceDataSyncRequest } from "@aws-sdk/client-ssm";
import { recordOf, requiredText } from "../../fields.ts";
import { object, optional, required, text } from "../../schema.ts";
import { arn, oneOf, pattern } from "../../textChecks.ts";
import { defined } from "../../values.ts";
import { regional, type ResourceType } from "../resourceType.ts";
import { membersOf, stateOf } from "./form.ts";
import { everyPage } from "./paging.ts";
import { ssmType } from "./ssmType.ts";

const regionName = pattern(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, "the name of a Region");

const properties = {
  ...regional,
  name: required(text(), { forceNew: true, member: "SyncName" }),
  s3Destination: required(
    object({
      bucketName: required(text()),
      destinationDataSharing: optional(object({ destinationDataSharingType: optional(text(oneOf("Organization"))) })),
      kmsKeyArn: optional(text(arn), { member: "AWSKMSKeyARN" }),
      prefix: optional(text()),
      region: required(text(regionName)),
      syncFormat: optional(text(oneOf("JsonSerDe")), { default: "JsonSerDe" }),
    }),
    { forceNew: true },
  ),
};

/**
 * `aws:ssm/resourceDataSync:ResourceDataSync`: everything replaces it; its deletion leaves the data.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateResourceDataSync.html
 */
export const resourceDataSync: ResourceType = ssmType({
  title: "Resource Data Sync",
  properties,
  nameProperty: "name",
  missing: /^ResourceDataSyncNotFoundException:/,
  create: async (ssm, inputs) => {
    await ssm.createResourceDataSync(membersOf(properties, inputs) as unknown as CreateResourceDataSyncRequest);
    return { id: requiredText(inputs, "name") };
  },
  read: async (ssm, id, state) => {
    const syncs = await everyPage(
      (NextToken) => ssm.listResourceDataSync({ NextToken }),
      (page) => page.ResourceDataSyncItems,
    );
    const found = syncs.find(({ SyncName }) => SyncName === id);
    if (found === undefined) {
      return undefined;
    }
    const told = stateOf(properties, found);
    // The list does not tell how data is shared.
    const { destinationDataSharing } = recordOf(state, "s3Destination") ?? {};
    const destination = recordOf(told, "s3Destination");
    return { ...told, ...(destination && { s3Destination: defined({ ...destination, destinationDataSharing }) }) };
  },
  delete: (ssm, id) => ssm.deleteResourceDataSync({ SyncName: id }),
});
