import * as pulumi from "@pulumi/pulumi";
import type { Fault } from "../../domain/fault.ts";
import { hybridVmName } from "../../domain/stack/awsNames.ts";
import { checkOnboarding } from "../../domain/onboarding/payload.ts";
import type { OnboardingScripts } from "../../domain/onboarding/payload.ts";
import type { Location, Subscription } from "../../domain/plane.ts";
import type { Server } from "../../domain/server.ts";
import { resolution, settledOrThrow } from "../resolution.ts";
import type { Resolution } from "../resolution.ts";
import { HybridVm } from "./hybridVm.ts";
import { withoutStackTraces } from "./stackTraces.ts";

const type = "patchplane:azure:SubscriptionOnboarding";

/** Arguments of {@link SubscriptionOnboarding}. */
export interface SubscriptionOnboardingArgs {
  readonly subscription: Subscription;
  /** The fleet's rows of this subscription. */
  readonly servers: readonly Server[];
  /** The location that the subscription names: where its VMs register. */
  readonly location: Location;
  /** Name (not ARN) of the location's hybrid node role. */
  readonly hybridRoleName: pulumi.Input<string>;
  readonly scripts: OnboardingScripts;
}

interface OnboardedVm {
  readonly name: string;
  readonly server: Server;
}

function resolveSubscriptionOnboarding(args: SubscriptionOnboardingArgs): Resolution<readonly OnboardedVm[]> {
  const { subscription, servers, location, scripts } = args;
  const faults: Fault[] = [];
  const vms: OnboardedVm[] = [];
  for (const server of servers) {
    faults.push(...checkOnboarding(server, location.region, scripts));
    if (server.azure === undefined) continue;
    vms.push({ name: hybridVmName(subscription.name, server.azure), server });
  }
  return resolution(vms, faults);
}

/**
 * Onboards the VMs of one Azure subscription, each by its own {@link HybridVm}: one VM's failure is its own.
 * `opts.providers` must hold `aws` (the location's account and Region) and `azure-native` (the subscription).
 */
export class SubscriptionOnboarding extends pulumi.ComponentResource {
  /** Ids of the activations in force, by the VM's lower-cased resource id. */
  readonly activationIds: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: SubscriptionOnboardingArgs, opts?: pulumi.ComponentResourceOptions) {
    // Not the arguments: they hold the whole fleet of the subscription, which the engine would keep in the state.
    super(type, name, {}, opts);
    const vms = settledOrThrow(type, name, resolveSubscriptionOnboarding(args));

    const { subscription, location, hybridRoleName, scripts } = args;
    const { region } = location;
    const common = { region, hybridRoleName, scripts, ...(subscription.tags && { tags: subscription.tags }) };
    const activationIds = withoutStackTraces(() =>
      Object.fromEntries(
        vms.map(({ name: vmName, server }) => {
          const hybridVm = new HybridVm(vmName, { server, ...common }, { parent: this });
          return [server.id, hybridVm.activationId];
        }),
      ),
    );
    this.activationIds = pulumi.output(activationIds);
    this.registerOutputs({ activationIds: this.activationIds });
  }
}
