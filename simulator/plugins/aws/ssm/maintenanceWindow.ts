import type { SSM } from "@aws-sdk/client-ssm";
import { flagOf, givenNumber, givenText, numberOf, requiredText } from "../../fields.ts";
import { flag, integer, optional, required, text } from "../../schema.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, changesBesidesTags, regional, tagged, unless, type ResourceType } from "../resourceType.ts";
import { changeTags, readTags, tagsIn } from "./tags.ts";

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
  return {
    AllowUnassociatedTargets: flagOf(inputs, "allowUnassociatedTargets") ?? false,
    Cutoff: numberOf(inputs, "cutoff") ?? 0,
    Duration: numberOf(inputs, "duration") ?? 0,
    Name: requiredText(inputs, "name"),
    Schedule: requiredText(inputs, "schedule"),
    Description: givenText(inputs, "description"),
    EndDate: givenText(inputs, "endDate"),
    ScheduleOffset: givenNumber(inputs, "scheduleOffset"),
    ScheduleTimezone: givenText(inputs, "scheduleTimezone"),
    StartDate: givenText(inputs, "startDate"),
  };
}

async function read(ssm: SSM, id: string): Promise<Values | undefined> {
  const found = await unless(["DoesNotExistException"], `reading SSM Maintenance Window (${id})`, () =>
    ssm.getMaintenanceWindow({ WindowId: id }),
  );
  if (found === undefined) {
    return undefined;
  }
  return defined({
    allowUnassociatedTargets: found.AllowUnassociatedTargets ?? false,
    cutoff: found.Cutoff,
    description: found.Description,
    duration: found.Duration,
    enabled: found.Enabled,
    endDate: found.EndDate,
    name: found.Name,
    schedule: found.Schedule,
    scheduleOffset: found.ScheduleOffset,
    scheduleTimezone: found.ScheduleTimezone,
    startDate: found.StartDate,
    tags: await readTags(ssm, "MaintenanceWindow", id),
  });
}

/**
 * `aws:ssm/maintenanceWindow:MaintenanceWindow`: the creation knows no `enabled`, so a disabled window is enabled for a
 * moment; an update sends everything with `Replace`. The provider checks hardly anything itself: cutoff, duration, name
 * and schedule are refused by the API.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateMaintenanceWindow.html
 */
export const maintenanceWindow: ResourceType = {
  properties,
  nameProperty: "name",
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const { WindowId } = await attempt(`creating SSM Maintenance Window (${requiredText(inputs, "name")})`, () =>
      ssm.createMaintenanceWindow({ ...settings(inputs), Tags: tagsIn(inputs) }),
    );
    return { id: WindowId ?? "" };
  },
  afterCreate: async (session, id, inputs) => {
    if (flagOf(inputs, "enabled") === false) {
      const ssm = await session.ssm();
      await attempt(`disabling SSM Maintenance Window (${id})`, () =>
        ssm.updateMaintenanceWindow({ WindowId: id, Enabled: false }),
      );
    }
  },
  read: async (session, id) => read(await session.ssm(), id),
  update: async (session, id, old, new_) => {
    const ssm = await session.ssm();
    if (changesBesidesTags(properties, old, new_)) {
      const enabled = flagOf(new_, "enabled") ?? true;
      await attempt(`updating SSM Maintenance Window (${id})`, () =>
        ssm.updateMaintenanceWindow({ ...settings(new_), WindowId: id, Enabled: enabled, Replace: true }),
      );
    }
    await changeTags(ssm, "MaintenanceWindow", id, old, new_);
  },
  delete: async (session, id) => {
    const ssm = await session.ssm();
    await attempt(`deleting SSM Maintenance Window (${id})`, () => ssm.deleteMaintenanceWindow({ WindowId: id }));
  },
};
