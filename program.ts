import type { Output } from "@pulumi/pulumi";
import { PatchingLocation } from "./components/aws/patchingLocation.ts";
import { SubscriptionOnboarding } from "./components/azure/subscriptionOnboarding.ts";
import type { OnboardingScripts } from "./config/onboardingScripts.ts";
import { managed, type Plane } from "./domain/plane.ts";
import type { Server } from "./domain/server.ts";
import type { Providers } from "./providers.ts";

/** What an operator needs to find of one location. */
export interface LocationOutputs {
  readonly accountId: string;
  readonly region: string;
  readonly bucketName: Output<string>;
  readonly topicArn: Output<string>;
  readonly eventsQueueUrl: Output<string>;
  readonly hybridRoleName: Output<string>;
  readonly instancePolicyArn: Output<string>;
  /** Undefined where no group is reviewed. */
  readonly guardPolicyArn: Output<string | undefined>;
  readonly baselineIds: Output<Record<string, string>>;
  readonly windowIds: Output<Record<string, string>>;
}

/** What an operator needs to find of one subscription. */
export interface SubscriptionOutputs {
  readonly subscriptionId: string;
  readonly location: string;
  /** Activation id by ARM resource id; the codes are nowhere. */
  readonly activationIds: Output<Record<string, string>>;
}

/** The stack's outputs, by the stack file's own keys. */
export interface ProgramOutputs {
  readonly locations: Readonly<Record<string, LocationOutputs>>;
  readonly subscriptions: Readonly<Record<string, SubscriptionOutputs>>;
}

function patchLocations(plane: Plane, providers: Providers): ReadonlyMap<string, PatchingLocation> {
  return new Map(
    Object.values(plane.locations).map((location) => [
      location.name,
      new PatchingLocation(location.name, { plane, location }, { providers: { aws: providers.aws(location.name) } }),
    ]),
  );
}

/** The Azure VMs of a subscription that this stack patches; a group that is patched elsewhere needs no agent of ours. */
function onboarded(plane: Plane, subscription: string): readonly Server[] {
  return plane.fleet.filter(
    (server) =>
      server.cloud === "azure" && server.site === subscription && managed(plane, server.patchGroup) !== undefined,
  );
}

/**
 * Registers everything of one environment: a {@link PatchingLocation} per AWS account and Region, and a
 * {@link SubscriptionOnboarding} per Azure subscription. Wiring only; what exists is decided by the plane alone.
 */
export function program(plane: Plane, providers: Providers, scripts: OnboardingScripts): ProgramOutputs {
  const patching = patchLocations(plane, providers);
  const subscriptions = Object.values(plane.subscriptions).map((subscription) => {
    const location = plane.locations[subscription.location];
    const patchingLocation = patching.get(subscription.location);
    if (location === undefined || patchingLocation === undefined) {
      throw new Error(
        `subscription "${subscription.name}" registers in "${subscription.location}", which is no location`,
      );
    }
    const onboarding = new SubscriptionOnboarding(
      subscription.name,
      {
        subscription,
        servers: onboarded(plane, subscription.name),
        location,
        hybridRoleName: patchingLocation.hybridRoleName,
        scripts,
      },
      { providers: { aws: providers.aws(location.name), "azure-native": providers.azure(subscription.name) } },
    );
    const { subscriptionId, location: locationName } = subscription;
    return [
      subscription.name,
      { subscriptionId, location: locationName, activationIds: onboarding.activationIds },
    ] as const;
  });
  return {
    locations: Object.fromEntries(
      [...patching].map(([name, made]) => [
        name,
        {
          accountId: plane.locations[name]?.accountId ?? "",
          region: plane.locations[name]?.region ?? "",
          bucketName: made.bucketName,
          topicArn: made.topicArn,
          eventsQueueUrl: made.eventsQueueUrl,
          hybridRoleName: made.hybridRoleName,
          instancePolicyArn: made.instancePolicyArn,
          guardPolicyArn: made.guardPolicyArn,
          baselineIds: made.baselineIds,
          windowIds: made.windowIds,
        },
      ]),
    ),
    subscriptions: Object.fromEntries(subscriptions),
  };
}
