import type { RegisterTargetWithMaintenanceWindowRequest } from "@aws-sdk/client-ssm";
import { requiredText, textOf } from "../../fields.ts";
import { optional, required, text } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { changesOfProperty, regional, type ResourceType } from "../resourceType.ts";
import { membersOf, stateOf } from "./form.ts";
import { everyPage } from "./paging.ts";
import { ssmType } from "./ssmType.ts";
import { targetsShape } from "./targets.ts";
import { ssmName } from "./texts.ts";

const targetKey = pattern(/^[\p{L}\p{Z}\p{N}_.:/=\-@]*$/u, "letters, digits, blanks and _ . : / = - @");

const properties = {
  ...regional,
  description: optional(text(length(3, 128)), { forceNew: true }),
  name: optional(text(ssmName), { forceNew: true }),
  ownerInformation: optional(text(length(1, 128))),
  resourceType: required(text(oneOf("INSTANCE", "RESOURCE_GROUP")), { forceNew: true }),
  targets: required(targetsShape(targetKey, length(1, 163))),
  windowId: required(text(), { forceNew: true }),
};

/** Splits `window/part`, the import id of a window's target or task. */
export function windowPartId(what: string): NonNullable<ResourceType["importId"]> {
  return (imported) => {
    const [windowId, id] = imported.split("/", 2);
    if (windowId === undefined || id === undefined) {
      throw new Error(`${what} id must be of the form <window_id>/<${what === "target" ? "target" : "task"}_id>`);
    }
    return { id, state: { windowId } };
  };
}

function settings(inputs: Values): RegisterTargetWithMaintenanceWindowRequest {
  return membersOf(properties, inputs) as unknown as RegisterTargetWithMaintenanceWindowRequest;
}

/**
 * `aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget`: only targets and owner information change in place.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html
 */
export const maintenanceWindowTarget: ResourceType = ssmType({
  title: "Maintenance Window Target",
  label: () => "",
  properties,
  nameProperty: "name",
  importId: windowPartId("target"),
  missing: /^DoesNotExistException:/,
  create: async (ssm, inputs) => {
    const { WindowTargetId = "" } = await ssm.registerTargetWithMaintenanceWindow(settings(inputs));
    return { id: WindowTargetId };
  },
  read: async (ssm, id, state) => {
    const WindowId = requiredText(state, "windowId");
    const Filters = [{ Key: "WindowTargetId", Values: [id] }];
    const [found] = await everyPage(
      (NextToken) => ssm.describeMaintenanceWindowTargets({ WindowId, Filters, NextToken }),
      (page) => page.Targets,
    );
    return found && stateOf(properties, found);
  },
  update: (ssm, id, old, new_) => {
    const { Targets, WindowId } = settings(new_);
    const owner = changesOfProperty(properties, "ownerInformation", old, new_)
      ? { OwnerInformation: textOf(new_, "ownerInformation") ?? "" }
      : {};
    return ssm.updateMaintenanceWindowTarget({ ...owner, Targets, WindowId, WindowTargetId: id });
  },
  delete: (ssm, id, state) =>
    ssm.deregisterTargetFromMaintenanceWindow({ WindowId: requiredText(state, "windowId"), WindowTargetId: id }),
});
