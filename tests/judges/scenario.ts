import { Provider } from "@pulumi/aws/provider.js";
import { Activation } from "@pulumi/aws/ssm/activation.js";
import { Association } from "@pulumi/aws/ssm/association.js";
import { DefaultPatchBaseline } from "@pulumi/aws/ssm/defaultPatchBaseline.js";
import { Document } from "@pulumi/aws/ssm/document.js";
import { MaintenanceWindow } from "@pulumi/aws/ssm/maintenanceWindow.js";
import { MaintenanceWindowTarget } from "@pulumi/aws/ssm/maintenanceWindowTarget.js";
import { MaintenanceWindowTask } from "@pulumi/aws/ssm/maintenanceWindowTask.js";
import { PatchBaseline } from "@pulumi/aws/ssm/patchBaseline.js";
import { PatchGroup } from "@pulumi/aws/ssm/patchGroup.js";
import { ResourceDataSync } from "@pulumi/aws/ssm/resourceDataSync.js";
import { ServiceSetting } from "@pulumi/aws/ssm/serviceSetting.js";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import * as given from "./scenarioInputs.ts";

/** A resource of the scenario. */
export type ResourceName =
  | keyof typeof given.activations
  | keyof typeof given.associations
  | keyof typeof given.baselines
  | keyof typeof given.dataSyncs
  | keyof typeof given.defaults
  | keyof typeof given.documents
  | keyof typeof given.groups
  | keyof typeof given.settings
  | keyof typeof given.windows
  | keyof typeof given.windowTargets
  | keyof typeof given.windowTasks;

/** Inputs of one resource that take the place of the scenario's own; undefined leaves an input out. */
export type Edit = Readonly<Record<string, unknown>>;

/** One resource of a run: a resource of the scenario, or a copy of it, with its edits. */
export interface Instance {
  /** The Pulumi name. */
  readonly name: string;
  readonly of: ResourceName;
  readonly edit: Edit;
}

type Table = Partial<Record<ResourceName, object>>;

/** The instances of one table's resources with their inputs. */
function inputsOf<Given extends Table>(
  table: Given,
  instances: readonly Instance[],
): readonly (readonly [name: string, args: Given[keyof Given]])[] {
  return instances.flatMap(({ name, of, edit }) => {
    const args = table[of as keyof Given];
    return args === undefined ? [] : [[name, { ...args, ...edit }] as const];
  });
}

function makeBaselines(instances: readonly Instance[], options: CustomResourceOptions): void {
  const made = new Map(
    inputsOf(given.baselines, instances).map(([name, args]) => [name, new PatchBaseline(name, args, options)]),
  );
  const idOf = (name: string) => made.get(name)?.id ?? "";
  // A group and a default cannot be held twice, so the old registration has to go first; the stack does the same.
  const first = { ...options, deleteBeforeReplace: true };
  for (const [name, { baseline, ...args }] of inputsOf(given.groups, instances)) {
    new PatchGroup(name, { ...args, baselineId: idOf(baseline) }, first);
  }
  for (const [name, { baseline, ...args }] of inputsOf(given.defaults, instances)) {
    new DefaultPatchBaseline(name, { ...args, baselineId: idOf(baseline) }, first);
  }
}

function makeWindows(instances: readonly Instance[], options: CustomResourceOptions): void {
  const made = new Map(
    inputsOf(given.windows, instances).map(([name, args]) => [name, new MaintenanceWindow(name, args, options)]),
  );
  const idOf = (name: keyof typeof given.windows) => made.get(name)?.id ?? "";
  const targets = new Map(
    inputsOf(given.windowTargets, instances).map(([name, { window, ...args }]) => [
      name,
      new MaintenanceWindowTarget(name, { ...args, windowId: idOf(window) }, options),
    ]),
  );
  for (const [name, { window, target, ...args }] of inputsOf(given.windowTasks, instances)) {
    const values = [targets.get(target)?.id ?? ""];
    new MaintenanceWindowTask(
      name,
      { targets: [{ key: "WindowTargetIds", values }], ...args, windowId: idOf(window) },
      options,
    );
  }
}

/**
 * A plain Pulumi program with every SSM type of the stack, each with all of its inputs and with hardly any. References
 * between resources are Outputs, as in any program.
 */
export function runScenario(instances: readonly Instance[]): Promise<Record<string, never>> {
  const provider = new Provider("aws", {
    region: given.region,
    allowedAccountIds: [given.account],
    assumeRoles: [{ roleArn: `arn:aws:iam::${given.account}:role/patchplane-deploy`, sessionName: "scenario" }],
  });
  const options = { provider };
  makeBaselines(instances, options);
  makeWindows(instances, options);
  for (const [name, args] of inputsOf(given.activations, instances)) new Activation(name, args, options);
  for (const [name, args] of inputsOf(given.documents, instances)) new Document(name, args, options);
  for (const [name, args] of inputsOf(given.associations, instances)) new Association(name, args, options);
  for (const [name, args] of inputsOf(given.dataSyncs, instances)) new ResourceDataSync(name, args, options);
  for (const [name, args] of inputsOf(given.settings, instances)) new ServiceSetting(name, args, options);
  return Promise.resolve({});
}
