import * as pulumi from "@pulumi/pulumi";
import { DefaultPatchBaseline } from "@pulumi/aws/ssm/defaultPatchBaseline.js";
import { PatchBaseline } from "@pulumi/aws/ssm/patchBaseline.js";
import { PatchGroup } from "@pulumi/aws/ssm/patchGroup.js";
import type { Fault } from "../../domain/fault.ts";
import type { Baseline, Location, ManagedGroup } from "../../domain/plane.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import { patchBaselineInputs } from "./baselineInputs.ts";
import { resolution, settledOrThrow } from "../resolution.ts";
import type { Resolution } from "../resolution.ts";
import { byName } from "../../domain/text.ts";

const type = "patchplane:aws:PatchBaselines";
const predefinedPrefix = "AWS-";

/** What {@link PatchBaselines} makes baselines for. */
export interface PatchBaselinesArgs {
  readonly environment: string;
  readonly location: Location;
  /** Every baseline of the plane, by name; only those that are used here are made. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** The managed groups that have servers or windows in the location. */
  readonly groups: readonly ManagedGroup[];
}

/** One patch group's baseline for one OS: the name of an own baseline, or the ARN of one of AWS's. */
interface Registration {
  readonly group: string;
  readonly operatingSystem: OperatingSystem;
  readonly baseline: { readonly own: string } | { readonly arn: string };
}

interface SettledBaselines {
  readonly baselines: readonly Baseline[];
  readonly defaults: readonly Baseline[];
  readonly registrations: readonly Registration[];
}

function logical(operatingSystem: OperatingSystem): string {
  return operatingSystem.toLowerCase().replaceAll("_", "-");
}

function registrationsOf(args: PatchBaselinesArgs, group: ManagedGroup, faults: Fault[]): readonly Registration[] {
  const entries = Object.entries(group.baselines) as [OperatingSystem, string][];
  return entries.sort().flatMap(([operatingSystem, name]): readonly Registration[] => {
    const path = `groups.${group.name}.baselines.${operatingSystem}`;
    const registration = { group: group.name, operatingSystem };
    if (name.startsWith(predefinedPrefix)) {
      const arn = args.location.predefinedBaselines[name];
      if (arn !== undefined) return [{ ...registration, baseline: { arn } }];
      faults.push({
        path,
        message: `AWS's predefined baseline has no known ARN in location ${args.location.name}`,
        value: name,
        allowed: Object.keys(args.location.predefinedBaselines).sort().join(", ") || "none",
        fix: "add its ARN to the location's predefinedBaselines",
      });
      return [];
    }
    const baseline = args.baselines[name];
    if (baseline?.operatingSystem === operatingSystem) return [{ ...registration, baseline: { own: name } }];
    const fitting = Object.values(args.baselines).filter((other) => other.operatingSystem === operatingSystem);
    faults.push({
      path,
      message: baseline === undefined ? "no such baseline" : `the baseline is for ${baseline.operatingSystem}`,
      value: name,
      allowed:
        fitting
          .map((other) => other.name)
          .sort()
          .join(", ") || "none",
      fix: `name a baseline for ${operatingSystem}`,
    });
    return [];
  });
}

function defaultsOf(args: PatchBaselinesArgs, faults: Fault[]): readonly Baseline[] {
  if (!args.location.registersDefaults) return [];
  const defaults = Object.values(args.baselines).filter((baseline) => baseline.default);
  for (const [operatingSystem, rivals] of Map.groupBy(defaults, (baseline) => baseline.operatingSystem)) {
    if (rivals.length === 1) continue;
    faults.push({
      path: "baselines",
      message: `${operatingSystem} has ${String(rivals.length)} default baselines`,
      value: rivals.map((baseline) => baseline.name).sort(),
      allowed: "one default per operating system and Region",
      fix: "take default from all but one of them",
    });
  }
  return defaults.toSorted(byName);
}

/** Decides which baselines, defaults and patch group registrations a location needs; pure. */
export function resolvePatchBaselines(args: PatchBaselinesArgs): Resolution<SettledBaselines> {
  const faults: Fault[] = [];
  const registrations = args.groups.toSorted(byName).flatMap((group) => registrationsOf(args, group, faults));
  const defaults = defaultsOf(args, faults);
  const used = new Set(registrations.flatMap(({ baseline }) => ("own" in baseline ? [baseline.own] : [])));
  for (const baseline of defaults) used.add(baseline.name);
  const baselines = Object.values(args.baselines).filter((baseline) => used.has(baseline.name));
  return resolution({ baselines: baselines.toSorted(byName), defaults, registrations }, faults);
}

/**
 * The patch baselines of one location: every baseline that one of its groups selects, and those that are their OS's
 * default where the location registers defaults. Baselines that only a kernel window carries as an override are not
 * made: they would never be used.
 *
 * A registered default and its baseline stay when they leave the stack (`retainOnDelete`), because the provider
 * answers their deletion by making AWS's own baseline the default again. Registrations are deleted before they are
 * replaced: AWS refuses a second baseline for a group and OS, and a default that is deleted last undoes its successor.
 * Between the two requests a group has its OS's default; a default itself is replaced in one request. A baseline is
 * deleted after it is replaced, when nothing names it any more: AWS takes two of one name.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
 */
export class PatchBaselines extends pulumi.ComponentResource {
  /** Ids of the own baselines, by their name in the stack file. */
  readonly baselineIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: PatchBaselinesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { baselines, defaults, registrations } = settledOrThrow(type, name, resolvePatchBaselines(args));

    const register = ({ group, operatingSystem }: Registration, baselineId: pulumi.Input<string>): PatchGroup =>
      new PatchGroup(
        `${name}-${group}-${logical(operatingSystem)}`,
        { patchGroup: group, baselineId },
        { parent: this, deleteBeforeReplace: true },
      );
    const ids: Record<string, pulumi.Output<string>> = {};
    for (const baseline of baselines) {
      const isDefault = defaults.includes(baseline);
      const { id } = new PatchBaseline(
        `${name}-${baseline.name}`,
        patchBaselineInputs(args.environment, args.location, baseline),
        {
          parent: this,
          retainOnDelete: isDefault,
          // The provider would delete first, and with the baseline its registrations, until the new one is made.
          deleteBeforeReplace: false,
        },
      );
      ids[baseline.name] = id;
      if (isDefault) {
        new DefaultPatchBaseline(
          `${name}-default-${logical(baseline.operatingSystem)}`,
          { baselineId: id, operatingSystem: baseline.operatingSystem },
          { parent: this, deleteBeforeReplace: true, retainOnDelete: true },
        );
      }
      for (const registration of registrations) {
        if ("own" in registration.baseline && registration.baseline.own === baseline.name) register(registration, id);
      }
    }
    for (const registration of registrations) {
      if ("arn" in registration.baseline) register(registration, registration.baseline.arn);
    }
    this.baselineIds = pulumi.all(ids);
    this.registerOutputs({ baselineIds: this.baselineIds });
  }
}
