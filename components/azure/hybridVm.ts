import * as pulumi from "@pulumi/pulumi";
import { Activation } from "@pulumi/aws/ssm/activation.js";
import {
  activationDescription,
  activationTags,
  checkOnboarding,
  linuxProtectedSettings,
  onboardingResourceName,
  runCommandParameters,
  runCommandProtectedParameters,
  windowsProtectedSettings,
} from "../../domain/onboarding/payload.ts";
import type { OnboardingScript, OnboardingScripts } from "../../domain/onboarding/payload.ts";
import { type AzureVm, isWindows, type Server } from "../../domain/server.ts";
import { settledOrThrow } from "../resolution.ts";
import type { Resolution } from "../resolution.ts";
import { VirtualMachineExtension } from "./virtualMachineExtension.ts";
import { VirtualMachineRunCommand } from "./virtualMachineRunCommand.ts";

const type = "patchplane:azure:HybridVm";

/**
 * The script ends within 40 minutes at the worst: 15 waiting for package locks, the rest downloads and registration.
 * Run Command is told so; Azure's own limit is 90 minutes for both methods.
 */
const scriptTimeoutSeconds = 40 * 60;
const operationTimeout = "45m";

/** Arguments of {@link HybridVm}. */
export interface HybridVmArgs {
  /** The VM's row in the fleet file; an Azure one. */
  readonly server: Server;
  /** AWS Region the VM registers in; the `aws` provider handed to the component must be of that Region. */
  readonly region: string;
  /** Name (not ARN) of the hybrid node role. */
  readonly hybridRoleName: pulumi.Input<string>;
  /** The released onboarding scripts; the row says which one. */
  readonly scripts: OnboardingScripts;
  /** Tags of the resource on the VM when it is made; none when left out. */
  readonly tags?: Readonly<Record<string, string>>;
}

interface SettledHybridVm {
  readonly vm: AzureVm;
  readonly windows: boolean;
  readonly script: OnboardingScript;
}

function resolveHybridVm(args: HybridVmArgs): Resolution<SettledHybridVm> {
  const { server, region, scripts } = args;
  const faults = checkOnboarding(server, region, scripts);
  const vm = server.azure;
  const released = vm === undefined ? undefined : scripts[vm.onboardingScript];
  if (faults.length > 0 || vm === undefined || released === undefined) return { faults };
  const windows = isWindows(server);
  return { settled: { vm, windows, script: released } };
}

function tagged({ tags }: HybridVmArgs): { readonly tags?: Record<string, string> } {
  return tags === undefined ? {} : { tags: { ...tags } };
}

/**
 * Makes one Azure VM a managed node of AWS Systems Manager: a single-use hybrid activation, and one VM extension (or
 * managed Run Command) that installs the SSM Agent and registers it.
 *
 * The activation is replaced when the row's `onboarding_attempt` is raised, and by nothing else: AWS lets no activation
 * be changed, and the tags of a registered node are kept by other means. A new activation means new settings, which is
 * what makes Azure run the script again. The script registers nothing twice, so an activation deleted by hand costs one
 * run that reports `alreadyRegistered`.
 *
 * Removing the component deletes the activation, which is spent or would die within a day (a registered node does not
 * depend on it), and leaves the VM alone: Azure keeps the extension (it could not be deleted while the VM is stopped),
 * AWS keeps the node.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-activation-managed-nodes.html
 * @see https://learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux
 * @see https://learn.microsoft.com/azure/virtual-machines/run-command-overview
 */
export class HybridVm extends pulumi.ComponentResource {
  /** Id of the activation in force: what DescribeInstanceInformation finds the node by. */
  readonly activationId: pulumi.Output<string>;

  constructor(name: string, args: HybridVmArgs, opts?: pulumi.ComponentResourceOptions) {
    // Not the arguments: the engine would keep every script in the state of every VM, and show a renamed VM as a change.
    super(type, name, {}, opts);
    const settled = settledOrThrow(type, name, resolveHybridVm(args));

    const activation = new Activation(
      `${name}-activation`,
      {
        description: activationDescription(settled.vm.onboardingAttempt),
        name: args.server.name,
        iamRole: args.hybridRoleName,
        // Left out, the provider would replace the activation on every update.
        registrationLimit: 1,
        tags: activationTags(args.server),
      },
      {
        parent: this,
        additionalSecretOutputs: ["activationCode"],
        // Every input forces a replacement, and a replacement would run the script again.
        ignoreChanges: ["expirationDate", "iamRole", "name", "registrationLimit", "tags", "tagsAll"],
      },
    );
    if (settled.vm.onboardingMethod === "customScript") {
      this.#extension(name, args, settled, activation);
    } else {
      this.#runCommand(name, args, settled, activation);
    }
    this.activationId = activation.id;
    this.registerOutputs({ activationId: this.activationId });
  }

  /**
   * Options of both methods. Tags are compared on creation only: a policy of Azure may set more, and another tag is not
   * worth a write to every VM, which fails where one is stopped. Nor is the API version that a newer azure-native uses
   * by default, which its Check puts among the inputs.
   */
  #options(): pulumi.CustomResourceOptions {
    return {
      parent: this,
      retainOnDelete: true,
      // Two resources of one name cannot stand side by side on a VM.
      deleteBeforeReplace: true,
      ignoreChanges: ["tags", "azureApiVersion"],
      customTimeouts: { create: operationTimeout, update: operationTimeout },
    };
  }

  #extension(name: string, args: HybridVmArgs, settled: SettledHybridVm, activation: Activation): void {
    const { vm, windows, script } = settled;
    const { region } = args;
    const protectedSettings = pulumi
      .all([activation.id, activation.activationCode])
      .apply(([activationId, activationCode]) => {
        const details = { activationId, activationCode, region };
        return windows ? windowsProtectedSettings(script, details) : linuxProtectedSettings(script.linux, details);
      });
    new VirtualMachineExtension(
      `${name}-extension`,
      {
        resourceGroupName: vm.resourceGroup,
        vmName: vm.vmName,
        vmExtensionName: onboardingResourceName,
        location: args.server.region,
        publisher: windows ? "Microsoft.Compute" : "Microsoft.Azure.Extensions",
        type: windows ? "CustomScriptExtension" : "CustomScript",
        typeHandlerVersion: windows ? "1.10" : "2.1",
        autoUpgradeMinorVersion: true,
        suppressFailures: false,
        settings: { timestamp: vm.onboardingAttempt },
        protectedSettings: pulumi.secret(protectedSettings),
        ...tagged(args),
      },
      this.#options(),
    );
  }

  #runCommand(name: string, args: HybridVmArgs, settled: SettledHybridVm, activation: Activation): void {
    const { vm, windows, script } = settled;
    const { region } = args;
    new VirtualMachineRunCommand(
      `${name}-run-command`,
      {
        resourceGroupName: vm.resourceGroup,
        vmName: vm.vmName,
        runCommandName: onboardingResourceName,
        location: args.server.region,
        source: { script: windows ? script.windows : script.linux },
        parameters: activation.id.apply((activationId) => [...runCommandParameters(windows, { activationId, region })]),
        protectedParameters: pulumi.secret(
          activation.activationCode.apply((code) => [...runCommandProtectedParameters(windows, code)]),
        ),
        asyncExecution: false,
        timeoutInSeconds: scriptTimeoutSeconds,
        treatFailureAsDeploymentFailure: true,
        ...tagged(args),
      },
      this.#options(),
    );
  }
}
