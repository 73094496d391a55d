import type {
  GetPatchBaselineResult,
  OperatingSystem,
  PatchAction,
  PatchComplianceLevel,
  PatchComplianceStatus,
  SSM,
  UpdatePatchBaselineRequest,
} from "@aws-sdk/client-ssm";
import { flagOf, givenText, requiredText, textOf, textsOf } from "../../fields.ts";
import { flag, optional, output, required, set, text } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { canonical, defined, fromWire, type Values } from "../../values.ts";
import {
  attempt,
  changesBesidesTags,
  changesOfProperty,
  regional,
  tagged,
  unless,
  type ResourceType,
} from "../resourceType.ts";
import type { Session } from "../session.ts";
import {
  approvalRulesShape,
  complianceLevel,
  filtersIn,
  filtersOut,
  globalFiltersShape,
  rulesIn,
  rulesOut,
  sourcesIn,
  sourcesOut,
  sourcesShape,
} from "./baselineForm.ts";
import { restoreAwsDefault } from "./defaultPatchBaseline.ts";
import { operatingSystems } from "./operatingSystems.ts";
import { changeTags, readTags, tagsIn } from "./tags.ts";

const patches = set(text(length(1, 100)), { max: 50 });

const properties = {
  ...regional,
  ...tagged,
  approvalRules: optional(approvalRulesShape),
  approvedPatches: optional(patches),
  approvedPatchesComplianceLevel: optional(text(complianceLevel), { default: "UNSPECIFIED" }),
  approvedPatchesEnableNonSecurity: optional(flag),
  arn: output(),
  availableSecurityUpdatesComplianceStatus: optional(text(oneOf("COMPLIANT", "NON_COMPLIANT")), { computed: true }),
  description: optional(text(length(0, 1024))),
  globalFilters: optional(globalFiltersShape),
  json: output(),
  name: required(text(pattern(/^[0-9A-Za-z_.-]{3,128}$/, "3 to 128 letters, digits, hyphens, dots and underscores"))),
  operatingSystem: optional(text(oneOf(...operatingSystems)), { forceNew: true, default: "WINDOWS" }),
  rejectedPatches: optional(patches),
  rejectedPatchesAction: optional(text(oneOf("ALLOW_AS_DEPENDENCY", "BLOCK")), { computed: true }),
  sources: optional(sourcesShape),
};

/** What makes the provider expect another `json`. */
const jsonSources = [
  "description",
  "globalFilters",
  "approvalRules",
  "approvedPatches",
  "rejectedPatches",
  "operatingSystem",
  "approvedPatchesComplianceLevel",
  "rejectedPatchesAction",
  "approvedPatchesEnableNonSecurity",
  "sources",
] as const;

function nonEmpty<Item>(items: readonly Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : [...items];
}

/** The baseline as JSON, without what changes by itself: its dates, and the groups registered for it later. */
function jsonOf(found: GetPatchBaselineResult): string {
  const dropped = new Set(["$metadata", "CreatedDate", "ModifiedDate", "PatchGroups"]);
  const kept = Object.entries(found).filter(([name]) => !dropped.has(name));
  return canonical(fromWire(Object.fromEntries(kept)));
}

async function read(session: Session, id: string): Promise<Values | undefined> {
  const ssm = await session.ssm();
  const found = await unless(["DoesNotExistException"], `reading SSM Patch Baseline (${id})`, () =>
    ssm.getPatchBaseline({ BaselineId: id }),
  );
  if (found === undefined) {
    return undefined;
  }
  return defined({
    approvalRules: rulesOut(found.ApprovalRules),
    approvedPatches: nonEmpty(found.ApprovedPatches ?? []),
    approvedPatchesComplianceLevel: found.ApprovedPatchesComplianceLevel,
    approvedPatchesEnableNonSecurity: found.ApprovedPatchesEnableNonSecurity ?? false,
    arn: session.arn("ssm", `patchbaseline/${id}`),
    availableSecurityUpdatesComplianceStatus: found.AvailableSecurityUpdatesComplianceStatus,
    description: found.Description,
    globalFilters: filtersOut(found.GlobalFilters),
    json: jsonOf(found),
    name: found.Name,
    operatingSystem: found.OperatingSystem,
    rejectedPatches: nonEmpty(found.RejectedPatches ?? []),
    rejectedPatchesAction: found.RejectedPatchesAction,
    sources: sourcesOut(found.Sources),
    tags: await readTags(ssm, "PatchBaseline", id),
  });
}

