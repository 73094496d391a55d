import type { Fault } from "../domain/fault.ts";
import { entriesIn, listed, namesIn, unknownNames, type Mapping, type NamedSettings } from "./declaredNames.ts";
import { isMapping } from "./yaml/path.ts";

function unmanaged(list: unknown, path: string, elsewhere: ReadonlySet<string>): readonly Fault[] {
  return listed(list)
    .filter(([, name]) => elsewhere.has(name))
    .map(([index, name]) => {
      const message = "the group is patched elsewhere, so no window of this stack may hold it";
      return { path: `${path}[${String(index)}]`, message, value: name };
    });
}

function overrideFaults(named: NamedSettings, window: string, entry: Mapping): readonly Fault[] {
  const path = `windows.${window}.baselineOverride`;
  const baselines = new Map(entriesIn(named.settings, "baselines"));
  const names = listed(entry["baselineOverride"]);
  const seen = new Map<unknown, string>();
  const twice = names.flatMap(([index, name]) => {
    const os = baselines.get(name)?.["operatingSystem"];
    const first = seen.get(os);
    if (typeof os === "string") seen.set(os, first ?? name);
    const at = `${path}[${String(index)}]`;
    return first === undefined
      ? []
      : [{ path: at, message: `${first} is for the same OS`, value: name, allowed: "one baseline per OS" }];
  });
  const scan =
    names.length > 0 && entry["operation"] === "scan"
      ? [{ path, message: "a scan with a baseline override writes no compliance", fix: "leave it out, or install" }]
      : [];
  const known = namesIn(named, "baselines");
  return [...unknownNames(entry["baselineOverride"], path, "baseline", known), ...twice, ...scan];
}

function hasLines(hook: Mapping): boolean {
  return [hook["linux"], hook["windows"]].some(
    (lines) => lines !== undefined && (!Array.isArray(lines) || lines.length > 0),
  );
}

/** Faults of a window's hooks: their names become documents' names, and a hook without lines runs nothing. */
function hookFaults(window: string, { hooks, operation }: Mapping): readonly Fault[] {
  if (!isMapping(hooks)) {
    return [];
  }
  const path = `windows.${window}.hooks`;
  const places = (["before", "after"] as const).flatMap((place) => {
    const list: readonly unknown[] = Array.isArray(hooks[place]) ? hooks[place] : [];
    return list.flatMap((hook, index) =>
      isMapping(hook) ? [[`${path}.${place}[${String(index)}]`, hook] as const] : [],
    );
  });
  const faults: Fault[] = [];
  if (operation === "scan" && places.length > 0) {
    const message = "a scan changes nothing, so nothing runs around it";
    faults.push({ path, message, fix: "move the hooks to the install window, or take them out" });
  }
  const first = new Map<string, string>();
  for (const [at, hook] of places) {
    const { name } = hook;
    if (!hasLines(hook)) {
      const fix = "give it linux or windows lines, or take it out";
      faults.push({ path: at, message: "the hook has no lines, so it runs nothing", fix });
    }
    if (typeof name !== "string") continue;
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, at);
    } else {
      const allowed = "a name of its own for each hook of a window";
      faults.push({ path: `${at}.name`, message: `${before} has the same name`, value: name, allowed });
    }
  }
  return faults;
}

/** Faults of windows: names that lead nowhere, and what cannot stand together in one. */
export function windowFaults(named: NamedSettings): readonly Fault[] {
  const { settings } = named;
  const groups = namesIn(named, "groups");
  const locations = namesIn(named, "locations");
  const elsewhere = new Set(
    entriesIn(settings, "groups").flatMap(([name, group]) => ("patchedElsewhere" in group ? [name] : [])),
  );
  return entriesIn(settings, "windows").flatMap(([name, window]) => [
    ...unknownNames(window["groups"], `windows.${name}.groups`, "group", groups),
    ...unmanaged(window["groups"], `windows.${name}.groups`, elsewhere),
    ...unknownNames(window["locations"], `windows.${name}.locations`, "location", locations),
    ...overrideFaults(named, name, window),
    ...hookFaults(name, window),
  ]);
}
