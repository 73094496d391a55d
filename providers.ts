import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider.js";
import { assumedRole, roleNameVariable } from "./domain/stack/assumedRole.ts";
import type { IgnoredTags, Location, Plane, Subscription } from "./domain/plane.ts";

/** One explicit provider per location and per subscription; nothing in the program uses a default provider. */
export interface Providers {
  /** @throws Error that lists the known locations when the name is none of them */
  aws(location: string): AwsProvider;
  /** @throws Error that lists the known subscriptions when the name is none of them */
  azure(subscription: string): AzureProvider;
}

function awsProvider(location: Location, ignoredTags: IgnoredTags | undefined): AwsProvider {
  const roleArn = assumedRole(location.roleArn, process.env[roleNameVariable]);
  return new AwsProvider(`aws-${location.name}`, {
    region: location.region,
    // A wrong credential then fails at once instead of patching another account.
    allowedAccountIds: [location.accountId],
    ...(ignoredTags === undefined
      ? {}
      : { ignoreTags: { keys: [...ignoredTags.keys], keyPrefixes: [...ignoredTags.keyPrefixes] } }),
    ...(roleArn === undefined ? {} : { assumeRoles: [{ roleArn, sessionName: "patchplane" }] }),
  });
}

/** Named by subscription id: azure-native reports no change when the id of an existing provider is edited. */
function azureProvider(subscription: Subscription): AzureProvider {
  return new AzureProvider(`azure-${subscription.subscriptionId}`, {
    subscriptionId: subscription.subscriptionId,
    ...(subscription.tenantId === undefined ? {} : { tenantId: subscription.tenantId }),
  });
}

function lookUp<T>(kind: string, known: ReadonlyMap<string, T>, name: string): T {
  const found = known.get(name);
  if (found === undefined) throw new Error(`no ${kind} is called "${name}"; known: ${[...known.keys()].join(", ")}`);
  return found;
}

/** Makes the providers of a plane. */
export function makeProviders(plane: Plane): Providers {
  const aws = new Map(
    Object.values(plane.locations).map((location) => [location.name, awsProvider(location, plane.ignoredTags)]),
  );
  const azure = new Map(
    Object.values(plane.subscriptions).map((subscription) => [subscription.name, azureProvider(subscription)]),
  );
  return {
    aws: (location) => lookUp("location", aws, location),
    azure: (subscription) => lookUp("subscription", azure, subscription),
  };
}
