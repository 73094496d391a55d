import type { Plane } from "../../domain/plane.ts";
import { operatingSystemOf } from "../../domain/server.ts";
import { drawPackages, type World, type MachineSpec, type PackageRow } from "../../simulator/index.ts";
import type { DrawnGroup } from "./drawPolicy.ts";
import type { Draws } from "./draws.ts";

/** What the world is asked for approvals: who is in it, and which seed and date it begins with. */
export interface Ground {
  readonly world: World;
  readonly plane: Plane;
  readonly seed: number;
  readonly start: Date;
}

interface Patch {
  readonly id: string;
  readonly title?: string;
}

const day = 86_400_000;
/** A version that no repository ever had. */
const gone = "0.0.1-gone";

function machinesOf({ world, plane }: Ground, group: string): readonly MachineSpec[] {
  const vms = new Set(plane.fleet.filter((server) => server.patchGroup === group).map((server) => server.id));
  return world.machines.filter((machine) => vms.has(machine.id) || machine.tags["PatchGroup"] === group);
}

/** The architecture as the machine's own package manager writes it; `noarch` packages keep theirs on yum. */
function patchOf(machine: MachineSpec, row: PackageRow, release: number): Patch {
  const { name, version } = row.release(release);
  return machine.os === "windows-server" ? { id: version } : { id: `${name}.${row.arch}`, title: version };
}

/** What a reviewer might let through on one machine, from what its repositories offer at an instant. */
function offered(draws: Draws, { seed, start }: Ground, machine: MachineSpec, at: Date): readonly Patch[] {
  const { table, installed } = drawPackages(machine, start, seed);
  const newer = table.rows.flatMap((row, index) => {
    const newest = row.calendar.newest(at);
    return newest > (installed[index] ?? 0) ? [patchOf(machine, row, newest)] : [];
  });
  const chosen = draws.some("chosen", newer, 1).slice(0, draws.pick("at most", [2, 8, 40]));
  const misspelled = draws.chance("gone", 0.2) && machine.os !== "windows-server";
  return chosen.map((patch, index) => (misspelled && index === 0 ? { ...patch, title: gone } : patch));
}

function onlyOnce(patches: readonly Patch[]): readonly Patch[] {
  return [...new Map(patches.map((patch) => [`${patch.id} ${patch.title ?? ""}`, patch])).values()];
}

function fileText(draws: Draws, ground: Ground, group: DrawnGroup, at: Date): string {
  const machines = machinesOf(ground, group.name);
  const bySystem = Map.groupBy(machines, operatingSystemOf);
  const patches = [...bySystem].map(([os, members]) => {
    const seen = draws.some(`reviewed ${os}`, members, 1).slice(0, 3);
    const all = seen.flatMap((machine) => offered(draws.within(machine.id), ground, machine, at));
    return [os, onlyOnce(all)] as const;
  });
  const lasts = draws.pick("days in force", [2, 6, 12, 30]);
  const expires = `${new Date(at.getTime() + lasts * day).toISOString().slice(0, 19)}Z`;
  return JSON.stringify({
    scan: "11111111-2222-4333-8444-555555555555",
    note: "drawn",
    expires,
    patches: Object.fromEntries(patches.filter(([, list]) => list.length > 0)),
  });
}

/**
 * Approvals files as they stand from an instant on, by path: for each reviewed group one of that day, or none. They
 * name real versions of the groups' machines, some of which are gone, and last for days or weeks.
 */
export function drawApprovals(
  draws: Draws,
  ground: Ground,
  groups: readonly DrawnGroup[],
  at: Date,
): Readonly<Record<string, string>> {
  const date = at.toISOString().slice(0, 10);
  return Object.fromEntries(
    groups
      .filter((group) => group.approval === "reviewed" && machinesOf(ground, group.name).length > 0)
      .filter((group) => draws.chance(`approved ${group.name}`, 0.75))
      .map((group) => [`approvals/${group.name}/${date}.yaml`, fileText(draws.within(group.name), ground, group, at)]),
  );
}
