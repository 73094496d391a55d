import { flag, integer, list, object, optional, required, text, type PropertyTable } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { isList, isRecord } from "../../values.ts";
import { membersOf, stateOf } from "./form.ts";

/** Compliance levels of Patch Manager. */
export const complianceLevel = oneOf("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED");

const filterKey = oneOf(
  ..."ARCH ADVISORY_ID BUGZILLA_ID PATCH_SET PRODUCT PRODUCT_FAMILY CLASSIFICATION CVE_ID EPOCH MSRC_SEVERITY".split(
    " ",
  ),
  ..."NAME PATCH_ID SECTION PRIORITY REPOSITORY RELEASE SEVERITY SECURITY VERSION".split(" "),
);

const filter = object({
  key: required(text(filterKey)),
  values: required(list(text(length(1, 64)), { min: 1, max: 20 })),
});

/** Global filters: an ordered list of at most four. */
export const globalFilters = optional(list(filter, { max: 4 }), { member: "GlobalFilters.PatchFilters" });

/** The real provider sends an empty list as none at all, so that the API then misses a required member. */
const group: PropertyTable = { patchFilters: optional(list(filter)) };

const rule: PropertyTable = {
  approveAfterDays: optional(integer(0, 360)),
  approveUntilDate: optional(text(pattern(/[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/, "a date, YYYY-MM-DD"))),
  complianceLevel: optional(text(complianceLevel), { default: "UNSPECIFIED" }),
  enableNonSecurity: optional(flag, { default: false }),
  patchFilters: required(list(filter, { max: 10 }), {
    member: "PatchFilterGroup",
    form: {
      sent: (patchFilters) => membersOf(group, { patchFilters }),
      told: (member) => stateOf(group, member as object)["patchFilters"],
    },
  }),
};

/** A rule with neither delay nor date is sent with no delay: the API wants one of the two. */
function dated({ ApproveAfterDays = 0, ...sent }: Record<string, unknown>): Record<string, unknown> {
  return sent["ApproveUntilDate"] === undefined ? { ...sent, ApproveAfterDays } : sent;
}

/**
 * Approval rules: an ordered list. The provider lets ten filters pass where the API takes four.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
 */
export const approvalRules = optional(list(object(rule)), {
  member: "ApprovalRules.PatchRules",
  form: {
    sent: (rules) => {
      const sent = isList(rules) ? rules.filter(isRecord).map((each) => dated(membersOf(rule, each))) : [];
      return sent.length === 0 ? undefined : sent;
    },
  },
});

/** Alternative sources of patches for Linux. */
export const sources = optional(
  list(
    object({
      configuration: required(text(length(1, 1024))),
      name: required(text(pattern(/^[0-9A-Za-z_.-]{3,50}$/, "3 to 50 letters, digits, hyphens, dots and underscores"))),
      products: required(list(text(length(1, 128)), { max: 20 })),
    }),
    { max: 20 },
  ),
);
