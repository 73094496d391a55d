import type { Failure } from "../../check.ts";
import { recordsOf, requiredText } from "../../fields.ts";
import { flag, integer, list, map, object, optional, required, set, text, uncovered } from "../../schema.ts";
import { length, oneOf, timestamp } from "../../textChecks.ts";
import { holdsUnknown, isList, isRecord, type Values } from "../../values.ts";
import { regional, type ResourceType } from "../resourceType.ts";
import { recorded } from "./recorded.ts";
import { bucketParent, ofBucket } from "./s3.ts";

const storageClass = text(
  oneOf("GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"),
);

const sizeAndPrefix = {
  objectSizeGreaterThan: optional(integer(), { computed: true }),
  objectSizeLessThan: optional(integer(), { computed: true }),
  prefix: optional(text(), { computed: true }),
};

const filter = object({
  ...sizeAndPrefix,
  and: optional(object({ ...sizeAndPrefix, tags: optional(map()) })),
  tag: optional(object({ key: required(text()), value: required(text()) })),
});

const rule = object({
  abortIncompleteMultipartUpload: optional(object({ daysAfterInitiation: optional(integer()) })),
  expiration: optional(
    object({
      date: optional(text(timestamp)),
      days: optional(integer(), { computed: true }),
      expiredObjectDeleteMarker: optional(flag, { computed: true }),
    }),
  ),
  filter: optional(filter),
  id: required(text(length(1, 255))),
  noncurrentVersionExpiration: optional(
    object({ newerNoncurrentVersions: optional(integer(1)), noncurrentDays: required(integer(1)) }),
  ),
  noncurrentVersionTransitions: optional(
    set(
      object({
        newerNoncurrentVersions: optional(integer(1)),
        noncurrentDays: required(integer(0)),
        storageClass: required(storageClass),
      }),
    ),
  ),
  prefix: optional(text(), { computed: true }),
  status: required(text(oneOf("Enabled", "Disabled"))),
  transitions: optional(
    set(
      object({
        date: optional(text(timestamp)),
        days: optional(integer(0), { computed: true }),
        storageClass: required(storageClass),
      }),
    ),
  ),
});

/** S3 answers MalformedXML to two rules of one id, and to a rule that does nothing. */
function refusal(inputs: Values): string | undefined {
  const rules = recordsOf(inputs, "rules");
  const ids = rules.map((each) => requiredText(each, "id"));
  if (new Set(ids).size < ids.length) {
    return "InvalidArgument: Rule ID must be unique. Found same ID for more than one rule";
  }
  const actions = [
    "abortIncompleteMultipartUpload",
    "expiration",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "transitions",
  ];
  const idle = rules.find((each) => actions.every((action) => each[action] === undefined));
  return idle === undefined
    ? undefined
    : `InvalidRequest: At least one action needs to be specified in a rule (${requiredText(idle, "id")})`;
}

function bothDayAndDate(inputs: Values): readonly Failure[] {
  const { rules } = inputs;
  if (!isList(rules) || holdsUnknown(rules)) {
    return [];
  }
  return rules.flatMap((each, ruleIndex) => {
    const transitions = isRecord(each) ? each["transitions"] : undefined;
    return (isList(transitions) ? transitions : []).flatMap((transition, index) => {
      const given = isRecord(transition) ? ["date", "days"].filter((name) => transition[name] !== undefined) : [];
      const path = `rules[${String(ruleIndex)}].transitions[${String(index)}]`;
      return given.length === 1 ? [] : [{ path, reason: "needs exactly one of date and days" }];
    });
  });
}

/**
 * `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`: rules are an ordered list, transitions sets.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export const bucketLifecycleConfiguration: ResourceType = recorded({
  record: "s3-bucket-lifecycle",
  properties: {
    ...regional,
    ...ofBucket,
    ...uncovered("expectedBucketOwner", "timeouts"),
    rules: optional(list(rule, { min: 1 })),
    transitionDefaultMinimumObjectSize: optional(text(oneOf("varies_by_storage_class", "all_storage_classes_128K")), {
      computed: true,
    }),
  },
  check: bothDayAndDate,
  id: (_session, inputs) => requiredText(inputs, "bucket"),
  outputs: (_session, _id, inputs) => ({
    transitionDefaultMinimumObjectSize: inputs["transitionDefaultMinimumObjectSize"] ?? "all_storage_classes_128K",
  }),
  parent: (_session, inputs) => bucketParent(inputs),
  refusal,
});
