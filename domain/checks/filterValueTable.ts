import type { OperatingSystem } from "../server.ts";

/**
 * Products by operating system, as `PRODUCT` filters spell them. AWS publishes no list, only the call
 * DescribePatchProperties, which a preview must not make. Put together on 2026-11-29 from:
 *
 * - Windows up to Server 2016, Ubuntu 14.04 and 16.04: the API's text of 2018, when it still had lists
 *   (https://docs.rs/crate/rusoto_ssm/0.34.0, `PatchFilter`);
 * - Windows Server 2019: AWS's own answer in https://github.com/hashicorp/terraform/issues/21678 (2019);
 * - Windows Server 2022 and Defender: the acceptance tests of the AWS provider, which run against AWS
 *   (https://github.com/hashicorp/terraform-provider-aws, `internal/service/ssm/patch_baseline_test.go`), and the
 *   example of https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeAvailablePatches.html;
 * - `AmazonLinux2.0`: the same page of the API.
 *
 * INFERRED from the pattern, for releases that Patch Manager supports: Ubuntu from 18.04, Debian, Amazon Linux 2023,
 * Windows Server 2025.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchProperties.html
 */
export const knownProducts: Readonly<Record<OperatingSystem, readonly string[]>> = {
  AMAZON_LINUX_2: ["AmazonLinux2", "AmazonLinux2.0"],
  AMAZON_LINUX_2023: ["AmazonLinux2023"],
  DEBIAN: ["Debian8", "Debian9", "Debian10", "Debian11", "Debian12"],
  UBUNTU: ["Ubuntu14.04", "Ubuntu16.04", "Ubuntu18.04", "Ubuntu20.04", "Ubuntu22.04", "Ubuntu24.04", "Ubuntu25.04"],
  WINDOWS: [
    "Windows7",
    "Windows8",
    "Windows8.1",
    "Windows8Embedded",
    "Windows10",
    "Windows10LTSB",
    "WindowsServer2008",
    "WindowsServer2008R2",
    "WindowsServer2012",
    "WindowsServer2012R2",
    "WindowsServer2016",
    "WindowsServer2019",
    "WindowsServer2022",
    "WindowsServer2025",
    "MicrosoftDefenderAntivirus",
  ],
};

/**
 * Families of Windows itself. Families and products of Microsoft's applications (Office, SQL Server and some hundred
 * others) are in no page, so a rule with applications may name any.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patching-windows-applications.html
 */
export const knownFamilies: readonly string[] = ["Windows"];

/**
 * Sections of packages, as Debian 12's package index has them (read 2026-11-29), and `translations` of Ubuntu's language
 * packs. AWS looks at a section's length only (the API's text of 2018), so a misspelled one is taken and matches nothing.
 * https://www.debian.org/doc/debian-policy/ch-archive.html#sections
 */
export const knownSections: readonly string[] = (
  "admin cli-mono comm database debug devel doc editors education electronics embedded fonts games gnome gnu-r gnustep " +
  "golang graphics hamradio haskell httpd interpreters introspection java javascript kde kernel libdevel libs lisp " +
  "localization mail math metapackages misc net news ocaml oldlibs otherosfs perl php python ruby rust science shells " +
  "sound tasks tex text translations utils vcs video web x11 xfce zope"
).split(" ");

/**
 * What stands before a section outside the main area: `universe/libs`.
 * https://www.debian.org/doc/debian-policy/ch-archive.html#archive-areas
 */
export const archiveAreas: readonly string[] = [
  "contrib",
  "multiverse",
  "non-free",
  "non-free-firmware",
  "restricted",
  "universe",
];
