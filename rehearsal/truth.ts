import { windowName } from "../domain/stack/awsNames.ts";
import { windowTargets } from "../domain/fleet/placement.ts";
import type { ManagedGroup, Plane } from "../domain/plane.ts";
import type { Window } from "../domain/window.ts";
import { operatingSystemOf, type OperatingSystem } from "../domain/server.ts";
import { hour } from "../domain/time.ts";
import type { JournalEntry, PatchingEntry, MachineSpec, World } from "../simulator/index.ts";

type WindowRunEntry = Extract<JournalEntry, { kind: "windowRun" }>;

/** A deployment of the program: from an instant on, one plane is in force. */
export interface Deployment {
  readonly at: Date;
  readonly plane: Plane;
}

/** What was played: a world, and the deployments in it, in order; the first one at the start. */
export interface Scenario {
  readonly seed: number;
  readonly span: { readonly start: Date; readonly end: Date };
  readonly world: World;
  readonly deployments: readonly Deployment[];
}

/** What was played, and what truly happened. */
export interface Played {
  readonly scenario: Scenario;
  readonly journal: readonly JournalEntry[];
}

/** A machine with what the plane says of it. */
export interface KnownMachine {
  readonly spec: MachineSpec;
  /** For people: an instance of an Auto Scaling group has its group's, so its id follows. */
  readonly name: string;
  readonly os: OperatingSystem;
  /** Value of its patch group tag. */
  readonly group: string;
  /** Name of the location that manages it. */
  readonly location: string;
}

/** A window that opened. */
export interface Opening {
  readonly entry: WindowRunEntry;
  readonly window: Window;
  readonly location: string;
  /** From here on nothing starts. */
  readonly cutoff: Date;
  /** The plane that was deployed then. */
  readonly plane: Plane;
}

/** What the journal tells, joined with the plane and the world. */
export interface Truth {
  readonly machines: ReadonlyMap<string, KnownMachine>;
  readonly operations: readonly PatchingEntry[];
  readonly openings: ReadonlyMap<string, Opening>;
  /** The opening an operation belongs to; undefined outside windows. */
  openingOf(operation: PatchingEntry): Opening | undefined;
  machineOf(operation: { readonly machine: string }): KnownMachine;
  groupOf(machine: KnownMachine): ManagedGroup | undefined;
  planeAt(at: Date): Plane;
  /** When each machine became a managed node; an EC2 instance always was. */
  readonly managedSince: ReadonlyMap<string, Date>;
  /** How many machines a task's command is aimed at. */
  targets(operation: PatchingEntry, opening: Opening): number;
}

function knownMachines({ scenario }: Played): ReadonlyMap<string, KnownMachine> {
  const { world, deployments } = scenario;
  const plane = deployments[0]?.plane;
  const byId = new Map(plane?.fleet.map((server) => [server.id, server]));
  const places = new Map(
    Object.values(plane?.locations ?? {}).map((each) => [`${each.accountId}/${each.region}`, each.name]),
  );
  return new Map(
    world.machines.map((spec) => {
      const server = byId.get(spec.id);
      const azure = server?.cloud === "azure" ? plane?.subscriptions[server.site]?.location : undefined;
      return [
        spec.id,
        {
          spec,
          name: server === undefined ? `${spec.name} ${spec.id}` : spec.name,
          os: operatingSystemOf(spec),
          group: server?.patchGroup ?? spec.tags["PatchGroup"] ?? "",
          location: azure ?? places.get(`${spec.accountId}/${spec.region}`) ?? "",
        },
      ];
    }),
  );
}

function windowByName(plane: Plane): ReadonlyMap<string, Window> {
  return new Map(
    Object.values(plane.windows).flatMap((window) =>
      window.schedules.map(({ suffix }) => [windowName(plane.environment, window.name, suffix), window] as const),
    ),
  );
}

function planeFinder({ scenario }: Played): (at: Date) => Plane {
  return (at) => {
    const plane = scenario.deployments.findLast((deployment) => deployment.at <= at)?.plane;
    if (plane === undefined) throw new Error(`nothing was deployed at ${at.toISOString()}`);
    return plane;
  };
}

function openingsOf(played: Played, planeAt: (at: Date) => Plane): ReadonlyMap<string, Opening> {
  return new Map(
    played.journal.flatMap((entry): [string, Opening][] => {
      if (entry.kind !== "windowRun") return [];
      const plane = planeAt(entry.at);
      const window = windowByName(plane).get(entry.windowName);
      const location = Object.values(plane.locations).find(
        ({ accountId, region }) => accountId === entry.accountId && region === entry.region,
      );
      if (window === undefined || location === undefined)
        throw new Error(`a window ran that the plane does not have: ${entry.windowName} in ${entry.region}`);
      const cutoff = new Date(entry.at.getTime() + (window.durationHours - window.cutoffHours) * hour);
      return [[entry.executionId, { entry, window, location: location.name, cutoff, plane }]];
    }),
  );
}

function managedDates({ scenario, journal }: Played): ReadonlyMap<string, Date> {
  const instances = scenario.world.machines.filter((spec) => spec.cloud === "aws");
  const onboarded = journal.filter((entry) => entry.kind === "onboarding" && entry.result === "registered");
  return new Map([
    ...instances.map((spec) => [spec.id, scenario.span.start] as const),
    ...onboarded.map((entry) => ["machine" in entry ? entry.machine : "", entry.at] as const),
  ]);
}

/** Joins what was played with what happened. */
export function truthOf(played: Played): Truth {
  const planeAt = planeFinder(played);
  const openings = openingsOf(played, planeAt);
  const machines = knownMachines(played);
  const managedSince = managedDates(played);
  const plane = planeAt(played.scenario.span.start);
  return {
    machines,
    openings,
    planeAt,
    managedSince,
    operations: played.journal.filter((entry) => entry.kind === "patching"),
    openingOf: ({ windowExecutionId = "" }) => openings.get(windowExecutionId),
    machineOf: ({ machine }) => {
      const known = machines.get(machine);
      if (known === undefined) throw new Error(`the world has no machine ${machine}`);
      return known;
    },
    groupOf: ({ group }) => {
      const found = plane.groups[group];
      return found?.kind === "managed" ? found : undefined;
    },
    targets: (operation, { entry, window, location }) => {
      // By its group: a document may install without a reboot first, and reboot in another operation.
      const { group = "" } = machines.get(operation.machine) ?? {};
      const target = windowTargets(plane, window).find(({ groups }) => groups.includes(group));
      return [...machines.values()].filter(
        (machine) =>
          machine.location === location &&
          target?.groups.includes(machine.group) === true &&
          (managedSince.get(machine.spec.id) ?? played.scenario.span.end) <= entry.at,
      ).length;
    },
  };
}
