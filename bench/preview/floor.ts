import * as pulumi from "@pulumi/pulumi";
import { hybridVmName } from "../../domain/stack/awsNames.ts";
import { activationInputs, azureServers, extensionInputs, onboardingProviders, type Onboarding } from "./inputs.ts";

/** A resource of any type, with nothing of an SDK around it. */
class BareResource extends pulumi.CustomResource {
  declare readonly activationCode: pulumi.Output<string>;
}

/** The least that any program can do for the same resources: neither components nor SDK classes nor options. */
export function register(onboarding: Onboarding): void {
  const { aws, azure } = onboardingProviders(onboarding);
  for (const server of azureServers(onboarding)) {
    const name = hybridVmName(onboarding.subscription.name, server.azure);
    const activation = new BareResource(
      "aws:ssm/activation:Activation",
      `${name}-activation`,
      // A property without a value is what makes it an output.
      { ...activationInputs(server, onboarding), activationCode: undefined },
      { provider: aws },
    );
    new BareResource(
      "azure-native:compute:VirtualMachineExtension",
      `${name}-extension`,
      { ...extensionInputs(server, activation, onboarding) },
      { provider: azure },
    );
  }
}
