import type { ArmState, ArmVm } from "./state/arm.ts";
import { createAgenda } from "./clock/agenda.ts";
import { createClock } from "./clock/clock.ts";
import { settleMachine } from "./nodes/machineEvents.ts";
import { runUntil } from "./clock/scheduler.ts";
import { accountOfKeyId } from "./http/credentials.ts";
import { createIds } from "./ids.ts";
import type { KnownRole } from "./state/identity.ts";
import type { Journal, JournalEntry } from "./state/journal.ts";
import { createObjectStore } from "./services/s3/store.ts";
import type { ObjectStore } from "./state/objects.ts";
import { addNode, newNode } from "./services/ssm/nodes.ts";
import { seedPredefinedBaselines } from "./services/ssm/predefinedBaselines.ts";
import { emptyRegion } from "./services/ssm/region.ts";
import type { RegionState } from "./state/region.ts";
import type { World } from "./world/world.ts";
import { computerNameOf, platformOf, privateAddress } from "./world/machineSpec.ts";
import { startMachine } from "./world/machine.ts";
import type { Machine } from "./world/machine.ts";
import type { Keeping, SimulatedCloud } from "./state/cloud.ts";

function scopeOf(state: RegionState, what: string): string {
  return `${state.accountId}/${state.region}/${what}`;
}

function addInstances(cloud: SimulatedCloud): void {
  for (const machine of cloud.machines) {
    const { spec } = machine;
    if (spec.cloud !== "aws" || spec.managed === false) continue;
    const node = newNode({
      id: spec.id,
      kind: "EC2Instance",
      tags: new Map(Object.entries(spec.tags)),
      ...(machine.spec.agentVersion === undefined ? {} : { agentVersion: machine.spec.agentVersion }),
      platform: platformOf(spec),
      name: undefined,
      machine,
    });
    node.computerName = computerNameOf(spec);
    node.ipAddress = privateAddress(cloud.seed, spec.id);
    addNode(cloud.region(spec.accountId, spec.region), node);
  }
}

/**
 * A command's history is there for 30 days, a maintenance window's executions likewise.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
 * https://docs.aws.amazon.com/general/latest/gr/ssm.html
 */
const asAws: Keeping = { historyDays: 30, output: true };

/**
 * Makes a cloud of a world: EC2 instances are managed already, Azure VMs are known to ARM only. The rights of the roles
 * given are enforced.
 */
export function createCloud(
  world: World,
  seed: number,
  start: Date,
  roles: readonly KnownRole[] = [],
  keeping = asAws,
): SimulatedCloud {
  const clock = createClock(start);
  const ids = createIds(seed);
  const regions = new Map<string, RegionState>();
  const stores = new Map<string, ObjectStore>();
  const serials = new Map<string, number>();
  const machines = world.machines.map((spec) => startMachine(spec, start));
  let moved = Promise.resolve();
  const move = (until: () => Date): Promise<void> => {
    const moving = moved.then(() => runUntil(cloud, until()));
    moved = moving.catch(() => undefined);
    return moving;
  };
  const cloud: SimulatedCloud = {
    world,
    startedAt: start,
    keeping,
    seed,
    clock,
    agenda: createAgenda(),
    machines,
    machineById: new Map(machines.map((machine) => [machine.spec.id.toLowerCase(), machine])),
    unsettled: new Set(machines.filter(({ events }) => events.length > 0)),
    journal: createJournal(),
    arm: createArmState(world.subscriptionIds, machines),
    records: new Map(),
    queries: new Map(),
    identity: {
      roles: new Map(roles.map((role) => [role.arn, role])),
      sessions: new Map(),
      sessionArns: new Map(),
      recordsMadeAt: new Map(),
    },
    deliveries: { published: [], queued: [], functionRuns: [], alarmedAt: new Map(), pending: [] },
    endpoint: { url: "" },
    region: (accountId, region) => {
      const key = `${accountId}/${region}`;
      const known = regions.get(key);
      if (known !== undefined) return known;
      const state = emptyRegion(accountId, region);
      seedPredefinedBaselines(state, world.predefinedBaselines[key] ?? {});
      regions.set(key, state);
      return state;
    },
    // By name, not in the order of the requests that asked for them first.
    regions: () => [...regions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state),
    objects: (accountId) => {
      const store = stores.get(accountId) ?? createObjectStore();
      stores.set(accountId, store);
      return store;
    },
    accountOf: (accessKeyId) => {
      const account = accountOfKeyId(accessKeyId ?? "");
      return account !== undefined && world.accountIds.includes(account) ? account : world.homeAccountId;
    },
    callerArn: (accountId) => `arn:aws:iam::${accountId}:user/patchplane`,
    hexId: (state, what, length) => ids.hex(scopeOf(state, what), length),
    uuid: (state, what) => ids.uuid(scopeOf(state, what)),
    token: (state, what, length) => ids.token(scopeOf(state, what), length),
    uuidOf: (what) => ids.uuid(what),
    serial: (what) => {
      const next = (serials.get(what) ?? 0) + 1;
      serials.set(what, next);
      return next;
    },
    requestId: () => ids.uuid("request"),
    advanceTo: (date) => move(() => date),
    advanceBy: (milliseconds) => move(() => new Date(clock.now().getTime() + milliseconds)),
  };
  addInstances(cloud);
  for (const machine of [...cloud.unsettled]) settleMachine(cloud, machine, start);
  return cloud;
}

/** ARM before anything was put into it. */
export function createArmState(subscriptionIds: readonly string[], machines: readonly Machine[]): ArmState {
  const vms = machines
    .filter((machine) => machine.spec.cloud === "azure")
    .map((machine): [string, ArmVm] => [
      machine.spec.id.toLowerCase(),
      { machine, children: { extensions: new Map(), runCommands: new Map() } },
    ]);
  return {
    subscriptions: new Set(subscriptionIds.map((id) => id.toLowerCase())),
    vms: new Map(vms),
    operations: new Map(),
  };
}

/** An empty journal. */
export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
    },
  };
}
