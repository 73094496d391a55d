import { addFault, endFaults } from "./nodes/machineEvents.ts";
import type { SimulatedCloud } from "./state/cloud.ts";
import { activeFault } from "./world/faults.ts";
import { faultKinds } from "./world/faultKinds.ts";
import type { FaultKind } from "./world/faultKinds.ts";
import type { Machine } from "./world/machine.ts";

/** A fault to give to a machine. */
export interface FaultRequest {
  /** Instance id, `mi-` id, or ARM id of a VM in any case. */
  readonly machine: string;
  readonly kind: FaultKind;
  /** Virtual time. @defaultValue now */
  readonly from?: Date;
  /** @defaultValue never: the fault is there for good, and `patchedElsewhere` happens once */
  readonly until?: Date;
}

/** A fault that a machine has had, has, or will have. */
export interface MachineFault {
  /** Instance id, or ARM id of the VM. */
  readonly machine: string;
  readonly kind: FaultKind;
  readonly from: Date;
  readonly until: Date | undefined;
  readonly active: boolean;
}

/** A request that names no machine (404) or asks for what there is not (400). */
export class ControlFault extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.name = "ControlFault";
    this.status = status;
  }
}

/** The machine of an instance id, `mi-` id or ARM id; else a {@link ControlFault}. */
export function machineOf(cloud: SimulatedCloud, id: string): Machine {
  const node = cloud.regions().flatMap((region) => region.nodes.get(id) ?? [])[0];
  const machine = node === undefined ? cloud.machineById.get(id.toLowerCase()) : node.machine;
  if (machine === undefined)
    throw new ControlFault(
      404,
      `no machine ${id}; allowed: an instance id, the mi- id of a simulated VM, or the ARM id of a VM of the world`,
    );
  return machine;
}

function shown(cloud: SimulatedCloud, machine: Machine): MachineFault[] {
  const now = cloud.clock.now();
  return machine.faults.map((fault) => ({
    machine: machine.spec.id,
    ...fault,
    active: activeFault(machine, fault.kind, now) === fault,
  }));
}

/** Gives a machine a fault. What has been decided already, such as a window's run that goes on, does not change. */
export function injectFault(cloud: SimulatedCloud, request: FaultRequest): MachineFault {
  const now = cloud.clock.now();
  const { kind, from = now, until } = request;
  if (!faultKinds.includes(kind))
    throw new ControlFault(400, `no fault kind ${kind}; allowed: ${faultKinds.join(", ")}`);
  if (from < now)
    throw new ControlFault(
      400,
      `from ${from.toISOString()} lies in the past; allowed: ${now.toISOString()}, the virtual time, or later`,
    );
  if (until !== undefined && until <= from)
    throw new ControlFault(400, `until ${until.toISOString()} is not after from ${from.toISOString()}`);
  const machine = machineOf(cloud, request.machine);
  const fault = { kind, from, until };
  addFault(cloud, machine, fault);
  return { machine: machine.spec.id, ...fault, active: activeFault(machine, kind, now) === fault };
}

/** Every fault of every machine: drawn with the world or injected, past, present and to come. */
export function allFaults(cloud: SimulatedCloud): readonly MachineFault[] {
  return cloud.machines.flatMap((machine) => (machine.faults.length === 0 ? [] : shown(cloud, machine)));
}

/** Switches a machine off now. One that is off already stays so. */
export function stopMachine(cloud: SimulatedCloud, id: string): void {
  const machine = machineOf(cloud, id);
  const now = cloud.clock.now();
  if (activeFault(machine, "stopped", now) === undefined)
    addFault(cloud, machine, { kind: "stopped", from: now, until: undefined });
}

/** Switches a machine on now, which boots it; one that is on already goes on. */
export function startMachine(cloud: SimulatedCloud, id: string): void {
  endFaults(cloud, machineOf(cloud, id), "stopped");
}

/**
 * Removes expired activations, as AWS may do (UNCONFIRMED: no page says that it does, or when), and tells how many.
 * Their nodes stay.
 */
export function purgeActivations(cloud: SimulatedCloud): number {
  const now = cloud.clock.now();
  let purged = 0;
  for (const { activations } of cloud.regions()) {
    for (const [id, { expiresAt }] of activations) {
      if (expiresAt <= now && activations.delete(id)) purged += 1;
    }
  }
  return purged;
}
