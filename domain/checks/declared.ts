import type { Plane } from "../plane.ts";

/** Sections of the stack file whose objects others refer to by name. */
export const namedSections = ["locations", "subscriptions", "baselines", "groups", "windows"] as const;

/** One of {@link namedSections}. */
export type NamedSection = (typeof namedSections)[number];

/**
 * What a stack file gives names to, whether or not it could be read. A plane may lack what was at fault; a name that
 * leads to such a thing is not at fault itself.
 */
export interface Declared {
  /** By section, sorted; a section is left out where nobody can know its names. */
  readonly names: Readonly<Partial<Record<NamedSection, readonly string[]>>>;
  /** Operating system of each baseline, where it says one. */
  readonly systems: Readonly<Record<string, string>>;
}

/** The names of a plane that lacks nothing. */
export function declaredIn(plane: Plane): Declared {
  return {
    names: Object.fromEntries(namedSections.map((section) => [section, Object.keys(plane[section])])),
    systems: Object.fromEntries(
      Object.values(plane.baselines).map(({ name, operatingSystem }) => [name, operatingSystem]),
    ),
  };
}

/** Whether a name certainly leads nowhere. */
export function isUnknown({ names }: Declared, section: NamedSection, name: string): boolean {
  return names[section]?.includes(name) === false;
}

/** Whether every window was read, with all that it names: only then is it known what no window reaches. */
export function windowsComplete(plane: Plane, declared: Declared): boolean {
  return (
    (declared.names.windows?.every((name) => plane.windows[name] !== undefined) ?? false) &&
    Object.values(plane.windows).every(
      ({ groups, locations }) =>
        !groups.some((name) => isUnknown(declared, "groups", name)) &&
        !locations.some((name) => isUnknown(declared, "locations", name)),
    )
  );
}
