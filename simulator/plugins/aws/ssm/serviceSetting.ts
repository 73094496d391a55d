import type { SSM } from "@aws-sdk/client-ssm";
import { requiredText, textOf } from "../../fields.ts";
import { output, required, text } from "../../schema.ts";
import { arn } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, regional, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { ssmType } from "./ssmType.ts";

function isArn(id: string): boolean {
  return id.startsWith("arn:");
}

function settingArn(session: Session, settingId: string): string {
  return isArn(settingId) ? settingId : session.arn("ssm", `servicesetting${settingId}`);
}

async function apply(ssm: SSM, inputs: Values): Promise<string> {
  const SettingId = requiredText(inputs, "settingId");
  await attempt(`updating SSM Service Setting (${SettingId})`, () =>
    ssm.updateServiceSetting({ SettingId, SettingValue: requiredText(inputs, "settingValue") }),
  );
  return SettingId;
}

/**
 * `aws:ssm/serviceSetting:ServiceSetting`: nothing replaces it; its deletion sets the account back to AWS's default.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html
 */
export const serviceSetting: ResourceType = ssmType({
  title: "Service Setting",
  properties: {
    ...regional,
    arn: output(),
    settingId: required(
      text((id) =>
        id.startsWith("/ssm/") || (isArn(id) && arn(id) === undefined)
          ? undefined
          : `must be an ARN or begin with /ssm/, got ${JSON.stringify(id)}`,
      ),
    ),
    settingValue: required(text()),
    status: output(),
  },
  missing: /^ServiceSettingNotFound:/,
  deletesTwice: false,
  create: async (ssm, inputs, session) => ({ id: settingArn(session, await apply(ssm, inputs)) }),
  read: async (ssm, id, state) => {
    const { ServiceSetting: found } = await ssm.getServiceSetting({ SettingId: id });
    return (
      found &&
      defined({
        arn: found.ARN,
        settingId: isArn(textOf(state, "settingId") ?? "") ? found.ARN : found.SettingId,
        settingValue: found.SettingValue,
        status: found.Status,
      })
    );
  },
  update: (ssm, _id, _old, new_) => apply(ssm, new_),
  delete: (ssm, id) => ssm.resetServiceSetting({ SettingId: id }),
});
