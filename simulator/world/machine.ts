import type { Fault, FaultKind, PlannedFault } from "./faultKinds.ts";
import type { PackageState } from "./packageState.ts";
import type { MachineSpec } from "./machineSpec.ts";

/** The registration file of the SSM Agent on a hybrid machine. */
export interface Registration {
  readonly nodeId: string;
  readonly region: string;
}

/** Something that happens to a machine by itself at an instant. */
export interface MachineEvent {
  readonly at: Date;
  readonly what: "begins" | "ends" | "upgrade";
  readonly fault: Fault;
}

/** A machine as it is now. */
export interface Machine {
  readonly spec: MachineSpec;
  registration: Registration | undefined;
  bootedAt: Date;
  /** Since when it hangs in a reboot. */
  hang: { readonly from: Date } | undefined;
  /** Whether a document runs on it; the next one waits. */
  occupied: boolean;
  /** Goes on with the document that a hanging reboot interrupted, when the agent is back. */
  resume: ((at: Date) => void) | undefined;
  /** Wakes what waits for it. */
  readonly waiting: Set<() => void>;
  /** What is installed; made when it is first needed. */
  packages: PackageState | undefined;
  /** Past, present and coming faults. */
  faults: Fault[];
  /** What is still to happen to it, soonest first. */
  events: MachineEvent[];
}

const minute = 60_000;
/** What is wrong from the beginning has been so for an hour: nobody has heard of the machine for longer than patience lasts. */
const before = -60;

function plannedFaults({ failure, faults = [], running }: MachineSpec): PlannedFault[] {
  const always: readonly FaultKind[] = [
    ...(failure === undefined ? [] : [failure]),
    ...(running ? [] : ["stopped" as const]),
  ];
  return [...new Set(always)].map((kind): PlannedFault => ({ kind, fromMinutes: before })).concat(faults);
}

/** What a fault does to a machine, and when. */
export function faultEvents(fault: Fault): MachineEvent[] {
  const { kind, from, until } = fault;
  return [
    { at: from, what: "begins", fault },
    ...(kind === "patchedElsewhere" ? [{ at: from, what: "upgrade" as const, fault }] : []),
    ...(until === undefined ? [] : [{ at: until, what: "ends" as const, fault }]),
  ];
}

/** Adds what is to happen to a machine, keeping the order. */
export function addEvents(machine: Machine, events: readonly MachineEvent[]): void {
  machine.events = [...machine.events, ...events].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Brings a machine to life. */
export function startMachine(spec: MachineSpec, now: Date): Machine {
  const instant = (minutes: number): Date => new Date(now.getTime() + minutes * minute);
  const faults = plannedFaults(spec).map(({ kind, fromMinutes, untilMinutes }): Fault => ({
    kind,
    from: instant(fromMinutes),
    until: untilMinutes === undefined ? undefined : instant(untilMinutes),
  }));
  const machine: Machine = {
    spec,
    registration: undefined,
    bootedAt: now,
    hang: undefined,
    occupied: false,
    resume: undefined,
    waiting: new Set(),
    packages: undefined,
    faults,
    events: [],
  };
  addEvents(machine, faults.flatMap(faultEvents));
  return machine;
}
