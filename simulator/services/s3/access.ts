import { partitionOf } from "../../partitions.ts";
import type { SimulatedCloud } from "../../state/cloud.ts";
import type { Need } from "../iam/authorize.ts";
import type { Context } from "../iam/evaluator.ts";
import { recordAt, textIn, type Place } from "../records.ts";

/** Where a bucket is: names are global, so one account has it. Undefined for one that nobody has made. */
export function bucketHome(cloud: SimulatedCloud, bucket: string): Place | undefined {
  for (const key of cloud.records.keys()) {
    const [accountId = "", region = "", kind, name] = key.split("/");
    if (kind === "s3-bucket" && name === bucket) return { accountId, region };
  }
  return undefined;
}

/** What a call on a bucket, or on an object in it, needs; an object of another account has to be allowed by both. */
export function s3Need(
  cloud: SimulatedCloud,
  home: Place,
  callerAccountId: string,
  { action, bucket, key, keys }: { action: string; bucket: string; key?: string; keys?: Context },
): Need {
  const partition = partitionOf(home.region);
  const policy = textIn(recordAt(cloud, home, "s3-bucket-policy", bucket), "policy");
  const arn = `arn:${partition}:s3:::${bucket}`;
  return {
    action,
    named: {
      resources: key === undefined ? { "s3:bucket": { arn } } : { "s3:object": { arn: `${arn}/${key}` } },
      ...(keys === undefined ? {} : { keys }),
    },
    policies: {
      ...(policy === "" ? {} : { resource: policy }),
      ...(home.accountId === callerAccountId ? {} : { foreign: true }),
    },
  };
}
