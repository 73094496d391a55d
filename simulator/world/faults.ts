import type { Machine } from "./machine.ts";
import type { FaultKind, Fault } from "./faultKinds.ts";

/** A stretch of time; without an end it goes on for good. */
export type Span = Pick<Fault, "from" | "until">;

function covers({ from, until }: Span, at: Date): boolean {
  return from <= at && (until === undefined || at < until);
}

/** The fault of a kind that a machine has at an instant. */
export function activeFault(machine: Machine, kind: FaultKind, at: Date): Fault | undefined {
  return machine.faults.find((fault) => fault.kind === kind && covers(fault, at));
}

/** Whether a machine is switched on at an instant. */
export function isRunning(machine: Machine, at: Date): boolean {
  return activeFault(machine, "stopped", at) === undefined;
}

const silencing: readonly FaultKind[] = ["offline", "stopped", "noRouteToAws"];

function silences(machine: Machine): readonly Span[] {
  if (machine.faults.length === 0) return [];
  const spans: Span[] = machine.faults.filter(({ kind }) => silencing.includes(kind));
  if (machine.hang !== undefined) spans.push({ from: machine.hang.from, until: hangEnd(machine) });
  return spans;
}

/** When Systems Manager last heard of a machine; undefined while it still does. */
export function silentSince(machine: Machine, at: Date): Date | undefined {
  const spans = silences(machine);
  if (!spans.some((span) => covers(span, at))) return undefined;
  let since = at;
  // Silences that follow one another without a gap are one.
  for (;;) {
    const earlier = spans.find(({ from, until }) => from < since && (until === undefined || until >= since));
    if (earlier === undefined) return since;
    since = earlier.from;
  }
}

/** Whether Systems Manager reaches a machine at an instant. */
export function isReachable(machine: Machine, at: Date): boolean {
  return silentSince(machine, at) === undefined;
}

/** From when on Systems Manager reaches a machine, at the earliest at an instant; undefined for never. */
export function reachableFrom(machine: Machine, at: Date): Date | undefined {
  let from = at;
  for (;;) {
    const silence = silences(machine).find((span) => covers(span, from));
    if (silence === undefined) return from;
    if (silence.until === undefined) return undefined;
    from = silence.until;
  }
}

/** When the fault behind a hanging reboot ends; undefined for never. */
function hangEnd(machine: Machine): Date | undefined {
  const { hang } = machine;
  if (hang === undefined) return undefined;
  // The end of the fault may be set after the machine has hung.
  return machine.faults.find(({ kind, from }) => kind === "rebootHang" && from <= hang.from)?.until;
}
