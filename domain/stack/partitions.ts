/** A Region's name, as the AWS provider takes it: two to four letters, words, one or two digits. */
export const regionPattern = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/**
 * AWS's partitions besides `aws` and how their Regions' names begin, as the SDK's endpoint data has them. Only `aws` has
 * been thought through for this project; the others are untested (docs/limits.md).
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
const partitions: readonly (readonly [id: string, regions: RegExp])[] = [
  ["aws-cn", /^cn-/],
  ["aws-eusc", /^eusc-/],
  ["aws-iso", /^us-iso-/],
  ["aws-iso-b", /^us-isob-/],
  ["aws-iso-e", /^eu-isoe-/],
  ["aws-iso-f", /^us-isof-/],
  ["aws-us-gov", /^us-gov-/],
];

/** The partition that a Region belongs to; a Region that no other has is `aws`'s, as the SDK decides it. */
export function partitionOf(region: string): string {
  return partitions.find(([, regions]) => regions.test(region))?.[0] ?? "aws";
}

/** Where AWS's hosts are, by how the names of a partition's Regions begin; all others are below amazonaws.com. */
export const awsDomains = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
] as const;

/** Domain of AWS's hosts in a Region. */
export function awsDomain(region: string): string {
  return awsDomains.find(([start]) => region.startsWith(start))?.[1] ?? "amazonaws.com";
}
