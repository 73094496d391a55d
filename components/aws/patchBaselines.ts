import * as pulumi from "@pulumi/pulumi";
import { DefaultPatchBaseline } from "@pulumi/aws/ssm/defaultPatchBaseline.js";
import { PatchBaseline } from "@pulumi/aws/ssm/patchBaseline.js";
import { PatchGroup } from "@pulumi/aws/ssm/patchGroup.js";
import type { Baseline } from "../../domain/baseline.ts";
import type { Location, ManagedGroup } from "../../domain/plane.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import { patchBaselineInputs } from "./baselineInputs.ts";
import { byName } from "../../domain/text.ts";

const type = "patchplane:aws:PatchBaselines";

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

interface LocationBaselines {
  readonly baselines: readonly Baseline[];
  readonly defaults: readonly Baseline[];
  readonly registrations: readonly Registration[];
}

function logical(operatingSystem: OperatingSystem): string {
  return operatingSystem.toLowerCase().replaceAll("_", "-");
}

function registrationsOf({ location }: PatchBaselinesArgs, group: ManagedGroup): readonly Registration[] {
  const entries = Object.entries(group.baselines) as [OperatingSystem, string][];
  return entries.sort().map(([operatingSystem, name]) => {
    const arn = location.predefinedBaselines[name];
    return { group: group.name, operatingSystem, baseline: arn === undefined ? { own: name } : { arn } };
  });
}

/** Which baselines, defaults and patch group registrations a location needs. */
function baselinesOf(args: PatchBaselinesArgs): LocationBaselines {
  const registrations = args.groups.toSorted(byName).flatMap((group) => registrationsOf(args, group));
  const selected = new Set(registrations.flatMap(({ baseline }) => ("own" in baseline ? [baseline.own] : [])));
  const own = Object.values(args.baselines).toSorted(byName);
  const defaults = args.location.registersDefaults ? own.filter((baseline) => baseline.default) : [];
  const baselines = own.filter((baseline) => selected.has(baseline.name) || defaults.includes(baseline));
  return { baselines, defaults, registrations };
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
    const { baselines, defaults, registrations } = baselinesOf(args);

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
