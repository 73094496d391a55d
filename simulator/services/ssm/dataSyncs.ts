import { ApiError } from "../../http/apiError.ts";
import type { OperationTable } from "./call.ts";
import { pageOf } from "./paging.ts";
import { writeSyncedFiles } from "./syncedFiles.ts";

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: resource data syncs per account and Region. */
const syncQuota = 5;
const usualPage = 50;
const toDestination = "SyncToDestination";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateResourceDataSync.html; SyncFromSource is not covered. */
export const dataSyncOperations = {
  CreateResourceDataSync: (call, request) => {
    if ((request.SyncType ?? toDestination) !== toDestination || request.SyncSource !== undefined)
      throw new ApiError(
        "ResourceDataSyncInvalidConfigurationException",
        "SyncFromSource is not covered by the embedded cloud.",
      );
    if (request.S3Destination === undefined)
      throw new ApiError(
        "ResourceDataSyncInvalidConfigurationException",
        "S3Destination must be specified for SyncToDestination.",
      );
    if (call.region.dataSyncs.has(request.SyncName))
      throw new ApiError("ResourceDataSyncAlreadyExistsException", "", 400, { SyncName: request.SyncName });
    if (call.region.dataSyncs.size >= syncQuota)
      throw new ApiError(
        "ResourceDataSyncCountExceededException",
        `You have exceeded the allowed maximum of ${String(syncQuota)} sync configurations.`,
      );
    call.region.dataSyncs.set(request.SyncName, {
      name: request.SyncName,
      destination: request.S3Destination,
      createdAt: call.cloud.clock.now(),
    });
    return {};
  },
  DeleteResourceDataSync: (call, request) => {
    const sync = call.region.dataSyncs.get(request.SyncName);
    if (sync === undefined)
      throw new ApiError("ResourceDataSyncNotFoundException", "The specified sync name was not found.", 400, {
        SyncName: request.SyncName,
        SyncType: request.SyncType ?? toDestination,
      });
    // What it has written so far stays, and is as old as this from now on.
    writeSyncedFiles(call.cloud, call.region.accountId, sync.destination.BucketName, () => true);
    call.region.dataSyncs.delete(sync.name);
    return {};
  },
  ListResourceDataSync: (call, request) => {
    const all = (request.SyncType ?? toDestination) === toDestination ? [...call.region.dataSyncs.values()] : [];
    const { items, ...next } = pageOf(all, request, usualPage);
    return {
      ResourceDataSyncItems: items.map((sync) => ({
        SyncName: sync.name,
        SyncType: toDestination,
        S3Destination: sync.destination,
        SyncCreatedTime: sync.createdAt,
        SyncLastModifiedTime: sync.createdAt,
        LastSyncTime: sync.createdAt,
        LastSuccessfulSyncTime: sync.createdAt,
        LastStatus: "Successful",
      })),
      ...next,
    };
  },
} satisfies OperationTable;
