import type { Fault } from "../domain/fault.ts";
import { entriesIn, namesIn, type Mapping, type NamedSettings } from "./declaredNames.ts";
import { suggest } from "./nearest.ts";
import { partitionOf } from "./toPlane.ts";
import { isMapping } from "./yaml/path.ts";
import { predefinedBaselineNames } from "./schema/predefinedBaselines.ts";
import { accountPattern, baselineArnPattern, regionPattern, roleArnPattern } from "./schema/stack.ts";

function roleFaults(path: string, { roleArn, accountId, region }: Mapping): readonly Fault[] {
  const [, partition, owner] = (typeof roleArn === "string" ? roleArnPattern.exec(roleArn) : null) ?? [];
  if (partition === undefined) {
    return [];
  }
  const faults: Fault[] = [];
  // A malformed account id or Region is the schema's matter.
  if (typeof accountId === "string" && accountPattern.test(accountId) && owner !== accountId) {
    const allowed = `a role in ${accountId}`;
    faults.push({ path: `${path}.roleArn`, message: "the role is another account's", value: roleArn, allowed });
  }
  if (typeof region === "string" && regionPattern.test(region) && partition !== partitionOf(region)) {
    const message = "the role is in another partition than the Region";
    faults.push({ path: `${path}.roleArn`, message, value: roleArn, allowed: `arn:${partitionOf(region)}:…` });
  }
  return faults;
}

function predefinedFaults(path: string, { predefinedBaselines, region }: Mapping): readonly Fault[] {
  const existing = Object.values(predefinedBaselineNames).flat();
  return Object.entries(isMapping(predefinedBaselines) ? predefinedBaselines : {}).flatMap(([name, arn]) => {
    const at = `${path}.predefinedBaselines.${name}`;
    const unknown =
      existing.includes(name) || !name.startsWith("AWS-")
        ? []
        : [{ path: at, message: "AWS has no baseline of that name", ...suggest(name, existing) }];
    const [, partition, home] = (typeof arn === "string" ? baselineArnPattern.exec(arn) : null) ?? [];
    if (partition === undefined || typeof region !== "string" || !regionPattern.test(region)) {
      return unknown;
    }
    const here = home === region && partition === partitionOf(region);
    const allowed = `arn:${partitionOf(region)}:ssm:${region}:…`;
    return here ? unknown : [...unknown, { path: at, message: "the ARN is of another Region", value: arn, allowed }];
  });
}

function subscriptionFaults(named: NamedSettings): readonly Fault[] {
  const locations = namesIn(named, "locations");
  if (locations === undefined) {
    return [];
  }
  return entriesIn(named.settings, "subscriptions").flatMap(([name, { location }]): readonly Fault[] => {
    const path = `subscriptions.${name}`;
    const message = "a location has the same name, and a fleet row's site names either";
    const twice = locations.includes(name) ? [{ path, message, fix: "give one of the two another name" }] : [];
    if (typeof location !== "string" || locations.includes(location)) {
      return twice;
    }
    const unknown = { message: "there is no such location", value: location, ...suggest(location, locations) };
    return [...twice, { path: `${path}.location`, ...unknown }];
  });
}

/** Faults of locations and subscriptions: names that lead nowhere, and ARNs that belong elsewhere. */
export function siteFaults(named: NamedSettings): readonly Fault[] {
  return [
    ...subscriptionFaults(named),
    ...entriesIn(named.settings, "locations").flatMap(([name, location]) => [
      ...roleFaults(`locations.${name}`, location),
      ...predefinedFaults(`locations.${name}`, location),
    ]),
  ];
}
