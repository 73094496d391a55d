import type { SimulatedCloud } from "../state/cloud.ts";
import { upgradeElsewhere } from "./upgradeElsewhere.ts";
import { boot } from "./packages.ts";
import { wakeAll } from "./process.ts";
import { activeFault, isRunning } from "../world/faults.ts";
import type { Fault } from "../world/faultKinds.ts";
import { addEvents, faultEvents } from "../world/machine.ts";
import type { Machine, MachineEvent } from "../world/machine.ts";

const dayLength = 86_400_000;

function upgrade(cloud: SimulatedCloud, machine: Machine, { at, fault }: MachineEvent): void {
  const prevented =
    !isRunning(machine, at) ||
    activeFault(machine, "repositoryUnreachable", at) !== undefined ||
    activeFault(machine, "lockHeld", at) !== undefined ||
    activeFault(machine, "diskFull", at) !== undefined;
  if (!prevented) upgradeElsewhere(cloud, machine, at);
  const next = new Date(at.getTime() + dayLength);
  if (fault.until !== undefined && next < fault.until) addEvents(machine, [{ at: next, what: "upgrade", fault }]);
}

function end(cloud: SimulatedCloud, machine: Machine, { at, fault }: MachineEvent): void {
  const { kind } = fault;
  cloud.journal.add({ kind: "fault", at, machine: machine.spec.id, fault: kind, phase: "ended" });
  if (kind === "stopped" || (kind === "rebootHang" && machine.hang !== undefined)) {
    boot(cloud, machine, at);
    cloud.journal.add({ kind: "boot", at, machine: machine.spec.id });
    const { resume } = machine;
    machine.resume = undefined;
    resume?.(at);
  }
}

/** Lets everything happen to a machine that its faults do to it up to an instant. */
export function settleMachine(cloud: SimulatedCloud, machine: Machine, at: Date): void {
  for (let [next] = machine.events; next !== undefined && next.at <= at; [next] = machine.events) {
    machine.events.shift();
    const { what, fault } = next;
    // A fault that was ended early has been replaced, and its old events speak of nothing any more.
    if (!machine.faults.includes(fault)) continue;
    if (what === "upgrade") upgrade(cloud, machine, next);
    else if (what === "ends") end(cloud, machine, next);
    else cloud.journal.add({ kind: "fault", at: next.at, machine: machine.spec.id, fault: fault.kind, phase: "began" });
  }
  if (machine.events.length === 0) cloud.unsettled.delete(machine);
}

/** Gives a machine a fault, from now or later on. */
export function addFault(cloud: SimulatedCloud, machine: Machine, fault: Fault): void {
  machine.faults.push(fault);
  addEvents(machine, faultEvents(fault));
  cloud.unsettled.add(machine);
  settleMachine(cloud, machine, cloud.clock.now());
}

/** Ends every fault of a kind that a machine has now, and tells how many there were. */
export function endFaults(cloud: SimulatedCloud, machine: Machine, kind: Fault["kind"]): number {
  const now = cloud.clock.now();
  let ended = 0;
  for (let found = activeFault(machine, kind, now); found !== undefined; found = activeFault(machine, kind, now)) {
    const over: Fault = { ...found, until: now };
    machine.faults[machine.faults.indexOf(found)] = over;
    addEvents(machine, [{ at: now, what: "ends", fault: over }]);
    ended += 1;
  }
  cloud.unsettled.add(machine);
  settleMachine(cloud, machine, now);
  wakeAll(machine);
  return ended;
}
