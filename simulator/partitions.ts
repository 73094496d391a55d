interface Partition {
  readonly id: string;
  readonly regions: RegExp;
  /** What the names of its endpoints end in. */
  readonly suffix: string;
}

/** AWS's partitions, as the SDK's endpoint data has them; `aws` is every other Region's. */
const partitions: readonly Partition[] = [
  { id: "aws-cn", regions: /^cn-/, suffix: "amazonaws.com.cn" },
  { id: "aws-eusc", regions: /^eusc-/, suffix: "amazonaws.eu" },
  { id: "aws-iso", regions: /^us-iso-/, suffix: "c2s.ic.gov" },
  { id: "aws-iso-b", regions: /^us-isob-/, suffix: "sc2s.sgov.gov" },
  { id: "aws-iso-e", regions: /^eu-isoe-/, suffix: "cloud.adc-e.uk" },
  { id: "aws-iso-f", regions: /^us-isof-/, suffix: "csp.hci.ic.gov" },
  { id: "aws-us-gov", regions: /^us-gov-/, suffix: "amazonaws.com" },
];

function found(region: string): Partition | undefined {
  return partitions.find(({ regions }) => regions.test(region));
}

/** The partition a Region is in. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export function partitionOf(region: string): string {
  return found(region)?.id ?? "aws";
}

/** What the names of a Region's endpoints end in. */
export function dnsSuffixOf(region: string): string {
  return found(region)?.suffix ?? "amazonaws.com";
}
