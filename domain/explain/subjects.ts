import { locationNameOf } from "../fleet/placement.ts";
import type { Group, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import type { Server } from "../server.ts";
import { takes } from "../values.ts";

/** Something that can be explained. */
export type Subject =
  | { readonly kind: "server"; readonly server: Server }
  | { readonly kind: "window"; readonly window: Window }
  | { readonly kind: "group"; readonly group: Group };

/** What a name may stand for. */
export type SubjectKind = Subject["kind"];

function isServer(server: Server, lower: string): boolean {
  return [server.id, server.name, server.azure?.vmId ?? ""].some((name) => name.toLowerCase() === lower);
}

/** What a name stands for in a plane: a patch group, a window, or a server by id, name or vmId; letter case apart. */
export function subjectsOf(
  plane: Plane,
  name: string,
  { kind, locations }: { readonly kind?: SubjectKind | undefined; readonly locations?: readonly string[] | undefined },
): readonly Subject[] {
  const lower = name.toLowerCase();
  const named = <T extends { readonly name: string }>(record: Readonly<Record<string, T>>): readonly T[] => {
    const own = record[name];
    // Case counts in a group's name, so two may differ by it alone.
    return own === undefined ? Object.values(record).filter((entry) => entry.name.toLowerCase() === lower) : [own];
  };
  const servers = plane.fleet.filter(
    (server) => isServer(server, lower) && takes(locations, locationNameOf(plane, server)),
  );
  const subjects: readonly Subject[] = [
    ...named(plane.groups).map((group) => ({ kind: "group" as const, group })),
    ...named(plane.windows).map((window) => ({ kind: "window" as const, window })),
    ...servers.map((server) => ({ kind: "server" as const, server })),
  ];
  return subjects.filter((subject) => kind === undefined || subject.kind === kind);
}

/** Every name that {@link subjectsOf} knows: groups, windows, then servers by name and id. */
export function subjectNames(plane: Plane): readonly string[] {
  const servers = plane.fleet.flatMap(({ name, id }) => [name, id]);
  return [...new Set([...Object.keys(plane.groups), ...Object.keys(plane.windows), ...servers])];
}
