import { Provider as AwsProvider } from "@pulumi/aws/provider.js";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider.js";
import type { Onboarding } from "../onboarding.ts";

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
