import { anything, flag, integer, list, map, object, optional, required, text, uncovered } from "../schema.ts";
import type { PropertyTable } from "../schema.ts";
import { apiVersion } from "./arm.ts";
import { notEmpty, pattern } from "../textChecks.ts";

/** A resource below a virtual machine. */
export interface VmChildType {
  /** Its path segment below the VM. */
  readonly segment: "extensions" | "runCommands";
  /** The input that names it. */
  readonly nameInput: "vmExtensionName" | "runCommandName";
  /** Inputs that go into the body's `properties`. */
  readonly bodyProperties: readonly string[];
  readonly properties: PropertyTable;
  /** Inputs Azure never answers back. */
  readonly hidden: readonly string[];
}

function spelledLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}

const armName = text(notEmpty, pattern(/^[^/]+$/, "a name without slashes"));

/** What the address of a VM's child is made of: another one is another resource. */
const address = {
  resourceGroupName: required(armName, { forceNew: true }),
  vmName: required(armName, { forceNew: true }),
};

/**
 * Name and location are optional in the real provider, which takes them from the Pulumi name and the resource group;
 * the stand-in wants both. That another location replaces the resource is UNCONFIRMED.
 */
const named = required(armName, { forceNew: true });
const location = required(
  { kind: "text", same: (left, right) => spelledLocation(left) === spelledLocation(right) },
  { forceNew: true },
);

const keyVault = object({
  secretUrl: required(text()),
  sourceVault: required(object({ id: optional(text()) })),
});

const extensionBody = {
  autoUpgradeMinorVersion: optional(flag),
  enableAutomaticUpgrade: optional(flag),
  forceUpdateTag: optional(text()),
  protectedSettings: optional(anything),
  protectedSettingsFromKeyVault: optional(keyVault),
  provisionAfterExtensions: optional(list(text())),
  publisher: optional(text()),
  settings: optional(anything),
  suppressFailures: optional(flag),
  type: optional(text()),
  typeHandlerVersion: optional(text()),
};

/**
 * The real provider's Check puts the API version that it uses by default among the inputs, so that a provider with
 * another one shows an update (provider.go, applyDefaults).
 */
const versioned = { azureApiVersion: optional(text(), { default: apiVersion }) };

const parameters = list(object({ name: required(text()), value: required(text()) }));

const runCommandBody = {
  asyncExecution: optional(flag),
  errorBlobUri: optional(text()),
  outputBlobUri: optional(text()),
  parameters: optional(parameters),
  protectedParameters: optional(parameters),
  runAsPassword: optional(text()),
  runAsUser: optional(text()),
  source: optional(object({ commandId: optional(text()), script: optional(text()), scriptUri: optional(text()) })),
  timeoutInSeconds: optional(integer()),
  treatFailureAsDeploymentFailure: optional(flag),
};

/** Every type the stand-in has, by its token in @pulumi/azure-native 3. */
export const resourceTypes: Readonly<Record<string, VmChildType>> = {
  /** https://learn.microsoft.com/rest/api/compute/virtual-machine-extensions/create-or-update */
  "azure-native:compute:VirtualMachineExtension": {
    segment: "extensions",
    nameInput: "vmExtensionName",
    bodyProperties: Object.keys(extensionBody),
    properties: {
      ...address,
      ...versioned,
      ...extensionBody,
      ...uncovered("instanceView"),
      location,
      tags: optional(map()),
      vmExtensionName: named,
    },
    hidden: ["azureApiVersion", "protectedSettings"],
  },
  /** https://learn.microsoft.com/rest/api/compute/virtual-machine-run-commands/create-or-update */
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": {
    segment: "runCommands",
    nameInput: "runCommandName",
    bodyProperties: Object.keys(runCommandBody),
    properties: {
      ...address,
      ...versioned,
      ...runCommandBody,
      ...uncovered("errorBlobManagedIdentity", "outputBlobManagedIdentity"),
      location,
      runCommandName: named,
      tags: optional(map()),
    },
    hidden: ["azureApiVersion", "protectedParameters", "runAsPassword"],
  },
};
