import { SubscriptionOnboarding } from "../../components/azure/subscriptionOnboarding.ts";
import { onboardingProviders, type Onboarding } from "./inputs.ts";

/** What is measured: this project's component for one subscription. */
export function register(onboarding: Onboarding): void {
  const { aws, azure } = onboardingProviders(onboarding);
  const { subscription } = onboarding;
  new SubscriptionOnboarding(subscription.name, onboarding, { providers: { aws, "azure-native": azure } });
}
