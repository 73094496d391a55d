import { z } from "zod";
import { operatingSystems } from "../../domain/server.ts";
import { date, mapping, whole, words } from "./fields.ts";

const complianceLevel = z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"]);
const patches = z.array(words(100)).max(50, "at most 50 entries");
const values = z.array(words(64)).min(1, "1 to 20 values").max(20, "1 to 20 values").optional();

const common = {
  description: z
    .string()
    .min(1, "1 to 1024 characters")
    .max(1024, "1 to 1024 characters")
    .optional()
    .describe("what it is for, shown in AWS; made from the name when left out"),
  default: z
    .boolean()
    .default(false)
    .describe("whether it becomes its OS's default in locations with `registersDefaults`; at most one per OS"),
  approvedPatches: patches.default([]).describe("patches approved whatever the rules say; at most 50"),
  approvedPatchesComplianceLevel: complianceLevel
    .default("UNSPECIFIED")
    .describe("how bad it is when one of `approvedPatches` is missing"),
  rejectedPatches: patches.default([]).describe("patches kept out whatever the rules say; at most 50"),
  rejectedPatchesAction: z
    .enum(["ALLOW_AS_DEPENDENCY", "BLOCK"])
    .default("ALLOW_AS_DEPENDENCY")
    .describe("`BLOCK` also makes installed copies non-compliant (INSTALLED_REJECTED)"),
};

const ruleCommon = {
  complianceLevel: complianceLevel
    .default("UNSPECIFIED")
    .describe("how bad it is when a patch of this rule is missing"),
  slaDays: whole(1, 365, "days").default(90).describe("days within which a patch of this rule must be installed"),
};

const linuxOnly = {
  approvedPatchesEnableNonSecurity: z
    .boolean()
    .default(false)
    .describe("whether `approvedPatches` may name non-security updates"),
};

const approve = {
  approveAfterDays: whole(0, 360, "days").optional().describe("days after release; either this or `approveUntilDate`"),
  approveUntilDate: date().optional().describe("approves what was released up to this quoted date"),
};

const enableNonSecurity = z.boolean().default(false).describe("whether non-security updates are approved as well");

function oneApproval(rule: { approveAfterDays?: number | undefined; approveUntilDate?: string | undefined }): boolean {
  return (rule.approveAfterDays === undefined) !== (rule.approveUntilDate === undefined);
}

const oneApprovalMessage = "needs exactly one of approveAfterDays and approveUntilDate";

const aptRule = mapping({
  filters: mapping({
    PRODUCT: values.describe('releases; `["*"]` is all'),
    PRIORITY: values.describe("Debian package priorities: name all five, they are no severities"),
    SECTION: values.describe("Debian sections"),
  }).describe("which patches the rule is about"),
  enableNonSecurity,
  ...ruleCommon,
});

const yumRule = mapping({
  filters: mapping({
    PRODUCT: values.describe("releases"),
    CLASSIFICATION: values.describe("Security, Bugfix, Enhancement, Recommended, Newpackage"),
    SEVERITY: values.describe("Critical, Important, Medium, Low"),
  }).describe("which patches the rule is about"),
  enableNonSecurity,
  ...approve,
  ...ruleCommon,
}).refine(oneApproval, oneApprovalMessage);

const windowsRule = mapping({
  filters: mapping({
    PRODUCT: values.describe("for example WindowsServer2016"),
    PRODUCT_FAMILY: values.describe("for example Windows"),
    CLASSIFICATION: values.describe("SecurityUpdates, CriticalUpdates and others"),
    MSRC_SEVERITY: values.describe("Critical, Important, Moderate, Low, Unspecified"),
    PATCH_SET: values.describe("OS or APPLICATION"),
  }).describe("which patches the rule is about"),
  ...approve,
  ...ruleCommon,
}).refine(oneApproval, oneApprovalMessage);

function rules<Rule extends z.ZodType>(rule: Rule) {
  return z
    .array(rule)
    .max(10, "at most 10 rules")
    .default([])
    .describe("approval rules; a scan sees only what they approve");
}

const aptBaseline = mapping({
  operatingSystem: z.enum(["UBUNTU", "DEBIAN"]).describe("the OS it is for; its rules have no approval delay"),
  rules: rules(aptRule),
  ...common,
  ...linuxOnly,
});

const yumBaseline = mapping({
  operatingSystem: z.enum(["AMAZON_LINUX_2", "AMAZON_LINUX_2023"]).describe("the OS it is for"),
  rules: rules(yumRule),
  ...common,
  ...linuxOnly,
});

const windowsBaseline = mapping({
  operatingSystem: z.literal("WINDOWS").describe("the OS it is for"),
  rules: rules(windowsRule),
  ...common,
  availableSecurityUpdatesComplianceStatus: z
    .enum(["COMPLIANT", "NON_COMPLIANT"])
    .default("NON_COMPLIANT")
    .describe("how security updates that no rule approves yet count"),
});

/** A patch baseline: what may stand in it depends on its operating system. */
export const baselineSchema = z.discriminatedUnion("operatingSystem", [aptBaseline, yumBaseline, windowsBaseline], {
  error: operatingSystems.join(", "),
});

/** A baseline as the schema leaves it. */
export type BaselineSettings = z.output<typeof baselineSchema>;
