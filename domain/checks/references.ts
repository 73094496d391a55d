import type { Finding } from "../fault.ts";
import { nearest, suggest } from "../nearest.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { checkIds, finding } from "./checkTable.ts";
import { isUnknown, type Declared, type NamedSection } from "./declared.ts";
import { predefinedBaselineNames } from "./predefinedBaselines.ts";
import { knownRegions } from "../stack/regions.ts";

const nouns: Readonly<Record<NamedSection, string>> = {
  locations: "location",
  subscriptions: "subscription",
  baselines: "baseline",
  groups: "group",
  windows: "window",
};

/** A finding for each name that leads nowhere; the path of a list stands for its entries. */
function unknownNames(
  declared: Declared,
  section: NamedSection,
  names: readonly string[],
  path: string,
  about: Finding["about"] = {},
): readonly Finding[] {
  const known = declared.names[section] ?? [];
  return names
    .filter((name) => isUnknown(declared, section, name))
    .map((name) => {
      const message = `there is no such ${nouns[section]}`;
      return finding("unknown-name", { path, message, value: name, ...suggest(name, known), about });
    });
}

function windowFindings(plane: Plane, declared: Declared, window: Window): readonly Finding[] {
  const path = `windows.${window.name}`;
  const about = { window: window.name };
  const isElsewhere = (name: string): boolean => plane.groups[name]?.kind === "elsewhere";
  const elsewhere = window.groups.filter(isElsewhere);
  const once = window.hooks.once === undefined ? [] : [window.hooks.once.group];
  const oncePath = `${path}.hooks.once.group`;
  return [
    ...unknownNames(declared, "groups", window.groups, `${path}.groups`, about),
    ...unknownNames(declared, "locations", window.locations, `${path}.locations`, about),
    ...unknownNames(declared, "baselines", window.baselineOverride, `${path}.baselineOverride`, about),
    ...unknownNames(declared, "groups", once, oncePath, about),
    ...elsewhere.map((name) => {
      const message = "the group is patched elsewhere, so a window of this stack cannot have it";
      return finding("group-elsewhere", { path: `${path}.groups`, message, value: name, about });
    }),
    ...once.filter(isElsewhere).map((name) => {
      const message = "the group is patched elsewhere, so the windows of this stack may send nothing to its servers";
      return finding("group-elsewhere", { path: oncePath, message, value: name, about });
    }),
  ];
}

/** ARNs are judged by their parts, because the schema lets through their right form only. */
function locationFindings(plane: Plane): readonly Finding[] {
  const existing = Object.values(predefinedBaselineNames).flat();
  return Object.values(plane.locations).flatMap(
    ({ name: location, accountId, region, partition, roleArn, predefinedBaselines }) => {
      const path = `locations.${location}`;
      const foreign = (key: string, message: string, value: string, allowed: string): Finding =>
        finding("foreign-arn", { path: `${path}.${key}`, message, value, allowed, about: { location } });
      const findings: Finding[] = [];
      const [, rolePartition, , , owner] = roleArn?.split(":") ?? [];
      if (roleArn !== undefined && owner !== accountId) {
        findings.push(foreign("roleArn", "the role is another account's", roleArn, `a role in ${accountId}`));
      }
      if (roleArn !== undefined && rolePartition !== partition) {
        const message = "the role is in another partition than the Region";
        findings.push(foreign("roleArn", message, roleArn, `arn:${partition}:…`));
      }
      for (const [name, arn] of Object.entries(predefinedBaselines)) {
        const key = `predefinedBaselines.${name}`;
        if (!existing.includes(name)) {
          const message = "AWS has no baseline of that name";
          const about = { location };
          findings.push(
            finding("unknown-name", { path: `${path}.${key}`, message, ...suggest(name, existing), about }),
          );
        }
        if (!arn.startsWith(`arn:${partition}:ssm:${region}:`)) {
          findings.push(foreign(key, "the ARN is of another Region", arn, `arn:${partition}:ssm:${region}:…`));
        }
      }
      return findings;
    },
  );
}

function regionFindings(plane: Plane): readonly Finding[] {
  return Object.values(plane.locations)
    .filter(({ region }) => !knownRegions.includes(region))
    .map(({ name: location, region }) => {
      const near = nearest(region, knownRegions);
      const meant = near === undefined ? "correct it" : `did you mean "${near}"?`;
      return finding("region-unknown", {
        path: `locations.${location}.region`,
        message: "no Region of that name is known",
        value: region,
        fix: `${meant}; where AWS has opened it since, switch the check off with that reason`,
        about: { location },
      });
    });
}

function subscriptionFindings(plane: Plane, declared: Declared): readonly Finding[] {
  return Object.values(plane.subscriptions).flatMap(({ name, location }) => {
    const path = `subscriptions.${name}`;
    const about = { subscription: name };
    const message = "a location has the same name, and a fleet row's site names either";
    const fix = "give one of the two another name";
    return [
      ...(declared.names.locations?.includes(name) === true
        ? [finding("site-twice", { path, message, fix, about })]
        : []),
      ...unknownNames(declared, "locations", [location], `${path}.location`, about),
    ];
  });
}

/** Findings about names that lead nowhere, each with the known ones and the nearest of them, and about foreign ARNs. */
export function checkReferences(plane: Plane, declared: Declared): readonly Finding[] {
  return [
    ...subscriptionFindings(plane, declared),
    ...locationFindings(plane),
    ...regionFindings(plane),
    ...Object.values(plane.windows).flatMap((window) => windowFindings(plane, declared, window)),
    ...plane.freezes.flatMap(({ groups = [], windows = [] }, index) => [
      ...unknownNames(declared, "groups", groups, `freezes[${String(index)}].groups`),
      ...unknownNames(declared, "windows", windows, `freezes[${String(index)}].windows`),
    ]),
    ...unknownNames(
      declared,
      "locations",
      plane.reports.athena === undefined ? [] : [plane.reports.athena.location],
      "reports.athena.location",
    ),
    ...Object.keys(plane.checks)
      .filter((id) => !checkIds.includes(id))
      .map((id) => {
        const message = "there is no such check";
        return finding("unknown-name", { path: `checks.${id}`, message, ...suggest(id, checkIds) });
      }),
  ];
}
