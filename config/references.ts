import { isDate, isTimeZone } from "../domain/awsCron.ts";
import { checkIds } from "../domain/checks.ts";
import type { Fault } from "../domain/fault.ts";
import { suggest } from "./nearest.ts";
import { isMapping } from "./path.ts";
import { findPredefinedBaseline, predefinedBaselineNames } from "./predefinedBaselines.ts";

type Mapping = Readonly<Record<string, unknown>>;

/** Named objects of a section; nothing where the section is not what it should be, which the schema reports. */
function entriesIn(settings: Mapping, section: string): readonly (readonly [string, Mapping])[] {
  const value = settings[section];
  return isMapping(value)
    ? Object.entries(value).flatMap(([name, entry]) => (isMapping(entry) ? [[name, entry]] : []))
    : [];
}

function namesIn(settings: Mapping, section: string): readonly string[] {
  const value = settings[section];
  return isMapping(value) ? Object.keys(value).sort() : [];
}

function listed(value: unknown): readonly (readonly [number, string])[] {
  return Array.isArray(value)
    ? value.flatMap((item: unknown, index) => (typeof item === "string" ? [[index, item] as const] : []))
    : [];
}

function unknownNames(list: unknown, path: string, kind: string, known: readonly string[]): readonly Fault[] {
  return listed(list)
    .filter(([, name]) => !known.includes(name))
    .map(([index, name]) => {
      return {
        path: `${path}[${String(index)}]`,
        message: `there is no such ${kind}`,
        value: name,
        ...suggest(name, known),
      };
    });
}

function unmanaged(list: unknown, path: string, elsewhere: ReadonlySet<string>): readonly Fault[] {
  return listed(list)
    .filter(([, name]) => elsewhere.has(name))
    .map(([index, name]) => {
      const message = "the group is patched elsewhere, so no window of this stack may hold it";
      return { path: `${path}[${String(index)}]`, message, value: name };
    });
}

