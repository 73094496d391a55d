import type { Architecture, OsName } from "../../domain/server.ts";
import { unitInterval } from "./chance.ts";
import type { Fault, FaultKind, PlannedFault } from "./faults.ts";
import type { PackageState } from "./packageState.ts";

/** Where an Azure VM stands in ARM. */
export interface AzurePlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly vmName: string;
  readonly vmId: string;
}

/** A machine as the world begins. */
export interface MachineSpec {
  /** `i-…`, or the ARM resource id. */
  readonly id: string;
  readonly name: string;
  readonly cloud: "aws" | "azure";
  /** Account and Region of an EC2 instance; empty account for an Azure VM. */
  readonly accountId: string;
  readonly region: string;
  readonly os: OsName;
  readonly release: string;
  readonly arch: Architecture;
  readonly tags: Readonly<Record<string, string>>;
  readonly azure?: AzurePlace;
  /** What is wrong with it from before the world begins, and for good. */
  readonly failure?: FaultKind;
  /** What goes wrong with it, and when. */
  readonly faults?: readonly PlannedFault[];
  /** False for a machine that is stopped when the world begins. */
  readonly running: boolean;
  /** Minutes that installing one patch takes. */
  readonly minutesPerPatch: number;
}

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
  /** Until when a document runs on it; the next one waits for it. */
  busyUntil: Date | undefined;
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
    busyUntil: undefined,
    packages: undefined,
    faults,
    events: [],
  };
  addEvents(machine, faults.flatMap(faultEvents));
  return machine;
}

/** Private IPv4 address of a machine, drawn from its id. */
export function privateAddress(seed: number, id: string): string {
  const draw = Math.floor(unitInterval(seed, "address", id) * 0x1000000);
  return ["10", draw >>> 16, (draw >>> 8) & 0xff, draw & 0xff].map(String).join(".");
}

/** Name and version as the agent reports them, per fleet OS. */
export function platformOf(spec: Pick<MachineSpec, "os" | "release">): {
  readonly type: "Linux" | "Windows";
  readonly name: string;
  readonly version: string;
} {
  switch (spec.os) {
    case "amazon-linux":
      return { type: "Linux", name: "Amazon Linux", version: spec.release };
    case "debian":
      return { type: "Linux", name: "Debian GNU/Linux", version: spec.release };
    case "ubuntu":
      return { type: "Linux", name: "Ubuntu", version: spec.release };
    case "windows-server":
      return {
        type: "Windows",
        name: `Microsoft Windows Server ${spec.release} Datacenter`,
        version: windowsVersions[spec.release] ?? "10.0",
      };
  }
}

const windowsVersions: Readonly<Record<string, string>> = {
  "2016": "10.0.14393",
  "2019": "10.0.17763",
  "2022": "10.0.20348",
  "2025": "10.0.26100",
};
