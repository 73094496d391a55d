import { givenNumber, givenText, requiredText } from "../../fields.ts";
import { flag, integer, map, optional, output, required, text } from "../../schema.ts";
import { timestamp } from "../../textChecks.ts";
import { defined } from "../../values.ts";
import { attempt, regional, unless, type ResourceType } from "../resourceType.ts";
import { everyPage } from "./paging.ts";
import { tagsIn, tagsOut } from "./tags.ts";

/** RFC 3339 in UTC with whole seconds, as the real provider writes times into the state. */
function wholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/**
 * `aws:ssm/activation:Activation`: the API has no update, so every input replaces it, tags included. Its code is
 * answered by the creation only. `registrationLimit` is not computed: leaving it out replaces the activation on every
 * update, because reading writes the API's default of 1 back.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html
 */
export const activation: ResourceType = {
  properties: {
    ...regional,
    activationCode: output(),
    description: optional(text(), { forceNew: true }),
    expirationDate: optional(text(timestamp), { forceNew: true, computed: true }),
    expired: output(flag),
    iamRole: required(text(), { forceNew: true }),
    name: optional(text(), { forceNew: true }),
    registrationCount: output(integer()),
    registrationLimit: optional(integer(), { forceNew: true }),
    tags: optional(map(), { forceNew: true }),
    tagsAll: output(map()),
  },
  nameProperty: "name",
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const expirationDate = givenText(inputs, "expirationDate");
    const made = await attempt(`creating SSM Activation (${givenText(inputs, "name") ?? ""})`, () =>
      ssm.createActivation({
        DefaultInstanceName: givenText(inputs, "name"),
        Description: givenText(inputs, "description"),
        ExpirationDate: expirationDate === undefined ? undefined : new Date(expirationDate),
        IamRole: requiredText(inputs, "iamRole"),
        RegistrationLimit: givenNumber(inputs, "registrationLimit"),
        Tags: tagsIn(inputs),
      }),
    );
    return { id: made.ActivationId ?? "", state: defined({ activationCode: made.ActivationCode }) };
  },
  read: async (session, id, state) => {
    const ssm = await session.ssm();
    const [found] = await attempt(`reading SSM Activation (${id})`, () =>
      everyPage(
        (NextToken) =>
          ssm.describeActivations({ Filters: [{ FilterKey: "ActivationIds", FilterValues: [id] }], NextToken }),
        (page) => page.ActivationList,
      ),
    );
    if (found === undefined) {
      return undefined;
    }
    return defined({
      activationCode: givenText(state, "activationCode"),
      description: found.Description,
      expirationDate: found.ExpirationDate === undefined ? undefined : wholeSeconds(found.ExpirationDate),
      expired: found.Expired ?? false,
      iamRole: found.IamRole,
      name: found.DefaultInstanceName,
      registrationCount: found.RegistrationsCount ?? 0,
      registrationLimit: found.RegistrationLimit,
      tags: tagsOut(found.Tags),
    });
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    await unless(["InvalidActivation"], `deleting SSM Activation (${id})`, () =>
      ssm.deleteActivation({ ActivationId: id }),
    );
  },
};
