import { createHash } from "node:crypto";
import pMap from "p-map";
import type { Location, Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { s3Client } from "../aws/clients.ts";
import { awsFailure } from "../aws/failure.ts";
import { putOnce } from "../aws/reportObjects.ts";
import type { RunRecord } from "./runRecords.ts";

/** Folder of the records in the bucket of each location. */
export const recordFolder = "runs";
const digits = 6;
const keyForm = new RegExp(`^${recordFolder}/([0-9A-Za-z-]+)/(\\d{${String(digits)}})-[0-9a-f]{8}\\.jsonl$`);
const concurrency = 8;

/** A location whose bucket did not take a record. */
export interface UnkeptCopy {
  readonly location: string;
  readonly failure: string;
}

/** A copy, by its key. */
export interface RecordCopy {
  readonly key: string;
  /** Id of the run. */
  readonly id: string;
  readonly lines: number;
}

/** Key of a record's copy: it counts the record's lines, so that the last one is the longest, and is of its content. */
function copyKey(id: string, text: string): string {
  const lines = String(text.split("\n").length - 1).padStart(digits, "0");
  const content = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${recordFolder}/${id}/${lines}-${content}.jsonl`;
}

/** What a key says of a copy; undefined of another object. */
export function copyOf(key: string): RecordCopy | undefined {
  const [, id, lines] = keyForm.exec(key) ?? [];
  return id === undefined ? undefined : { key, id, lines: Number(lines) };
}

/** Whether a record's text begins with a copy, by what the copy's key says of its content. */
export function beginsWith(text: string, { key, id, lines }: RecordCopy): boolean {
  const beginning = text
    .split("\n")
    .slice(0, lines)
    .map((line) => `${line}\n`);
  return copyKey(id, beginning.join("")) === key;
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
      // One that is there already is this very record: the key is of its content.
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
