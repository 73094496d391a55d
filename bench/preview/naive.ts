import { Activation } from "@pulumi/aws/ssm/activation.js";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { hybridVmName } from "../../domain/stack/awsNames.ts";
import { activationInputs, azureServers, extensionInputs, onboardingProviders, type Onboarding } from "./inputs.ts";

/**
 * The flat program that one would write first: the SDKs' own classes, one activation and one extension per VM. It
 * imports the two classes by file, as this project does, so that loading the SDKs' roots is not held against it.
 */
export function register(onboarding: Onboarding): void {
  const { aws, azure } = onboardingProviders(onboarding);
  for (const server of azureServers(onboarding)) {
    const name = hybridVmName(onboarding.subscription.name, server.azure);
    const activation = new Activation(`${name}-activation`, activationInputs(server, onboarding), { provider: aws });
    new VirtualMachineExtension(`${name}-extension`, extensionInputs(server, activation, onboarding), {
      provider: azure,
    });
  }
}
