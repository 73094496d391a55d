import type { AzureVm, Server } from "../../domain/server.ts";
import { unitInterval } from "./chance.ts";

/** How many servers to draw, and by which seed their ids come about. */
export interface FleetDraw {
  /** Rows of the fleet; an Auto Scaling group is one. */
  readonly servers: number;
  readonly seed: number;
}

const ec2Digits = 17;
const guidDigits = 32;

/** Hexadecimal digits that depend on the seed and the text alone. */
function drawHex(seed: number, of: string, digits: number): string {
  let hex = "";
  for (let part = 0; hex.length < digits; part += 1) {
    const draw = Math.floor(unitInterval(seed, `fleet ${String(part)}`, of) * 0x100000000);
    hex += draw.toString(16).padStart(8, "0");
  }
  return hex.slice(0, digits);
}

function drawGuid(seed: number, of: string): string {
  const hex = drawHex(seed, of, guidDigits);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}

/** A name without the number it ends in. */
function stem(name: string): string {
  return name.replace(/-\d+$/, "");
}

function renamedVm(azure: AzureVm, vmName: string, vmId: string): Pick<Server, "id"> & { readonly azure: AzureVm } {
  const group = `/subscriptions/${azure.subscriptionId}/resourcegroups/${azure.resourceGroup}`;
  return {
    id: `${group}/providers/microsoft.compute/virtualmachines/${vmName}`.toLowerCase(),
    azure: { ...azure, vmName, vmId },
  };
}

function drawn(template: Server, index: number, seed: number): Server {
  const name = `${stem(template.name)}-${String(index + 1).padStart(5, "0")}`;
  if (template.azure !== undefined)
    return { ...template, name, ...renamedVm(template.azure, name.toLowerCase(), drawGuid(seed, name)) };
  const id = template.id.startsWith("asg:") ? `asg:${name}` : `i-${drawHex(seed, name, ec2Digits)}`;
  return { ...template, name, id };
}

/**
 * A fleet of any size with the shape of a given one: the same shares of clouds, sites, operating systems and patch
 * groups, by taking its rows at even distances, over and over. Names and ids are new; the same draw gives the same
 * fleet. A `RangeError` of an empty fleet, which has no shape.
 */
export function drawFleet(fleet: readonly Server[], { servers, seed }: FleetDraw): readonly Server[] {
  if (fleet.length === 0) throw new RangeError("cannot draw a fleet from one without servers");
  const byShape = [...fleet].sort((a, b) => {
    const [left, right] = [a, b].map((server) => `${server.patchGroup}\n${server.os} ${server.release}\n${server.id}`);
    return (left ?? "") < (right ?? "") ? -1 : 1;
  });
  const distance = Math.max(1, fleet.length / servers);
  return Array.from({ length: servers }, (_, index) => index).flatMap((index) => {
    const template = byShape[Math.floor(index * distance) % byShape.length];
    return template === undefined ? [] : [drawn(template, index, seed)];
  });
}
