import { inOrder } from "./inOrder.ts";
import type { SimulatedCloud } from "../state/cloud.ts";
import type { RegionState } from "../state/region.ts";
import { nextWindowStart } from "../services/ssm/windowSchedule.ts";
import { nextAssociationRun, runFirstContacts, runScheduled } from "./associationRun.ts";
import { passAgenda } from "./agenda.ts";
import { settleFunctions } from "../services/lambda/invoke.ts";
import { settleMachine } from "../nodes/machineEvents.ts";
import { runWindow } from "./windowRun.ts";

/** Something that is due at an instant. */
interface Due {
  readonly at: Date;
  readonly run: () => void;
}

function dueIn(cloud: SimulatedCloud, state: RegionState, after: Date): Due[] {
  const windows = inOrder(state.windows.values()).flatMap((window): Due[] => {
    const at = nextWindowStart(window, after);
    if (at === undefined) return [];
    return [
      {
        at,
        run: () => {
          runWindow(cloud, state, window, at);
        },
      },
    ];
  });
  const associations = inOrder(state.associations.values()).flatMap((association): Due[] => {
    const at = nextAssociationRun(association, after);
    if (at === undefined) return [];
    return [
      {
        at,
        run: () => {
          runScheduled(cloud, state, association, at);
        },
      },
    ];
  });
  return [...windows, ...associations];
}

/** What machines do by themselves: their faults begin and end, and others patch them. */
function machineEvents(cloud: SimulatedCloud): Due[] {
  return [...cloud.unsettled].flatMap((machine): Due[] => {
    const [next] = machine.events;
    if (next === undefined) return [];
    const run = (): void => {
      settleMachine(cloud, machine, next.at);
    };
    return [{ at: next.at, run }];
  });
}

/** What is due next, of all that comes at the same instant: machines first. */
function nextDue(cloud: SimulatedCloud, until: Date): readonly Due[] {
  const after = cloud.clock.now();
  const all = [...machineEvents(cloud), ...cloud.regions().flatMap((state) => dueIn(cloud, state, after))];
  const first = Math.min(...all.map((due) => due.at.getTime()));
  return first <= until.getTime() ? all.filter((due) => due.at.getTime() === first) : [];
}

function contactAll(cloud: SimulatedCloud): void {
  for (const state of cloud.regions()) runFirstContacts(cloud, state, cloud.clock.now());
}

/**
 * Moves the clock to a date. First every association reaches the nodes that have not met it; then windows and
 * associations run at their dates, in order, each at its own virtual time, which stands still while a function runs. A date in the past is a `RangeError`.
 */
export async function runUntil(cloud: SimulatedCloud, date: Date): Promise<void> {
  if (date < cloud.clock.now()) cloud.clock.moveTo(date);
  contactAll(cloud);
  for (let due = nextDue(cloud, date); due.length > 0; due = nextDue(cloud, date)) {
    // What ends at an instant makes room for what begins then.
    await passAgenda(cloud, due[0]?.at ?? date);
    for (const { at, run } of due) {
      cloud.clock.moveTo(at);
      run();
      await settleFunctions(cloud);
    }
    contactAll(cloud);
    // A long stretch must not keep the server from answering.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await passAgenda(cloud, date);
  cloud.clock.moveTo(date);
}
