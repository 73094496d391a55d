import { oneOf, pattern } from "../../textChecks.ts";

/** An operating system of Patch Manager. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html */
export const operatingSystem = oneOf(
  ..."WINDOWS AMAZON_LINUX AMAZON_LINUX_2 AMAZON_LINUX_2022 AMAZON_LINUX_2023 UBUNTU REDHAT_ENTERPRISE_LINUX".split(
    " ",
  ),
  ..."SUSE CENTOS ORACLE_LINUX DEBIAN MACOS RASPBIAN ROCKY_LINUX ALMA_LINUX".split(" "),
);

/** Name of most of what SSM keeps. */
export const ssmName = pattern(/^[0-9A-Za-z_.-]{3,128}$/, "3 to 128 letters, digits, hyphens, dots and underscores");

/** MaxConcurrency of tasks and associations. */
export const maxConcurrency = pattern(
  /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/,
  "a number from 1, or a percentage from 1% to 100%, without leading zeros",
);

/** MaxErrors of tasks and associations. */
export const maxErrors = pattern(
  /^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/,
  "a number from 0, or a percentage from 0% to 100%, without leading zeros",
);
