import type { CreateActivationRequest } from "@aws-sdk/client-ssm";
import { givenText } from "../../fields.ts";
import { flag, integer, map, optional, output, required, text } from "../../schema.ts";
import { timestamp } from "../../textChecks.ts";
import { defined } from "../../values.ts";
import { regional, type ResourceType } from "../resourceType.ts";
import { membersOf, stateOf } from "./form.ts";
import { everyPage } from "./paging.ts";
import { ssmType } from "./ssmType.ts";
import { tagsIn, tagsOut } from "./tags.ts";

const properties = {
  ...regional,
  activationCode: output(),
  description: optional(text(), { forceNew: true }),
  expirationDate: optional(text(timestamp), {
    forceNew: true,
    computed: true,
    form: { sent: (date) => (typeof date === "string" && date !== "" ? new Date(date) : undefined) },
  }),
  expired: output(flag),
  iamRole: required(text(), { forceNew: true }),
  name: optional(text(), { forceNew: true, member: "DefaultInstanceName" }),
  registrationCount: output(integer(), { member: "RegistrationsCount" }),
  registrationLimit: optional(integer(), { forceNew: true }),
  tags: optional(map(), { forceNew: true }),
  tagsAll: output(map()),
};

/**
 * `aws:ssm/activation:Activation`: the API has no update, so every input replaces it, tags included. Its code is
 * answered by the creation only. `registrationLimit` is not computed: leaving it out replaces the activation on every
 * update, because reading writes the API's default of 1 back.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html
 */
export const activation: ResourceType = ssmType({
  title: "Activation",
  properties,
  nameProperty: "name",
  missing: /^InvalidActivation:/,
  create: async (ssm, inputs) => {
    const request = { ...membersOf(properties, inputs), Tags: tagsIn(inputs) } as unknown as CreateActivationRequest;
    const { ActivationId = "", ActivationCode } = await ssm.createActivation(request);
    return { id: ActivationId, state: defined({ activationCode: ActivationCode }) };
  },
  read: async (ssm, id, state) => {
    const Filters = [{ FilterKey: "ActivationIds" as const, FilterValues: [id] }];
    const [found] = await everyPage(
      (NextToken) => ssm.describeActivations({ Filters, NextToken }),
      (page) => page.ActivationList,
    );
    return (
      found &&
      defined({
        registrationCount: 0,
        ...stateOf(properties, found),
        activationCode: givenText(state, "activationCode"),
        tags: tagsOut(found.Tags),
      })
    );
  },
  delete: (ssm, id) => ssm.deleteActivation({ ActivationId: id }),
});
