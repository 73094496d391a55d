import { requiredText, textOf } from "../../fields.ts";
import { output, required, text } from "../../schema.ts";
import { arn } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, regional, unless, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";

function isArn(id: string): boolean {
  return id.startsWith("arn:");
}

function settingArn(session: Session, settingId: string): string {
  return isArn(settingId) ? settingId : session.arn("ssm", `servicesetting${settingId}`);
}

async function apply(session: Session, inputs: Values): Promise<string> {
  const ssm = await session.ssm();
  const SettingId = requiredText(inputs, "settingId");
  await attempt(`updating SSM Service Setting (${SettingId})`, () =>
    ssm.updateServiceSetting({ SettingId, SettingValue: requiredText(inputs, "settingValue") }),
  );
  return settingArn(session, SettingId);
}

/**
 * `aws:ssm/serviceSetting:ServiceSetting`: nothing replaces it; its deletion sets the account back to AWS's default.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html
 */
export const serviceSetting: ResourceType = {
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
  create: async (session, inputs) => ({ id: await apply(session, inputs) }),
  read: async (session, id, state) => {
    const ssm = await session.ssm();
    const answer = await unless(["ServiceSettingNotFound"], `reading SSM Service Setting (${id})`, () =>
      ssm.getServiceSetting({ SettingId: id }),
    );
    const found = answer?.ServiceSetting;
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
  update: async (session, _id, _old, new_) => {
    await apply(session, new_);
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    await attempt(`deleting SSM Service Setting (${id})`, () => ssm.resetServiceSetting({ SettingId: id }));
  },
};
