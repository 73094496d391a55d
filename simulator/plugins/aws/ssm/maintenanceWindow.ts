import type { CreateMaintenanceWindowRequest } from "@aws-sdk/client-ssm";
import { flagOf } from "../../fields.ts";
import { flag, integer, optional, required, text } from "../../schema.ts";
import type { Values } from "../../values.ts";
import { attempt, regional, tagged, type ResourceType } from "../resourceType.ts";
import { membersOf, stateOf } from "./form.ts";
import { ssmType } from "./ssmType.ts";
import { tagsIn } from "./tags.ts";

const properties = {
  ...regional,
  ...tagged,
  allowUnassociatedTargets: optional(flag, { default: false }),
  cutoff: required(integer()),
  description: optional(text()),
  duration: required(integer()),
  enabled: optional(flag, { default: true }),
  endDate: optional(text()),
  name: required(text()),
  schedule: required(text()),
  scheduleOffset: optional(integer(1, 6)),
  scheduleTimezone: optional(text()),
  startDate: optional(text()),
};

function settings(inputs: Values) {
  return membersOf(properties, inputs) as unknown as CreateMaintenanceWindowRequest & { readonly Enabled: boolean };
}

/**
 * `aws:ssm/maintenanceWindow:MaintenanceWindow`: the creation knows no `enabled`, so a disabled window is enabled for a
 * moment; an update sends everything with `Replace`. The provider checks hardly anything itself: cutoff, duration, name
 * and schedule are refused by the API.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateMaintenanceWindow.html
 */
export const maintenanceWindow: ResourceType = ssmType({
  title: "Maintenance Window",
  properties,
  nameProperty: "name",
  missing: /^DoesNotExistException:/,
  deletesTwice: false,
  taggedAs: "MaintenanceWindow",
  create: async (ssm, inputs) => {
    const { Enabled: _, ...sent } = settings(inputs);
    const { WindowId = "" } = await ssm.createMaintenanceWindow({ ...sent, Tags: tagsIn(inputs) });
    return { id: WindowId };
  },
  afterCreate: async (session, id, inputs) => {
    if (flagOf(inputs, "enabled") === false) {
      const ssm = await session.ssm();
      await attempt(`disabling SSM Maintenance Window (${id})`, () =>
        ssm.updateMaintenanceWindow({ WindowId: id, Enabled: false }),
      );
    }
  },
  read: async (ssm, id) => stateOf(properties, await ssm.getMaintenanceWindow({ WindowId: id })),
  update: (ssm, id, _old, new_) => ssm.updateMaintenanceWindow({ ...settings(new_), WindowId: id, Replace: true }),
  delete: (ssm, id) => ssm.deleteMaintenanceWindow({ WindowId: id }),
});
