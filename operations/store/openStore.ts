import type { Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { s3Client } from "../aws/clients.ts";
import { bucketPlace } from "./bucketPlace.ts";
import { folderStore } from "./folderStore.ts";
import { s3Store } from "./s3Store.ts";
import type { CollectionStore } from "./store.ts";

/** Where the SDK is told no Region; a bucket of another one sends the client on. */
const anyRegion = "us-east-1";

/**
 * Opens a folder, or a bucket by `s3://bucket/prefix`: one of the stack's own with the role of its location, any other
 * with the caller's own credentials.
 */
export function openStore(
  { environment, locations }: Pick<Plane, "environment" | "locations">,
  address: string,
): CollectionStore {
  const place = bucketPlace(address);
  if (place === undefined) return folderStore(address);
  const own = Object.values(locations).find(
    ({ name, accountId }) => bucketName(environment, name, accountId) === place.bucket,
  );
  return s3Store(s3Client(own ?? { region: process.env["AWS_REGION"] ?? anyRegion }), place);
}
