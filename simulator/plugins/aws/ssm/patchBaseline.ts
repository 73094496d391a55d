import type { CreatePatchBaselineRequest, GetPatchBaselineResult, SSM } from "@aws-sdk/client-ssm";
import { flagOf, requiredText } from "../../fields.ts";
import { flag, optional, output, required, set, text } from "../../schema.ts";
import { length, oneOf } from "../../textChecks.ts";
import { canonical, fromWire, type Values } from "../../values.ts";
import { changesOfProperty, regional, tagged, unless, type ResourceType } from "../resourceType.ts";
import { approvalRules, complianceLevel, globalFilters, sources } from "./baselineForm.ts";
import { restoreAwsDefault } from "./defaultPatchBaseline.ts";
import { membersOf, stateOf } from "./form.ts";
import { ssmType } from "./ssmType.ts";
import { tagsIn } from "./tags.ts";
import { operatingSystem, ssmName } from "./texts.ts";

const patches = set(text(length(1, 100)), { max: 50 });

const properties = {
  ...regional,
  ...tagged,
  approvalRules,
  approvedPatches: optional(patches),
  approvedPatchesComplianceLevel: optional(text(complianceLevel), { default: "UNSPECIFIED" }),
  approvedPatchesEnableNonSecurity: optional(flag),
  arn: output(),
  availableSecurityUpdatesComplianceStatus: optional(text(oneOf("COMPLIANT", "NON_COMPLIANT")), { computed: true }),
  description: optional(text(length(0, 1024))),
  globalFilters,
  json: output(),
  name: required(text(ssmName)),
  operatingSystem: optional(text(operatingSystem), { forceNew: true, default: "WINDOWS" }),
  rejectedPatches: optional(patches),
  rejectedPatchesAction: optional(text(oneOf("ALLOW_AS_DEPENDENCY", "BLOCK")), { computed: true }),
  sources,
};

/** What makes the provider expect another `json`. */
const jsonSources = [
  ..."description globalFilters approvalRules approvedPatches rejectedPatches operatingSystem".split(" "),
  ..."approvedPatchesComplianceLevel rejectedPatchesAction approvedPatchesEnableNonSecurity sources".split(" "),
];

/** The baseline as JSON, without what changes by itself: its dates, and the groups registered for it later. */
function jsonOf(found: GetPatchBaselineResult): string {
  const dropped = new Set(["$metadata", "CreatedDate", "ModifiedDate", "PatchGroups"]);
  const kept = Object.entries(found).filter(([name]) => !dropped.has(name));
  return canonical(fromWire(Object.fromEntries(kept)));
}

function settings(inputs: Values): CreatePatchBaselineRequest {
  return {
    ...(membersOf(properties, inputs) as unknown as CreatePatchBaselineRequest),
    // Terraform's GetOk: false is as good as left out.
    ApprovedPatchesEnableNonSecurity: flagOf(inputs, "approvedPatchesEnableNonSecurity") === true ? true : undefined,
    Tags: tagsIn(inputs),
  };
}

/** What an update sends for what is to be empty; the last source cannot be taken away. */
const emptied: Readonly<Record<string, Record<string, unknown>>> = {
  approvalRules: { ApprovalRules: {} },
  approvedPatches: { ApprovedPatches: [] },
  description: { Description: "" },
  globalFilters: { GlobalFilters: {} },
  rejectedPatches: { RejectedPatches: [] },
};

/** Only what changes is sent, so that the rest of the baseline stays whatever it is. */
function changed(old: Values, new_: Values): Record<string, unknown> {
  const changes = Object.entries(properties).filter(([name]) => changesOfProperty(properties, name, old, new_));
  const empty = Object.assign({}, ...changes.map(([name]) => emptied[name])) as Record<string, unknown>;
  return { ...empty, ...membersOf(Object.fromEntries(changes), new_) };
}

async function remove(ssm: SSM, id: string, state: Values): Promise<void> {
  const gone = await unless(/^ResourceInUseException:/, `deleting SSM Patch Baseline (${id})`, () =>
    ssm.deletePatchBaseline({ BaselineId: id }),
  );
  if (gone === undefined) {
    // The provider takes "in use" for "is its OS's default", gives that back to AWS and tries once more.
    await restoreAwsDefault(ssm, requiredText(state, "operatingSystem"));
    await ssm.deletePatchBaseline({ BaselineId: id });
  }
}

/**
 * `aws:ssm/patchBaseline:PatchBaseline`: only the operating system replaces it; patch lists are sets, rules and filters
 * ordered lists.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
 */
export const patchBaseline: ResourceType = ssmType({
  title: "Patch Baseline",
  properties,
  nameProperty: "name",
  missing: /^DoesNotExistException:/,
  deletesTwice: false,
  taggedAs: "PatchBaseline",
  renewed: (old, new_) => (jsonSources.some((name) => changesOfProperty(properties, name, old, new_)) ? ["json"] : []),
  create: async (ssm, inputs) => {
    const { BaselineId = "" } = await ssm.createPatchBaseline(settings(inputs));
    return { id: BaselineId };
  },
  read: async (ssm, id, _state, session) => {
    const found = await ssm.getPatchBaseline({ BaselineId: id });
    return { ...stateOf(properties, found), arn: session.arn("ssm", `patchbaseline/${id}`), json: jsonOf(found) };
  },
  update: (ssm, id, old, new_) => ssm.updatePatchBaseline({ BaselineId: id, ...changed(old, new_) }),
  delete: remove,
});
