import { requiredText } from "../../fields.ts";
import { required, text } from "../../schema.ts";
import type { Values } from "../../values.ts";
import { CallFailed, regional, type ResourceType } from "../resourceType.ts";
import { everyPage } from "./paging.ts";
import { ssmType } from "./ssmType.ts";

function idOf(inputs: Values): string {
  return `${requiredText(inputs, "patchGroup")},${requiredText(inputs, "baselineId")}`;
}

function parts(id: string): { readonly patchGroup: string; readonly baselineId: string } {
  const [patchGroup, baselineId, ...rest] = id.split(",");
  if (patchGroup === undefined || baselineId === undefined || rest.length > 0) {
    throw new CallFailed(`unexpected format for ID (${id}), expected patch_group,baseline_id`);
  }
  return { patchGroup, baselineId };
}

/**
 * `aws:ssm/patchGroup:PatchGroup`: both inputs replace it. AWS refuses a second baseline for a group and OS, so a
 * replacement that deletes last fails.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterPatchBaselineForPatchGroup.html
 */
export const patchGroup: ResourceType = ssmType({
  title: "Patch Group",
  label: (inputs) => ` (${idOf(inputs)})`,
  properties: {
    ...regional,
    baselineId: required(text(), { forceNew: true }),
    patchGroup: required(text(), { forceNew: true }),
  },
  missing: /^DoesNotExistException:/,
  create: async (ssm, inputs) => {
    await ssm.registerPatchBaselineForPatchGroup({
      BaselineId: requiredText(inputs, "baselineId"),
      PatchGroup: requiredText(inputs, "patchGroup"),
    });
    return { id: idOf(inputs) };
  },
  read: async (ssm, id) => {
    const wanted = parts(id);
    const mappings = await everyPage(
      (NextToken) => ssm.describePatchGroups({ NextToken }),
      (page) => page.Mappings,
    );
    const found = mappings.some(
      ({ PatchGroup, BaselineIdentity }) =>
        PatchGroup === wanted.patchGroup && BaselineIdentity?.BaselineId === wanted.baselineId,
    );
    return found ? { ...wanted } : undefined;
  },
  delete: (ssm, id) => {
    const { patchGroup: PatchGroup, baselineId: BaselineId } = parts(id);
    return ssm.deregisterPatchBaselineForPatchGroup({ BaselineId, PatchGroup });
  },
});
