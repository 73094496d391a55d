import type { OperatingSystem } from "../server.ts";

/**
 * AWS's own baselines per OS. (`AWS-WindowsDefaultPatchBaseline`, seen in many notes, does not exist.)
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
 */
export const predefinedBaselineNames: Readonly<Record<OperatingSystem, readonly string[]>> = {
  AMAZON_LINUX_2: ["AWS-AmazonLinux2DefaultPatchBaseline"],
  AMAZON_LINUX_2023: ["AWS-AmazonLinux2023DefaultPatchBaseline"],
  DEBIAN: ["AWS-DebianDefaultPatchBaseline"],
  UBUNTU: ["AWS-UbuntuDefaultPatchBaseline"],
  WINDOWS: [
    "AWS-DefaultPatchBaseline",
    "AWS-WindowsPredefinedPatchBaseline-OS",
    "AWS-WindowsPredefinedPatchBaseline-OS-Applications",
  ],
};

/** The command that prints a predefined baseline's ARN in a Region. */
export function findPredefinedBaseline(name: string, region: string): string {
  return (
    `aws ssm describe-patch-baselines --region ${region} ` +
    `--filters Key=OWNER,Values=AWS Key=NAME_PREFIX,Values=${name} ` +
    `--query "BaselineIdentities[?BaselineName=='${name}'].BaselineId" --output text`
  );
}
