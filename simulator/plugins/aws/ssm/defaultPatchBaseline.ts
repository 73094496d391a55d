import type { OperatingSystem, SSM } from "@aws-sdk/client-ssm";
import { requiredText } from "../../fields.ts";
import { document, required, text } from "../../schema.ts";
import { pattern } from "../../textChecks.ts";
import { attempt, CallFailed, regional, type ResourceType } from "../resourceType.ts";
import { stateOf } from "./form.ts";
import { everyPage } from "./paging.ts";
import { ssmType } from "./ssmType.ts";
import { operatingSystem } from "./texts.ts";

const baselineId = /^(?:arn:[^:]+:ssm:[^:]*:[^:]*:patchbaseline\/)?(pb-[0-9a-f]{17})$/;

const isBaselineId = pattern(baselineId, "pb- and 17 hexadecimal digits, or the ARN of a patch baseline");

function shortId(id: string): string {
  return baselineId.exec(id)?.[1] ?? id;
}

/**
 * Makes AWS's own baseline the default of an OS again: the one whose name is `AWS-…PatchBaseline` without more hyphens.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchBaselines.html
 */
export async function restoreAwsDefault(ssm: SSM, system: string): Promise<void> {
  const doing = `restoring SSM Default Patch Baseline for operating system (${system})`;
  const filters = [
    { Key: "OPERATING_SYSTEM", Values: [system] },
    { Key: "OWNER", Values: ["AWS"] },
  ];
  const owned = await attempt(doing, () =>
    everyPage(
      (NextToken) => ssm.describePatchBaselines({ Filters: filters, NextToken }),
      (page) => page.BaselineIdentities,
    ),
  );
  const defaults = owned.filter(({ BaselineName = "" }) => /^AWS-[0-9A-Za-z]+PatchBaseline$/.test(BaselineName));
  const [id] = defaults.map((identity) => identity.BaselineId);
  if (id === undefined || defaults.length !== 1) {
    throw new CallFailed(`${doing}: expected one baseline of AWS's own, found ${String(defaults.length)}`);
  }
  await attempt(doing, () => ssm.registerDefaultPatchBaseline({ BaselineId: id }));
}

const properties = {
  ...regional,
  baselineId: required(
    document(isBaselineId, (left, right) => shortId(left) === shortId(right)),
    { forceNew: true },
  ),
  operatingSystem: required(text(operatingSystem), { forceNew: true }),
};

/**
 * `aws:ssm/defaultPatchBaseline:DefaultPatchBaseline`: both inputs replace it, and its deletion makes AWS's baseline
 * the default, so that a replacement that deletes last undoes itself.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterDefaultPatchBaseline.html
 */
export const defaultPatchBaseline: ResourceType = ssmType({
  title: "Default Patch Baseline",
  properties,
  missing: /^DoesNotExistException:/,
  create: async (ssm, inputs) => {
    const id = requiredText(inputs, "baselineId");
    const wanted = requiredText(inputs, "operatingSystem");
    const found = await attempt(`reading SSM Patch Baseline (${id})`, () => ssm.getPatchBaseline({ BaselineId: id }));
    if (found.OperatingSystem !== wanted) {
      throw new CallFailed(
        `Patch Baseline Operating System (${found.OperatingSystem ?? "none"}) does not match ${wanted}`,
      );
    }
    await attempt(`registering SSM Default Patch Baseline (${id})`, () =>
      ssm.registerDefaultPatchBaseline({ BaselineId: id }),
    );
    return { id: wanted };
  },
  read: async (ssm, id) =>
    stateOf(properties, await ssm.getDefaultPatchBaseline({ OperatingSystem: id as OperatingSystem })),
  delete: (ssm, id) => restoreAwsDefault(ssm, id),
});
