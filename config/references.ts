import { isDate, isTimeZone } from "../domain/schedule/awsCron.ts";
import { checkIds } from "../domain/checks/checkPlane.ts";
import type { Fault } from "../domain/fault.ts";
import { operatingSystems } from "../domain/server.ts";
import { entriesIn, namesIn, unknownNames, type Mapping, type NamedSettings } from "./declaredNames.ts";
import { suggest } from "./nearest.ts";
import { isMapping } from "./yaml/path.ts";
import { findPredefinedBaseline, predefinedBaselineNames } from "./schema/predefinedBaselines.ts";
import { siteFaults } from "./siteReferences.ts";
import { windowFaults } from "./windowReferences.ts";

const systems: readonly string[] = operatingSystems;

/** Faults of one group's choice of one of AWS's own baselines. */
function predefinedFaults(settings: Mapping, os: string, name: string, path: string): readonly Fault[] {
  const existing = (predefinedBaselineNames as Readonly<Record<string, readonly string[]>>)[os] ?? [];
  if (!existing.includes(name)) {
    return [{ path, message: `AWS has no baseline of that name for ${os}`, value: name, ...suggest(name, existing) }];
  }
  return entriesIn(settings, "locations").flatMap(([location, { predefinedBaselines, region }]) => {
    if (isMapping(predefinedBaselines) && Object.hasOwn(predefinedBaselines, name)) {
      return [];
    }
    const message = `location ${location} does not say which ARN the predefined baseline has there`;
    const command = findPredefinedBaseline(name, typeof region === "string" ? region : "<region>");
    return [
      {
        path,
        message,
        value: name,
        fix: `add it to locations.${location}.predefinedBaselines; find it by: ${command}`,
      },
    ];
  });
}

function baselineFaults(named: NamedSettings): readonly Fault[] {
  const baselines = new Map(entriesIn(named.settings, "baselines"));
  const known = namesIn(named, "baselines");
  const choices = entriesIn(named.settings, "groups").flatMap(([group, { baselines: chosen }]) =>
    Object.entries(isMapping(chosen) ? chosen : {}).map(([os, name]) => [group, os, name] as const),
  );
  return choices.flatMap(([group, os, name]): readonly Fault[] => {
    const path = `groups.${group}.baselines.${os}`;
    // A key that is no OS is the schema's matter, and so is a baseline for none.
    if (typeof name !== "string" || !systems.includes(os)) return [];
    if (name.startsWith("AWS-")) return predefinedFaults(named.settings, os, name, path);
    if (known === undefined) return [];
    const fitting = known.filter((other) => baselines.get(other)?.["operatingSystem"] === os);
    if (!known.includes(name)) {
      return [{ path, message: "there is no such baseline", value: name, ...suggest(name, fitting) }];
    }
    const actual = baselines.get(name)?.["operatingSystem"];
    if (typeof actual !== "string" || actual === os || !systems.includes(actual)) return [];
    return [{ path, message: `the baseline is for ${actual}, not ${os}`, value: name, allowed: fitting.join(", ") }];
  });
}

function freezeFaults(settings: Mapping, groups: readonly string[] | undefined): readonly Fault[] {
  const freezes: readonly unknown[] = Array.isArray(settings["freezes"]) ? settings["freezes"] : [];
  return freezes.flatMap((freeze, index): readonly Fault[] => {
    if (!isMapping(freeze)) return [];
    const path = `freezes[${String(index)}]`;
    // Text of another form than a date is the schema's matter.
    const [from, to] = (["from", "to"] as const).map((key) => {
      const day = freeze[key];
      return typeof day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(day) ? { path: `${path}.${key}`, day } : undefined;
    });
    const unreal = [from, to].flatMap((end) =>
      end === undefined || isDate(end.day)
        ? []
        : [{ path: end.path, message: "not a calendar date", value: end.day, allowed: "yyyy-mm-dd, quoted" }],
    );
    const backwards =
      from !== undefined && to !== undefined && to.day < from.day
        ? [{ path: to.path, message: "lies before the first day", value: to.day, allowed: `${from.day} or later` }]
        : [];
    return [...unknownNames(freeze["groups"], `${path}.groups`, "group", groups), ...unreal, ...backwards];
  });
}

function timezoneFaults(timezone: unknown): readonly Fault[] {
  const fault = { path: "timezone", message: "not an IANA time zone", allowed: "a name such as Europe/Berlin" };
  return typeof timezone === "string" && /\S/.test(timezone) && !isTimeZone(timezone)
    ? [{ ...fault, value: timezone }]
    : [];
}

function otherFaults(named: NamedSettings): readonly Fault[] {
  const { settings } = named;
  const nodes = settings["nodes"];
  const first = isMapping(nodes) ? nodes["installOnFirstContact"] : undefined;
  const groups = namesIn(named, "groups");
  const automatic: string[] = entriesIn(settings, "groups").flatMap(([name, group]) =>
    group["approval"] === "automatic" ? [name] : [],
  );
  return [
    ...timezoneFaults(settings["timezone"]),
    ...freezeFaults(settings, groups),
    ...unknownNames(first, "nodes.installOnFirstContact", "automatic group", groups && automatic.sort()),
    ...(namesIn(named, "checks") ?? [])
      .filter((id) => !checkIds.includes(id))
      .map((id) => ({ path: `checks.${id}`, message: "there is no such check", ...suggest(id, checkIds) })),
  ];
}

/**
 * Names in the settings that lead nowhere, each with the known ones and the nearest of them, and values that do not
 * fit each other. Works on settings that are not valid, too: what is not of the right type is passed over, because
 * the schema reports it.
 */
export function referenceFaults(named: NamedSettings): readonly Fault[] {
  return [...siteFaults(named), ...baselineFaults(named), ...windowFaults(named), ...otherFaults(named)];
}
