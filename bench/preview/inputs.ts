import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { ActivationArgs } from "@pulumi/aws/ssm/activation.js";
import type { VirtualMachineExtensionArgs } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import {
  activationDescription,
  activationTags,
  linuxProtectedSettings,
  windowsProtectedSettings,
} from "../../domain/onboarding/payload.ts";
import { isWindows, type AzureVm, type Server } from "../../domain/server.ts";
import type { OnboardingScripts } from "../../config/onboardingScripts.ts";
import type { Location, Subscription } from "../../domain/plane.ts";

/** The VMs of one subscription, and all that registering them takes: what every compared program is given. */
export interface Onboarding {
  readonly subscription: Subscription;
  readonly location: Location;
  readonly servers: readonly Server[];
  /** Name of the location's hybrid node role: plain text, so that no program makes anything of the AWS side. */
  readonly hybridRoleName: string;
  readonly scripts: OnboardingScripts;
}

/** The two providers that each compared program makes, the same in all of them. */
export function onboardingProviders({ location, subscription }: Onboarding): {
  readonly aws: AwsProvider;
  readonly azure: AzureProvider;
} {
  return {
    aws: new AwsProvider("aws", { region: location.region, allowedAccountIds: [location.accountId] }),
    azure: new AzureProvider("azure", { subscriptionId: subscription.subscriptionId }),
  };
}

/** A row of the fleet that is an Azure VM. */
export type AzureServer = Server & { readonly azure: AzureVm };

/** The rows as what they are. */
export function azureServers({ servers }: Onboarding): readonly AzureServer[] {
  return servers.filter((server): server is AzureServer => server.azure !== undefined);
}

/** Inputs of a VM's activation, as the component sends them; the warm-up compares the two. */
export function activationInputs(server: AzureServer, { hybridRoleName }: Onboarding): ActivationArgs {
  return {
    description: activationDescription(server.azure.onboardingAttempt),
    name: server.name,
    iamRole: hybridRoleName,
    registrationLimit: 1,
    tags: activationTags(server),
  };
}

/** Inputs of a VM's extension, as the component sends them; the warm-up compares the two. */
export function extensionInputs(
  server: AzureServer,
  activation: { readonly id: pulumi.Output<string>; readonly activationCode: pulumi.Output<string> },
  { location, scripts }: Onboarding,
): VirtualMachineExtensionArgs {
  const windows = isWindows(server);
  const script = scripts[server.azure.onboardingScript] ?? { linux: "", windows: "" };
  const protectedSettings = pulumi.all([activation.id, activation.activationCode]).apply(([id, code]) => {
    const details = { activationId: id, activationCode: code, region: location.region };
    return windows ? windowsProtectedSettings(script, details) : linuxProtectedSettings(script.linux, details);
  });
  return {
    resourceGroupName: server.azure.resourceGroup,
    vmName: server.azure.vmName,
    vmExtensionName: "patchplane-onboarding",
    location: server.region,
    publisher: windows ? "Microsoft.Compute" : "Microsoft.Azure.Extensions",
    type: windows ? "CustomScriptExtension" : "CustomScript",
    typeHandlerVersion: windows ? "1.10" : "2.1",
    autoUpgradeMinorVersion: true,
    suppressFailures: false,
    settings: { timestamp: server.azure.onboardingAttempt },
    protectedSettings: pulumi.secret(protectedSettings),
  };
}
