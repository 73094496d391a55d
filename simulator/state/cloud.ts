import type { Agenda } from "./agenda.ts";
import type { ArmState } from "./arm.ts";
import type { QueryRun } from "./athena.ts";
import type { Deliveries } from "./deliveries.ts";
import type { IdentityState } from "./identity.ts";
import type { Journal } from "./journal.ts";
import type { ObjectStore } from "./objects.ts";
import type { RegionState } from "./region.ts";
import type { World } from "../world/world.ts";
import type { Machine } from "../world/machine.ts";

/** The cloud's own time: it stands still until it is advanced. */
export interface Clock {
  now(): Date;
  /** Moves forward; a date in the past is a `RangeError`. */
  moveTo(date: Date): void;
}

/** What is kept of the past for clients that ask. */
export interface Keeping {
  /** Days after which commands and runs of windows are forgotten. */
  readonly historyDays: number;
  /** Whether what commands print goes to S3. */
  readonly output: boolean;
}

const dayLength = 86_400_000;

/** The oldest instant of which clients are still told at another. */
export function forgottenBefore({ keeping }: Pick<SimulatedCloud, "keeping">, now: Date): Date {
  return new Date(now.getTime() - keeping.historyDays * dayLength);
}

/** The embedded cloud itself, without HTTP. */
export interface SimulatedCloud {
  readonly world: World;
  readonly seed: number;
  /** The virtual time at which the world began. */
  readonly startedAt: Date;
  readonly keeping: Keeping;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly journal: Journal;
  readonly arm: ArmState;
  readonly machines: readonly Machine[];
  /** By lower-cased instance or ARM id. */
  readonly machineById: ReadonlyMap<string, Machine>;
  /** Machines to which something is still to happen by itself. */
  readonly unsettled: Set<Machine>;
  /** Whose rights are enforced. */
  readonly identity: IdentityState;
  /** AWS resources that are kept but not emulated, by `account/region/type/id`. */
  readonly records: Map<string, unknown>;
  /** Athena's queries, by id. */
  readonly queries: Map<string, QueryRun>;
  /** What services told each other and people. */
  readonly deliveries: Deliveries;
  /** Where it listens; functions reach it there. */
  readonly endpoint: { url: string };
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
  /** Moves the clock, running on the way everything that is due; one move waits for the one before. */
  advanceTo(date: Date): Promise<void>;
  /** The same, by some milliseconds from where the clock then stands. */
  advanceBy(milliseconds: number): Promise<void>;
}
