import { requiredText } from "../../fields.ts";
import { required, text } from "../../schema.ts";
import { attempt, regional, unless, type ResourceType } from "../resourceType.ts";
import { everyPage } from "./paging.ts";

function parts(id: string): { readonly patchGroup: string; readonly baselineId: string } {
  const [patchGroup, baselineId, ...rest] = id.split(",");
  if (patchGroup === undefined || baselineId === undefined || rest.length > 0) {
    throw new Error(`unexpected format for ID (${id}), expected patch_group,baseline_id`);
  }
  return { patchGroup, baselineId };
}

/**
 * `aws:ssm/patchGroup:PatchGroup`: both inputs replace it. AWS refuses a second baseline for a group and OS, so a
 * replacement that deletes last fails.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterPatchBaselineForPatchGroup.html
 */
export const patchGroup: ResourceType = {
  properties: {
    ...regional,
    baselineId: required(text(), { forceNew: true }),
    patchGroup: required(text(), { forceNew: true }),
  },
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const BaselineId = requiredText(inputs, "baselineId");
    const PatchGroup = requiredText(inputs, "patchGroup");
    const id = `${PatchGroup},${BaselineId}`;
    await attempt(`creating SSM Patch Group (${id})`, () =>
      ssm.registerPatchBaselineForPatchGroup({ BaselineId, PatchGroup }),
    );
    return { id };
  },
  read: async (session, id) => {
    const ssm = await session.ssm();
    const wanted = parts(id);
    const mappings = await attempt(`reading SSM Patch Group (${id})`, () =>
      everyPage(
        (NextToken) => ssm.describePatchGroups({ NextToken }),
        (page) => page.Mappings,
      ),
    );
    const found = mappings.some(
      ({ PatchGroup, BaselineIdentity }) =>
        PatchGroup === wanted.patchGroup && BaselineIdentity?.BaselineId === wanted.baselineId,
    );
    return found ? { ...wanted } : undefined;
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    const { patchGroup: PatchGroup, baselineId: BaselineId } = parts(id);
    await unless(["DoesNotExistException"], `deleting SSM Patch Group (${id})`, () =>
      ssm.deregisterPatchBaselineForPatchGroup({ BaselineId, PatchGroup }),
    );
  },
};
