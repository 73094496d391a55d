import { PatchingLocation } from "./components/aws/patchingLocation.ts";
import { SubscriptionOnboarding } from "./components/azure/subscriptionOnboarding.ts";
import type { OnboardingScripts } from "./config/onboardingScripts.ts";
import type { ReportSql } from "./domain/report/queries.ts";
import type { FunctionCode } from "./domain/stack/runReporter.ts";
import { type Location, managed, type Plane } from "./domain/plane.ts";
import type { Server } from "./domain/server.ts";
import type { Providers } from "./providers.ts";

/** What an operator needs to find of one location. */
export type LocationOutputs = Pick<Location, "accountId" | "region"> &
  Pick<
    PatchingLocation,
    | "bucketName"
    | "topicArn"
    | "eventsQueueUrl"
    | "hybridRoleName"
    | "instancePolicyArn"
    | "guardPolicyArn"
    | "baselineIds"
    | "windowIds"
  >;

/** What an operator needs to find of one subscription. */
export interface SubscriptionOutputs {
  readonly subscriptionId: string;
  readonly location: string;
}

/** The stack's outputs, by the stack file's own keys: what does not grow with the fleet, because every `up` prints it. */
export interface ProgramOutputs {
  readonly locations: Readonly<Record<string, LocationOutputs>>;
  readonly subscriptions: Readonly<Record<string, SubscriptionOutputs>>;
}

interface Patched {
  readonly location: Location;
  readonly patching: PatchingLocation;
}

function patchLocations(
  plane: Plane,
  providers: Providers,
  functions: FunctionCode,
  sql: ReportSql,
): ReadonlyMap<string, Patched> {
  return new Map(
    Object.values(plane.locations).map((location) => {
      const opts = { providers: { aws: providers.aws(location.name) } };
      return [
        location.name,
        { location, patching: new PatchingLocation(location.name, { plane, location, functions, sql }, opts) },
      ];
    }),
  );
}

function outputsOf({ location: { accountId, region }, patching }: Patched): LocationOutputs {
  const { bucketName, topicArn, eventsQueueUrl, hybridRoleName, instancePolicyArn } = patching;
  const { guardPolicyArn, baselineIds, windowIds } = patching;
  return {
    accountId,
    region,
    bucketName,
    topicArn,
    eventsQueueUrl,
    hybridRoleName,
    instancePolicyArn,
    guardPolicyArn,
    baselineIds,
    windowIds,
  };
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
export function program(
  plane: Plane,
  providers: Providers,
  scripts: OnboardingScripts,
  functions: FunctionCode,
  sql: ReportSql,
): ProgramOutputs {
  const patched = patchLocations(plane, providers, functions, sql);
  const subscriptions = Object.values(plane.subscriptions).map((subscription) => {
    const there = patched.get(subscription.location);
    if (there === undefined) {
      throw new Error(
        `subscription "${subscription.name}" registers in "${subscription.location}", which is no location`,
      );
    }
    new SubscriptionOnboarding(
      subscription.name,
      {
        subscription,
        servers: onboarded(plane, subscription.name),
        location: there.location,
        hybridRoleName: there.patching.hybridRoleName,
        scripts,
      },
      { providers: { aws: providers.aws(subscription.location), "azure-native": providers.azure(subscription.name) } },
    );
    const { subscriptionId, location: locationName } = subscription;
    return [subscription.name, { subscriptionId, location: locationName }] as const;
  });
  return {
    locations: Object.fromEntries([...patched].map(([name, there]) => [name, outputsOf(there)])),
    subscriptions: Object.fromEntries(subscriptions),
  };
}
