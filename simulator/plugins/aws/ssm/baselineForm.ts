import type {
  PatchComplianceLevel,
  PatchFilterGroup,
  PatchFilterKey,
  PatchRule,
  PatchRuleGroup,
  PatchSource,
} from "@aws-sdk/client-ssm";
import { flagOf, givenText, numberOf, recordsOf, requiredText, textOf, textsOf } from "../../fields.ts";
import { flag, integer, list, object, optional, required, text, type Shape } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Value, type Values } from "../../values.ts";

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
export const globalFiltersShape: Shape = list(filter, { max: 4 });

/**
 * Approval rules: an ordered list. The provider lets ten filters pass where the API takes four.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
 */
export const approvalRulesShape: Shape = list(
  object({
    approveAfterDays: optional(integer(0, 360)),
    approveUntilDate: optional(text(pattern(/[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/, "a date, YYYY-MM-DD"))),
    complianceLevel: optional(text(complianceLevel), { default: "UNSPECIFIED" }),
    enableNonSecurity: optional(flag, { default: false }),
    patchFilters: required(list(filter, { max: 10 })),
  }),
);

/** Alternative sources of patches for Linux. */
export const sourcesShape: Shape = list(
  object({
    configuration: required(text(length(1, 1024))),
    name: required(text(pattern(/^[0-9A-Za-z_.-]{3,50}$/, "3 to 50 letters, digits, hyphens, dots and underscores"))),
    products: required(list(text(length(1, 128)), { max: 20 })),
  }),
  { max: 20 },
);

/** The real provider sends an empty list as none at all, so that the API then misses a required member. */
function sent<Item>(items: Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A property's filters in the API's form. */
export function filtersIn(values: Values, name: string): PatchFilterGroup {
  const filters = recordsOf(values, name).map((each) => ({
    Key: requiredText(each, "key") as PatchFilterKey,
    Values: textsOf(each, "values"),
  }));
  return { PatchFilters: sent(filters) };
}

function ruleIn(rule: Values): PatchRule {
  const approveUntilDate = givenText(rule, "approveUntilDate");
  return {
    ComplianceLevel: textOf(rule, "complianceLevel") as PatchComplianceLevel | undefined,
    EnableNonSecurity: flagOf(rule, "enableNonSecurity") ?? false,
    PatchFilterGroup: filtersIn(rule, "patchFilters"),
    // A rule with neither is sent with no delay: the API wants one of the two.
    ...(approveUntilDate === undefined
      ? { ApproveAfterDays: numberOf(rule, "approveAfterDays") ?? 0 }
      : { ApproveUntilDate: approveUntilDate }),
  };
}

/** Approval rules in the API's form. */
export function rulesIn(inputs: Values): PatchRuleGroup {
  return { PatchRules: sent(recordsOf(inputs, "approvalRules").map(ruleIn)) };
}

/** Sources in the API's form; nothing when there are none, so that an update cannot take the last ones away. */
export function sourcesIn(inputs: Values): PatchSource[] | undefined {
  return sent(
    recordsOf(inputs, "sources").map((source) => ({
      Configuration: requiredText(source, "configuration"),
      Name: requiredText(source, "name"),
      Products: textsOf(source, "products"),
    })),
  );
}

function emptyToNothing(values: readonly Value[]): readonly Value[] | undefined {
  return values.length === 0 ? undefined : values;
}

/** Filters in the state's form; nothing when there are none. */
export function filtersOut(group: PatchFilterGroup | undefined): readonly Value[] | undefined {
  const filters = group?.PatchFilters ?? [];
  return emptyToNothing(filters.map(({ Key, Values: values }) => defined({ key: Key, values: values ?? [] })));
}

/** Approval rules in the state's form; nothing when there are none. */
export function rulesOut(group: PatchRuleGroup | undefined): readonly Value[] | undefined {
  const rules = (group?.PatchRules ?? []).map((rule) =>
    defined({
      approveAfterDays: rule.ApproveAfterDays,
      approveUntilDate: rule.ApproveUntilDate,
      complianceLevel: rule.ComplianceLevel,
      enableNonSecurity: rule.EnableNonSecurity ?? false,
      patchFilters: filtersOut(rule.PatchFilterGroup),
    }),
  );
  return emptyToNothing(rules);
}

/** Sources in the state's form; nothing when there are none. */
export function sourcesOut(sources: readonly PatchSource[] | undefined): readonly Value[] | undefined {
  return emptyToNothing(
    (sources ?? []).map(({ Configuration, Name, Products }) =>
      defined({ configuration: Configuration, name: Name, products: Products ?? [] }),
    ),
  );
}
