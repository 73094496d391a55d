import { finding, type CheckId } from "../checks/checkTable.ts";
import type { Fault, Finding } from "../fault.ts";
import type { LiveLocation, Tags } from "./location.ts";
import type { Location, Plane } from "../plane.ts";
import { plannedLocation, type PlannedLocation } from "../stack/plannedLocation.ts";
import { byText } from "../text.ts";

/** What a judgement about one location goes by. */
export interface LiveScope {
  readonly plane: Plane;
  readonly location: Location;
  readonly planned: PlannedLocation;
  readonly live: LiveLocation;
}

/**
 * The scope of what is to be deployed next: its servers, and all that either version makes, because a deployment makes
 * the new before it deletes the old.
 */
export function comingScope({ planned, location, live }: LiveScope, coming: Plane): LiveScope {
  const next = coming.locations[location.name] ?? location;
  const made = plannedLocation(coming, next);
  return {
    plane: coming,
    location: next,
    live: { ...live, servers: live.comingServers },
    planned: {
      ...made,
      baselines: new Map([...planned.baselines, ...made.baselines]),
      windows: new Map([...planned.windows, ...made.windows]),
      associations: new Map([...planned.associations, ...made.associations]),
    },
  };
}

/** Whether something carries all the tags that the stack puts on what it makes in the location. */
export function isOwn(planned: PlannedLocation, tags: Tags | undefined): boolean {
  return Object.entries(planned.tags).every(([key, value]) => tags?.[key] === value);
}

/** A finding about a location; its message ends with the location's name. */
export function liveFinding(
  id: CheckId,
  { location }: Pick<LiveScope, "location">,
  fault: Fault & Pick<Finding, "about">,
): Finding {
  return finding(id, { ...fault, message: `${fault.message} in location ${location.name}` });
}

/** What to do about something that is not as the stack has it. */
export const putBack = "pulumi up puts the stack's back; to keep it, change the stack file";

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** How a value in AWS differs from the stack's: of two lists what is more and what is lacking, else both. */
function difference(is: unknown, wanted: unknown): Pick<Fault, "message" | "value" | "allowed"> {
  if (!isTexts(is) || !isTexts(wanted)) {
    const allowed = wanted === undefined || wanted === null ? "nothing" : JSON.stringify(wanted);
    return { message: "is not as the stack has it", value: is ?? null, allowed };
  }
  const more = is.filter((each) => !wanted.includes(each));
  const less = wanted.filter((each) => !is.includes(each));
  const parts = [
    ...(more.length === 0 ? [] : [`AWS has ${more.join(", ")} more`]),
    ...(less.length === 0 ? [] : [`AWS lacks ${less.join(", ")}`]),
  ];
  return { message: `is not as the stack has it (${parts.join("; ")})` };
}

/** Findings about values that differ, one per field, with the path of the stack file that they come from. */
export function differing(
  scope: Pick<LiveScope, "location">,
  path: string,
  planned: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>>,
): readonly Finding[] {
  return Object.entries(planned).flatMap(([field, wanted]) => {
    const is = live[field];
    if (JSON.stringify(is) === JSON.stringify(wanted)) return [];
    const fault = { path: `${path}.${field}`, ...difference(is, wanted), fix: putBack };
    return [liveFinding("live-drift", scope, fault)];
  });
}

function missing(scope: Pick<LiveScope, "location">, { path, what, name }: Wanted): Finding {
  return liveFinding("live-drift", scope, {
    path,
    message: `there is no ${what} of this name`,
    value: name,
    fix: "pulumi up makes it; where it was made before, somebody deleted it, and pulumi refresh has to notice first",
  });
}

function repeated(
  scope: Pick<LiveScope, "location">,
  { path, what }: Wanted,
  ids: readonly string[],
): readonly Finding[] {
  if (ids.length < 2) return [];
  return [
    liveFinding("live-duplicate", scope, {
      path,
      message: `there are ${String(ids.length)} of this ${what}`,
      value: ids.toSorted(),
      allowed: "one",
      fix: "keep the one that the stack's state names, and delete the others: docs/recovery.md",
    }),
  ];
}

/** What the stack makes, as it is looked for. */
export interface Wanted {
  /** Path in the stack file. */
  readonly path: string;
  /** What it is, in the singular. */
  readonly what: string;
  /** Its name in AWS. */
  readonly name: string;
}

/**
 * Findings about one thing that the stack makes: missing, several of its name, and what `compare` says of the one that
 * differs least, because a deployment that was cut off leaves a second one behind.
 */
export function compared<Live extends { readonly id: string; readonly name: string }>(
  scope: Pick<LiveScope, "location">,
  wanted: Wanted,
  all: readonly Live[],
  compare: (candidate: Live) => readonly Finding[],
): readonly Finding[] {
  const candidates = all
    .filter(({ name }) => name === wanted.name)
    .map((candidate) => ({ id: candidate.id, findings: compare(candidate) }))
    .toSorted((a, b) => a.findings.length - b.findings.length || byText(a.id, b.id));
  const [closest] = candidates;
  if (closest === undefined) return [missing(scope, wanted)];
  return [
    ...repeated(
      scope,
      wanted,
      candidates.map(({ id }) => id),
    ),
    ...closest.findings,
  ];
}

/** A finding about something that carries the stack's tags and is not in it. */
export function surplus(scope: Pick<LiveScope, "location">, { path, what, name }: Wanted): Finding {
  return liveFinding("live-drift", scope, {
    path,
    message: `a ${what} carries the stack's tags, and the stack does not make it`,
    value: name,
    fix: "delete it by hand, if no other stack has it",
  });
}
