/** Patch Manager's compliance levels (CreatePatchBaseline). */
export type ComplianceLevel = "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "INFORMATIONAL" | "UNSPECIFIED";

interface BaselineCommon {
  readonly name: string;
  readonly description: string;
  /** Whether it is registered as its OS's default where a location registers defaults. */
  readonly default: boolean;
  readonly approvedPatches: readonly string[];
  readonly approvedPatchesComplianceLevel: ComplianceLevel;
  readonly rejectedPatches: readonly string[];
  readonly rejectedPatchesAction: "ALLOW_AS_DEPENDENCY" | "BLOCK";
}

interface RuleCommon {
  readonly complianceLevel: ComplianceLevel;
  /** Days within which a patch of this rule must be installed. */
  readonly slaDays: number;
}

/** Rule for Ubuntu and Debian: Patch Manager knows no release dates there, so a delay cannot be written. */
export interface AptRule extends RuleCommon {
  readonly filters: Readonly<Partial<Record<"PRODUCT" | "PRIORITY" | "SECTION", readonly string[]>>>;
  readonly enableNonSecurity: boolean;
}

/** When a patch of the rule is approved: a number of days after release, or everything released up to a date. */
export type Approve = { readonly approveAfterDays: number } | { readonly approveUntilDate: string };

/** Rule for Amazon Linux. */
export type YumRule = RuleCommon &
  Approve & {
    readonly filters: Readonly<Partial<Record<"PRODUCT" | "CLASSIFICATION" | "SEVERITY", readonly string[]>>>;
    readonly enableNonSecurity: boolean;
  };

/** Rule for Windows Server. */
export type WindowsRule = RuleCommon &
  Approve & {
    readonly filters: Readonly<
      Partial<
        Record<"PRODUCT" | "PRODUCT_FAMILY" | "CLASSIFICATION" | "MSRC_SEVERITY" | "PATCH_SET", readonly string[]>
      >
    >;
  };

/** Ubuntu or Debian baseline. */
export interface AptBaseline extends BaselineCommon {
  readonly operatingSystem: "UBUNTU" | "DEBIAN";
  readonly rules: readonly AptRule[];
  readonly approvedPatchesEnableNonSecurity: boolean;
}

/** Amazon Linux baseline. */
export interface YumBaseline extends BaselineCommon {
  readonly operatingSystem: "AMAZON_LINUX_2" | "AMAZON_LINUX_2023";
  readonly rules: readonly YumRule[];
  readonly approvedPatchesEnableNonSecurity: boolean;
}

/** Windows Server baseline. */
export interface WindowsBaseline extends BaselineCommon {
  readonly operatingSystem: "WINDOWS";
  readonly rules: readonly WindowsRule[];
  /** How security updates that no rule approves yet count for compliance. */
  readonly availableSecurityUpdatesComplianceStatus: "COMPLIANT" | "NON_COMPLIANT";
}

/** A custom patch baseline: a discriminated union by operating system. */
export type Baseline = AptBaseline | YumBaseline | WindowsBaseline;
