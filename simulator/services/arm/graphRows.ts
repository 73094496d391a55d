import { isRunning } from "../../world/faults.ts";
import type { ArmVm, VmChild } from "../../state/arm.ts";
import { childBody, computeType, guestOs, vmBody } from "./bodies.ts";
import type { GraphRow } from "./kql.ts";

function common(vm: ArmVm, type: string): GraphRow {
  const { azure } = vm.machine.spec;
  return {
    // Resource Graph writes types and resource groups in lower case.
    type: type.toLowerCase(),
    resourceGroup: azure?.resourceGroup.toLowerCase(),
    subscriptionId: azure?.subscriptionId,
  };
}

/**
 * A VM as Resource Graph has it: ARM's model, and what the platform knows of the running machine under
 * `properties.extended`; name and version of the system are the guest agent's word.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language#extended-properties
 */
export function graphVmRow(vm: ArmVm, now: Date): GraphRow {
  const body = vmBody(vm, now, false) as GraphRow & { readonly properties: object };
  const power = isRunning(vm.machine, now) ? "running" : "deallocated";
  const instanceView = {
    ...guestOs(vm, now),
    powerState: { code: `PowerState/${power}`, level: "Info", displayStatus: `VM ${power}` },
  };
  return { ...body, ...common(vm, computeType), properties: { ...body.properties, extended: { instanceView } } };
}

/** An extension of a VM as Resource Graph has it. */
export function graphExtensionRow(vm: ArmVm, child: VmChild): GraphRow {
  return { ...childBody(vm, "extensions", child, false), ...common(vm, `${computeType}/extensions`) };
}
