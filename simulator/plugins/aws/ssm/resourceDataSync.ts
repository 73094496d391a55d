import { givenText, recordOf, requiredText } from "../../fields.ts";
import { object, optional, required, text } from "../../schema.ts";
import { arn, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, regional, unless, type ResourceType } from "../resourceType.ts";
import { everyPage } from "./paging.ts";

const regionName = pattern(/^[a-z]{2}(-[a-z]+)+-\d+$/, "the name of a Region");

function sharing(state: Values): Values | undefined {
  return recordOf(recordOf(state, "s3Destination") ?? {}, "destinationDataSharing");
}

/**
 * `aws:ssm/resourceDataSync:ResourceDataSync`: everything replaces it; its deletion leaves the data.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateResourceDataSync.html
 */
export const resourceDataSync: ResourceType = {
  properties: {
    ...regional,
    name: required(text(), { forceNew: true }),
    s3Destination: required(
      object({
        bucketName: required(text()),
        destinationDataSharing: optional(object({ destinationDataSharingType: optional(text(oneOf("Organization"))) })),
        kmsKeyArn: optional(text(arn)),
        prefix: optional(text()),
        region: required(text(regionName)),
        syncFormat: optional(text(oneOf("JsonSerDe")), { default: "JsonSerDe" }),
      }),
      { forceNew: true },
    ),
  },
  nameProperty: "name",
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const SyncName = requiredText(inputs, "name");
    const destination = recordOf(inputs, "s3Destination") ?? {};
    const shared = sharing(inputs);
    await attempt(`creating SSM Resource Data Sync (${SyncName})`, () =>
      ssm.createResourceDataSync({
        SyncName,
        S3Destination: {
          AWSKMSKeyARN: givenText(destination, "kmsKeyArn"),
          BucketName: requiredText(destination, "bucketName"),
          DestinationDataSharing: shared && {
            DestinationDataSharingType: givenText(shared, "destinationDataSharingType"),
          },
          Prefix: givenText(destination, "prefix"),
          Region: requiredText(destination, "region"),
          SyncFormat: "JsonSerDe",
        },
      }),
    );
    return { id: SyncName };
  },
  read: async (session, id, state) => {
    const ssm = await session.ssm();
    const syncs = await attempt(`reading SSM Resource Data Sync (${id})`, () =>
      everyPage(
        (NextToken) => ssm.listResourceDataSync({ NextToken }),
        (page) => page.ResourceDataSyncItems,
      ),
    );
    const found = syncs.find(({ SyncName }) => SyncName === id);
    const destination = found?.S3Destination;
    return (
      found &&
      defined({
        name: found.SyncName,
        s3Destination:
          destination &&
          defined({
            bucketName: destination.BucketName,
            // The list does not tell how data is shared.
            destinationDataSharing: sharing(state),
            kmsKeyArn: destination.AWSKMSKeyARN,
            prefix: destination.Prefix,
            region: destination.Region,
            syncFormat: destination.SyncFormat,
          }),
      })
    );
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    await unless(["ResourceDataSyncNotFoundException"], `deleting SSM Resource Data Sync (${id})`, () =>
      ssm.deleteResourceDataSync({ SyncName: id }),
    );
  },
};