async function create(ssm: SSM, inputs: Values): Promise<string> {
  const name = requiredText(inputs, "name");
  const rules = rulesIn(inputs);
  const filters = filtersIn(inputs, "globalFilters");
  const made = await attempt(`creating SSM Patch Baseline (${name})`, () =>
    ssm.createPatchBaseline({
      ApprovalRules: rules.PatchRules === undefined ? undefined : rules,
      ApprovedPatches: nonEmpty(textsOf(inputs, "approvedPatches")),
      ApprovedPatchesComplianceLevel: textOf(inputs, "approvedPatchesComplianceLevel") as PatchComplianceLevel,
      // Terraform's GetOk: false is as good as left out.
      ApprovedPatchesEnableNonSecurity: flagOf(inputs, "approvedPatchesEnableNonSecurity") === true ? true : undefined,
      AvailableSecurityUpdatesComplianceStatus: givenText(inputs, "availableSecurityUpdatesComplianceStatus") as
        PatchComplianceStatus | undefined,
      Description: givenText(inputs, "description"),
      GlobalFilters: filters.PatchFilters === undefined ? undefined : filters,
      Name: name,
      OperatingSystem: textOf(inputs, "operatingSystem") as OperatingSystem,
      RejectedPatches: nonEmpty(textsOf(inputs, "rejectedPatches")),
      RejectedPatchesAction: givenText(inputs, "rejectedPatchesAction") as PatchAction | undefined,
      Sources: sourcesIn(inputs),
      Tags: tagsIn(inputs),
    }),
  );
  return made.BaselineId ?? "";
}

/** Only what changes is sent, so that the rest of the baseline stays whatever it is. */
function changed(old: Values, new_: Values): Omit<UpdatePatchBaselineRequest, "BaselineId"> {
  const has = (name: string): boolean => changesOfProperty(properties, name, old, new_);
  return {
    ...(has("approvalRules") && { ApprovalRules: rulesIn(new_) }),
    ...(has("approvedPatches") && { ApprovedPatches: textsOf(new_, "approvedPatches") }),
    ...(has("approvedPatchesComplianceLevel") && {
      ApprovedPatchesComplianceLevel: textOf(new_, "approvedPatchesComplianceLevel") as PatchComplianceLevel,
    }),
    ...(has("approvedPatchesEnableNonSecurity") && {
      ApprovedPatchesEnableNonSecurity: flagOf(new_, "approvedPatchesEnableNonSecurity") ?? false,
    }),
    ...(has("availableSecurityUpdatesComplianceStatus") && {
      AvailableSecurityUpdatesComplianceStatus: textOf(
        new_,
        "availableSecurityUpdatesComplianceStatus",
      ) as PatchComplianceStatus,
    }),
    ...(has("description") && { Description: textOf(new_, "description") ?? "" }),
    ...(has("globalFilters") && { GlobalFilters: filtersIn(new_, "globalFilters") }),
    ...(has("name") && { Name: requiredText(new_, "name") }),
    ...(has("rejectedPatches") && { RejectedPatches: textsOf(new_, "rejectedPatches") }),
    ...(has("rejectedPatchesAction") && {
      RejectedPatchesAction: textOf(new_, "rejectedPatchesAction") as PatchAction,
    }),
    ...(has("sources") && { Sources: sourcesIn(new_) }),
  };
}

async function remove(ssm: SSM, id: string, state: Values): Promise<void> {
  const doing = `deleting SSM Patch Baseline (${id})`;
  const gone = await unless(["ResourceInUseException"], doing, () => ssm.deletePatchBaseline({ BaselineId: id }));
  if (gone === undefined) {
    // The provider takes "in use" for "is its OS's default", gives that back to AWS and tries once more.
    await restoreAwsDefault(ssm, requiredText(state, "operatingSystem"));
    await attempt(doing, () => ssm.deletePatchBaseline({ BaselineId: id }));
  }
}

/**
 * `aws:ssm/patchBaseline:PatchBaseline`: only the operating system replaces it; patch lists are sets, rules and filters
 * ordered lists.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
 */
export const patchBaseline: ResourceType = {
  properties,
  nameProperty: "name",
  renewed: (old, new_) => (jsonSources.some((name) => changesOfProperty(properties, name, old, new_)) ? ["json"] : []),
  create: async (session, inputs) => ({ id: await create(await session.ssm(), inputs) }),
  read,
  update: async (session, id, old, new_) => {
    const ssm = await session.ssm();
    if (changesBesidesTags(properties, old, new_)) {
      await attempt(`updating SSM Patch Baseline (${id})`, () =>
        ssm.updatePatchBaseline({ BaselineId: id, ...changed(old, new_) }),
      );
    }
    await changeTags(ssm, "PatchBaseline", id, old, new_);
  },
  delete: async (session, id, state) => remove(await session.ssm(), id, state),
};
