import type { OperatingSystem, SSM } from "@aws-sdk/client-ssm";
import { requiredText } from "../../fields.ts";
import { document, required, text } from "../../schema.ts";
import { oneOf, pattern } from "../../textChecks.ts";
import { defined } from "../../values.ts";
import { attempt, regional, unless, type ResourceType } from "../resourceType.ts";
import { operatingSystems } from "./operatingSystems.ts";
import { everyPage } from "./paging.ts";

const baselineId = /^(?:arn:[^:]+:ssm:[^:]*:[^:]*:patchbaseline\/)?(pb-[0-9a-f]{17})$/;

const isBaselineId = pattern(baselineId, "pb- and 17 hexadecimal digits, or the ARN of a patch baseline");

function shortId(id: string): string {
  return baselineId.exec(id)?.[1] ?? id;
}

/**
 * Makes AWS's own baseline the default of an OS again: the one whose name is `AWS-…PatchBaseline` without more hyphens.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchBaselines.html
 */
export async function restoreAwsDefault(ssm: SSM, operatingSystem: string): Promise<void> {
  const doing = `restoring SSM Default Patch Baseline for operating system (${operatingSystem})`;
  const filters = [
    { Key: "OPERATING_SYSTEM", Values: [operatingSystem] },
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
    throw new Error(`${doing}: expected one baseline of AWS's own, found ${String(defaults.length)}`);
  }
  await attempt(doing, () => ssm.registerDefaultPatchBaseline({ BaselineId: id }));
}

/**
 * `aws:ssm/defaultPatchBaseline:DefaultPatchBaseline`: both inputs replace it, and its deletion makes AWS's baseline
 * the default, so that a replacement that deletes last undoes itself.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterDefaultPatchBaseline.html
 */
export const defaultPatchBaseline: ResourceType = {
  properties: {
    ...regional,
    baselineId: required(
      document(isBaselineId, (left, right) => shortId(left) === shortId(right)),
      { forceNew: true },
    ),
    operatingSystem: required(text(oneOf(...operatingSystems)), { forceNew: true }),
  },
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const id = requiredText(inputs, "baselineId");
    const wanted = requiredText(inputs, "operatingSystem");
    const baseline = await attempt(`reading SSM Patch Baseline (${id})`, () =>
      ssm.getPatchBaseline({ BaselineId: id }),
    );
    if (baseline.OperatingSystem !== wanted) {
      throw new Error(
        `Patch Baseline Operating System (${baseline.OperatingSystem ?? "none"}) does not match ${wanted}`,
      );
    }
    await attempt(`registering SSM Default Patch Baseline (${id})`, () =>
      ssm.registerDefaultPatchBaseline({ BaselineId: id }),
    );
    return { id: wanted };
  },
  read: async (session, id) => {
    const ssm = await session.ssm();
    const found = await unless(["DoesNotExistException"], `reading SSM Default Patch Baseline (${id})`, () =>
      ssm.getDefaultPatchBaseline({ OperatingSystem: id as OperatingSystem }),
    );
    return found === undefined
      ? undefined
      : defined({ baselineId: found.BaselineId, operatingSystem: found.OperatingSystem });
  },
  delete: async (session, id) => restoreAwsDefault(await session.ssm(), id),
};
