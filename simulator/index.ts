import type { AddressInfo } from "node:net";
import { letRun } from "./clock/pace.ts";
import { createCloud } from "./cloud.ts";
import { allFaults, injectFault, purgeActivations, startMachine, stopMachine } from "./faultControl.ts";
import type { FaultRequest, MachineFault } from "./faultControl.ts";
import { serve } from "./http/server.ts";
import type { Journal } from "./state/journal.ts";
import type { FunctionRun, PublishedMessage, QueuedMessage } from "./state/deliveries.ts";
import type { KnownRole } from "./state/identity.ts";
import { confirmSubscriptions } from "./services/sns/confirm.ts";
import type { World } from "./world/world.ts";

export type { FaultRequest, MachineFault } from "./faultControl.ts";
export type { Journal, JournalEntry, MissReason, PatchingEntry } from "./state/journal.ts";
export { judge, judgeAll } from "./services/iam/evaluator.ts";
export type { AccessRequest, AppliedPolicies, Asking, Context, Verdict } from "./services/iam/evaluator.ts";
export { neededActions, providerTypes, staleExceptions } from "./services/iam/providerCalls.ts";
export { withTagging } from "./services/iam/authorize.ts";
export type { Need } from "./services/iam/authorize.ts";
export { actionNamed, actionNames, requestsFor } from "./services/iam/reference.ts";
export type { AtHand, Named } from "./services/iam/reference.ts";
export type { FunctionRun, PublishedMessage, QueuedMessage } from "./state/deliveries.ts";
export type { KnownRole } from "./state/identity.ts";
export { matchesAny } from "./nodes/matching.ts";
export { assess } from "./nodes/report.ts";
export { wantedReleases } from "./nodes/wanted.ts";
export { emptyContent, withContent } from "./services/ssm/baselineRules.ts";
export type { BaselineContent } from "./state/baselines.ts";
export { unitInterval } from "./world/chance.ts";
export { drawFleet } from "./world/drawFleet.ts";
export { worldFromPlane } from "./world/fromPlane.ts";
export type { MachineSpec } from "./world/machineSpec.ts";
export type { PackageRow, PackageTable } from "./world/packageRow.ts";
export { drawPackages, installRelease } from "./world/packageState.ts";
export type { PackageState } from "./world/packageState.ts";
export { publishedNotices } from "./world/publishedNotices.ts";
export type { PublishedNotices } from "./world/publishedNotices.ts";
export type { World } from "./world/world.ts";

/** How a cloud begins. */
export interface CloudOptions {
  readonly world: World;
  /** The virtual time at the start; it stands still until it is advanced. */
  readonly now: Date;
  /** Decides every id the cloud gives out. */
  readonly seed: number;
  /** Roles whose policies are enforced, as an account's bootstrap made them; every other caller may do everything. */
  readonly roles?: readonly KnownRole[];
  /**
   * Whether the journal is all that anybody will ask about the past: commands are forgotten after three days, and what
   * they print is never written. It saves most of the memory that weeks of a large fleet take.
   */
  readonly journalOnly?: boolean;
  /** Port on 127.0.0.1. @defaultValue any free one */
  readonly port?: number;
}

/** A running embedded cloud. */
export interface Cloud {
  /** Base URL, without a slash at the end: the endpoint of every client, and `PATCHPLANE_SIMULATOR` of the plugins. */
  readonly url: string;
  /** What truly happened. */
  readonly journal: Journal;
  /** Messages that topics took, in order. */
  readonly published: readonly PublishedMessage[];
  /** Messages that lie in queues, in order. */
  readonly queued: readonly QueuedMessage[];
  /** Every attempt of Lambda to run a function, in order. */
  readonly functionRuns: readonly FunctionRun[];
  /** The virtual time. */
  now(): Date;
  /**
   * From now on the clock runs by itself while a command, a window or an association is under way, or a window is to
   * open once; for who tries the cloud by hand. How far it gets then depends on this machine.
   * @param pace - virtual seconds in a second
   */
  letRun(pace: number): void;
  /** Moves the virtual time forward and resolves when all that was due has run; a past date is a `RangeError`. */
  advanceTo(date: Date): Promise<void>;
  /**
   * Gives a machine a fault and returns it. An unknown machine, an unknown kind, a beginning in the past or an end that is
   * not after it is a `ControlFault`. What has been decided already, such as a run that goes on, does not change.
   */
  inject(fault: FaultRequest): MachineFault;
  /** Every fault: drawn with the world or injected, past, present and to come. */
  faults(): readonly MachineFault[];
  /** Switches a machine (instance, `mi-` or ARM id) off now: ARM shows it deallocated, SSM loses it. */
  stopMachine(machine: string): void;
  /** Switches a machine on now, which boots it. */
  startMachine(machine: string): void;
  /** Removes expired activations, which AWS may do (UNCONFIRMED), and returns how many; their nodes stay. */
  purgeActivations(): number;
  /** People confirm the subscriptions of topics that wait for them; returns how many. */
  confirmSubscriptions(): number;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** No window and no command lasts longer than two days, so that whatever is under way finds what belongs to it. */
const forTheJournal = { historyDays: 3, output: false };

/** Starts an embedded cloud: SSM, STS, an S3 subset and ARM on one port of the loopback address. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { world, seed, now, roles, journalOnly = false } = options;
  const cloud = createCloud(world, seed, now, roles, journalOnly ? forTheJournal : undefined);
  const closed = new AbortController();
  const server = await serve(cloud, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  cloud.endpoint.url = `http://127.0.0.1:${String(port)}`;
  return {
    url: cloud.endpoint.url,
    journal: cloud.journal,
    published: cloud.deliveries.published,
    queued: cloud.deliveries.queued,
    functionRuns: cloud.deliveries.functionRuns,
    now: () => cloud.clock.now(),
    letRun: (pace) => {
      void letRun(cloud, pace, closed.signal);
    },
    advanceTo: (date) => cloud.advanceTo(date),
    inject: (fault) => injectFault(cloud, fault),
    faults: () => allFaults(cloud),
    stopMachine: (machine) => {
      stopMachine(cloud, machine);
    },
    startMachine: (machine) => {
      startMachine(cloud, machine);
    },
    purgeActivations: () => purgeActivations(cloud),
    confirmSubscriptions: () => confirmSubscriptions(cloud),
    close: () =>
      new Promise((resolve, reject) => {
        closed.abort();
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeAllConnections();
      }),
  };
}
