import type { ArmState } from "./services/arm/state.ts";
import type { Clock } from "./clock/clock.ts";
import { createArmState } from "./services/arm/state.ts";
import { createClock } from "./clock/clock.ts";
import { settleMachine } from "./clock/machineEvents.ts";
import { runUntil } from "./clock/scheduler.ts";
import { accountOfKeyId } from "./http/credentials.ts";
import { createIds } from "./ids.ts";
import { createJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { createObjectStore } from "./services/s3/store.ts";
import type { ObjectStore } from "./services/s3/store.ts";
import { addNode, newNode } from "./services/ssm/nodes.ts";
import { seedPredefinedBaselines } from "./services/ssm/predefinedBaselines.ts";
import { emptyRegion } from "./services/ssm/regionState.ts";
import type { RegionState } from "./services/ssm/regionState.ts";
import type { World } from "./world/world.ts";
import { platformOf, privateAddress } from "./world/machineSpec.ts";
import { startMachine } from "./world/machine.ts";
import type { Machine } from "./world/machine.ts";

/** The embedded cloud itself, without HTTP. */
export interface SimulatedCloud {
  readonly world: World;
  readonly seed: number;
  /** The virtual time at which the world began. */
  readonly startedAt: Date;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly arm: ArmState;
  readonly machines: readonly Machine[];
  /** By lower-cased instance or ARM id. */
  readonly machineById: ReadonlyMap<string, Machine>;
  /** Machines to which something is still to happen by itself. */
  readonly unsettled: Set<Machine>;
  /** AWS resources that are kept but not emulated, by `account/region/type/id`. */
  readonly records: Map<string, unknown>;
  /** State of an account's Region, made when first asked for. */
  region(accountId: string, region: string): RegionState;
  regions(): readonly RegionState[];
  objects(accountId: string): ObjectStore;
  /** Account of an access key: a temporary key carries its own, any other belongs to the home account. */
  accountOf(accessKeyId: string | undefined): string;
  callerArn(accountId: string): string;
  hexId(state: RegionState, what: string, length: number): string;
  uuid(state: RegionState, what: string): string;
  token(state: RegionState, what: string, length: number): string;
  uuidOf(what: string): string;
  serial(what: string): number;
  requestId(): string;
  /** Moves the clock, running on the way everything that is due. */
  advanceTo(date: Date): Promise<void>;
}

function scopeOf(state: RegionState, what: string): string {
  return `${state.accountId}/${state.region}/${what}`;
}

function addInstances(cloud: SimulatedCloud): void {
  for (const machine of cloud.machines) {
    const { spec } = machine;
    if (spec.cloud !== "aws") continue;
    const node = newNode({
      id: spec.id,
      kind: "EC2Instance",
      tags: new Map(Object.entries(spec.tags)),
      platform: platformOf(spec),
      name: undefined,
      machine,
    });
    node.computerName = `${spec.name}.${spec.region}.compute.internal`;
    node.ipAddress = privateAddress(cloud.seed, spec.id);
    addNode(cloud.region(spec.accountId, spec.region), node);
  }
}

/** Makes a cloud of a world: EC2 instances are managed already, Azure VMs are known to ARM only. */
export function createCloud(world: World, seed: number, start: Date): SimulatedCloud {
  const clock = createClock(start);
  const ids = createIds(seed);
  const regions = new Map<string, RegionState>();
  const stores = new Map<string, ObjectStore>();
  const serials = new Map<string, number>();
  const machines = world.machines.map((spec) => startMachine(spec, start));
  const cloud: SimulatedCloud = {
    world,
    startedAt: start,
    seed,
    clock,
    machines,
    machineById: new Map(machines.map((machine) => [machine.spec.id.toLowerCase(), machine])),
    unsettled: new Set(machines.filter(({ events }) => events.length > 0)),
    journal: createJournal(),
    arm: createArmState(world.subscriptionIds, machines),
    records: new Map(),
    region: (accountId, region) => {
      const key = `${accountId}/${region}`;
      const known = regions.get(key);
      if (known !== undefined) return known;
      const state = emptyRegion(accountId, region);
      seedPredefinedBaselines(state, world.predefinedBaselines[key] ?? {});
      regions.set(key, state);
      return state;
    },
    regions: () => [...regions.values()],
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
    advanceTo: (date) => runUntil(cloud, date),
  };
  addInstances(cloud);
  for (const machine of [...cloud.unsettled]) settleMachine(cloud, machine, start);
  return cloud;
}
