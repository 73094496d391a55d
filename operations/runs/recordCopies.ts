import pMap from "p-map";
import type { Location, Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { s3Client } from "../aws/clients.ts";
import { awsFailure } from "../aws/failure.ts";
import { putOnce } from "../aws/reportObjects.ts";
import type { RunRecord } from "./runRecords.ts";

/** Folder of the records in the bucket of each location. */
const recordFolder = "runs";
const digits = 6;
const concurrency = 8;

/** A location whose bucket did not take a record. */
export interface UnkeptCopy {
  readonly location: string;
  readonly failure: string;
}

/** Key of a record's copy: it counts the record's lines, so that the last key is the longest record. */
function copyKey(id: string, text: string): string {
  const lines = text.split("\n").length - 1;
  return `${recordFolder}/${id}/${String(lines).padStart(digits, "0")}.jsonl`;
}

/**
 * Puts a record, as it is now, into the buckets of locations: below `runs/<id>/`, one object for each time, none ever
 * overwritten. 1 PutObject a location; one that refuses it is in the answer.
 * @param names - the locations' names; those that the stack file has no longer are passed over
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function copyRecord(
  { environment, locations }: Pick<Plane, "environment" | "locations">,
  { id, text }: Pick<RunRecord, "id" | "text">,
  names: readonly string[],
): Promise<readonly UnkeptCopy[]> {
  const body = text();
  const file = { key: copyKey(id, body), body, contentType: "application/x-ndjson" };
  const put = async (location: Location): Promise<readonly UnkeptCopy[]> => {
    const client = s3Client(location);
    try {
      // One that is there already is this very record: it is only ever appended to.
      await putOnce(client, bucketName(environment, location.name, location.accountId), file);
      return [];
    } catch (error) {
      return [{ location: location.name, failure: awsFailure(error, location) }];
    } finally {
      client.destroy();
    }
  };
  const wanted = Object.values(locations).filter(({ name }) => names.includes(name));
  return (await pMap(wanted, put, { concurrency })).flat();
}
