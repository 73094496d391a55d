import type { MaintenanceWindowResourceType, SSM } from "@aws-sdk/client-ssm";
import { givenText, requiredText, textOf } from "../../fields.ts";
import { optional, required, text } from "../../schema.ts";
import { length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, changesOfProperty, regional, unless, type ResourceType } from "../resourceType.ts";
import { everyPage } from "./paging.ts";
import { targetsIn, targetsOut, targetsShape } from "./targets.ts";

/** Name of a window's target or task. */
export const windowPartName = pattern(
  /^[0-9A-Za-z_.-]{3,128}$/,
  "3 to 128 letters, digits, hyphens, dots and underscores",
);

const targetKey = pattern(/^[\p{L}\p{Z}\p{N}_.:/=\-@]*$/u, "letters, digits, blanks and _ . : / = - @");

const properties = {
  ...regional,
  description: optional(text(length(3, 128)), { forceNew: true }),
  name: optional(text(windowPartName), { forceNew: true }),
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

async function read(ssm: SSM, id: string, state: Values): Promise<Values | undefined> {
  const WindowId = requiredText(state, "windowId");
  const found = await unless(["DoesNotExistException"], `reading SSM Maintenance Window Target (${id})`, () =>
    everyPage(
      (NextToken) =>
        ssm.describeMaintenanceWindowTargets({
          WindowId,
          Filters: [{ Key: "WindowTargetId", Values: [id] }],
          NextToken,
        }),
      (page) => page.Targets,
    ),
  );
  const target = found?.[0];
  if (target === undefined) {
    return undefined;
  }
  return defined({
    description: target.Description,
    name: target.Name,
    ownerInformation: target.OwnerInformation,
    resourceType: target.ResourceType,
    targets: targetsOut(target.Targets),
    windowId: target.WindowId,
  });
}

/**
 * `aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget`: only targets and owner information change in place.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html
 */
export const maintenanceWindowTarget: ResourceType = {
  properties,
  nameProperty: "name",
  importId: windowPartId("target"),
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const { WindowTargetId } = await attempt("creating SSM Maintenance Window Target", () =>
      ssm.registerTargetWithMaintenanceWindow({
        Description: givenText(inputs, "description"),
        Name: givenText(inputs, "name"),
        OwnerInformation: givenText(inputs, "ownerInformation"),
        ResourceType: requiredText(inputs, "resourceType") as MaintenanceWindowResourceType,
        Targets: targetsIn(inputs) ?? [],
        WindowId: requiredText(inputs, "windowId"),
      }),
    );
    return { id: WindowTargetId ?? "" };
  },
  read: async (session, id, state) => read(await session.ssm(), id, state),
  update: async (session, id, old, new_) => {
    const ssm = await session.ssm();
    const ownerChanges = changesOfProperty(properties, "ownerInformation", old, new_);
    await attempt(`updating SSM Maintenance Window Target (${id})`, () =>
      ssm.updateMaintenanceWindowTarget({
        OwnerInformation: ownerChanges ? (textOf(new_, "ownerInformation") ?? "") : undefined,
        Targets: targetsIn(new_) ?? [],
        WindowId: requiredText(new_, "windowId"),
        WindowTargetId: id,
      }),
    );
  },
  delete: async (session, id, state) => {
    const ssm = await session.ssm();
    await unless(["DoesNotExistException"], `deleting SSM Maintenance Window Target (${id})`, () =>
      ssm.deregisterTargetFromMaintenanceWindow({ WindowId: requiredText(state, "windowId"), WindowTargetId: id }),
    );
  },
};