/** Faults of one group's choice of one of AWS's own baselines. */
function predefinedFaults(settings: Mapping, os: string, name: string, path: string): readonly Fault[] {
  const existing = (predefinedBaselineNames as Readonly<Record<string, readonly string[]>>)[os] ?? [];
  if (!existing.includes(name)) {
    return [{ path, message: `AWS has no baseline of that name for ${os}`, value: name, ...suggest(name, existing) }];
  }
  return entriesIn(settings, "locations").flatMap(([location, { predefinedBaselines, region }]) => {
    if (isMapping(predefinedBaselines) && name in predefinedBaselines) {
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

function baselineFaults(settings: Mapping): readonly Fault[] {
  const baselines = new Map(entriesIn(settings, "baselines"));
  const known = namesIn(settings, "baselines");
  return entriesIn(settings, "groups").flatMap(([group, { baselines: chosen }]) =>
    Object.entries(isMapping(chosen) ? chosen : {}).flatMap(([os, name]): readonly Fault[] => {
      const path = `groups.${group}.baselines.${os}`;
      if (typeof name !== "string") return [];
      if (name.startsWith("AWS-")) return predefinedFaults(settings, os, name, path);
      const fitting = known.filter((other) => baselines.get(other)?.["operatingSystem"] === os);
      if (!known.includes(name)) {
        return [{ path, message: "there is no such baseline", value: name, ...suggest(name, fitting) }];
      }
      const actual = baselines.get(name)?.["operatingSystem"];
      if (typeof actual !== "string" || actual === os) return [];
      return [{ path, message: `the baseline is for ${actual}, not ${os}`, value: name, allowed: fitting.join(", ") }];
    }),
  );
}

function overrideFaults(settings: Mapping, window: string, entry: Mapping): readonly Fault[] {
  const path = `windows.${window}.baselineOverride`;
  const baselines = new Map(entriesIn(settings, "baselines"));
  const names = listed(entry["baselineOverride"]);
  const seen = new Map<unknown, string>();
  const twice = names.flatMap(([index, name]) => {
    const os = baselines.get(name)?.["operatingSystem"];
    const first = seen.get(os);
    if (typeof os === "string") seen.set(os, first ?? name);
    return first === undefined
      ? []
      : [
          {
            path: `${path}[${String(index)}]`,
            message: `${first} is for the same OS`,
            value: name,
            allowed: "one baseline per OS",
          },
        ];
  });
  const scan =
    names.length > 0 && entry["operation"] === "scan"
      ? [{ path, message: "a scan with a baseline override writes no compliance", fix: "leave it out, or install" }]
      : [];
  return [
    ...unknownNames(entry["baselineOverride"], path, "baseline", namesIn(settings, "baselines")),
    ...twice,
    ...scan,
  ];
}

function windowFaults(settings: Mapping): readonly Fault[] {
  const groups = namesIn(settings, "groups");
  const elsewhere = new Set(
    entriesIn(settings, "groups").flatMap(([name, group]) => ("patchedElsewhere" in group ? [name] : [])),
  );
  return entriesIn(settings, "windows").flatMap(([name, window]) => [
    ...unknownNames(window["groups"], `windows.${name}.groups`, "group", groups),
    ...unmanaged(window["groups"], `windows.${name}.groups`, elsewhere),
    ...unknownNames(window["locations"], `windows.${name}.locations`, "location", namesIn(settings, "locations")),
    ...overrideFaults(settings, name, window),
  ]);
}

function siteFaults(settings: Mapping): readonly Fault[] {
  const locations = namesIn(settings, "locations");
  const subscriptions = entriesIn(settings, "subscriptions");
  const both = subscriptions.filter(([name]) => locations.includes(name));
  return [
    ...both.map(([name]) => {
      return {
        path: `subscriptions.${name}`,
        message: "a location has the same name, and a fleet row's site names either",
      };
    }),
    ...subscriptions.flatMap(([name, { location }]) =>
      typeof location !== "string" || locations.includes(location)
        ? []
        : [
            {
              path: `subscriptions.${name}.location`,
              message: "there is no such location",
              value: location,
              ...suggest(location, locations),
            },
          ],
    ),
    ...entriesIn(settings, "locations").flatMap(([name, { roleArn, accountId }]) => {
      const [, owner] = (typeof roleArn === "string" ? /::(\d{12}):/.exec(roleArn) : null) ?? [];
      return owner === undefined || typeof accountId !== "string" || owner === accountId
        ? []
        : [
            {
              path: `locations.${name}.roleArn`,
              message: "the role is another account's",
              value: roleArn,
              allowed: `a role in ${accountId}`,
            },
          ];
    }),
  ];
}

function freezeFaults(settings: Mapping, groups: readonly string[]): readonly Fault[] {
  const freezes: readonly unknown[] = Array.isArray(settings["freezes"]) ? settings["freezes"] : [];
  return freezes.flatMap((freeze, index): readonly Fault[] => {
    if (!isMapping(freeze)) return [];
    const path = `freezes[${String(index)}]`;
    const { from, to } = freeze;
    // Text of another form than a date is the schema's matter.
    const days = [from, to].filter((day) => typeof day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(day)) as string[];
    const [first, last] = days;
    return [
      ...unknownNames(freeze["groups"], `${path}.groups`, "group", groups),
      ...days.filter((day) => !isDate(day)).map((day) => ({ path, message: "not a calendar date", value: day })),
      ...(first !== undefined && last !== undefined && last < first
        ? [{ path: `${path}.to`, message: "lies before the first day", value: last, allowed: `${first} or later` }]
        : []),
    ];
  });
}

function otherFaults(settings: Mapping): readonly Fault[] {
  const nodes = settings["nodes"];
  const { timezone } = settings;
  const first = isMapping(nodes) ? nodes["installOnFirstContact"] : undefined;
  const automatic = entriesIn(settings, "groups").flatMap(([name, group]) =>
    group["approval"] === "automatic" ? [name] : [],
  );
  return [
    ...(typeof timezone === "string" && timezone !== "" && !isTimeZone(timezone)
      ? [
          {
            path: "timezone",
            message: "not an IANA time zone",
            value: timezone,
            allowed: "a name such as Europe/Berlin",
          },
        ]
      : []),
    ...freezeFaults(settings, namesIn(settings, "groups")),
    ...unknownNames(first, "nodes.installOnFirstContact", "automatic group", automatic),
    ...namesIn(settings, "checks")
      .filter((id) => !checkIds.includes(id))
      .map((id) => ({ path: `checks.${id}`, message: "there is no such check", ...suggest(id, checkIds) })),
  ];
}

/**
 * Names in the settings that lead nowhere, each with the known ones and the nearest of them. Works on settings that
 * are not valid, too: what is not of the right type is passed over, because the schema reports it.
 */
export function referenceFaults(merged: Mapping): readonly Fault[] {
  return [...siteFaults(merged), ...baselineFaults(merged), ...windowFaults(merged), ...otherFaults(merged)];
}
