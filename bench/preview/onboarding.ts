import type { OnboardingScripts } from "../../config/onboardingScripts.ts";
import type { Location, Plane, Subscription } from "../../domain/plane.ts";
import type { Server } from "../../domain/server.ts";
import { drawFleet } from "../../simulator/index.ts";

/** The VMs of one subscription, and all that registering them takes: what every compared program is given. */
export interface Onboarding {
  readonly subscription: Subscription;
  readonly location: Location;
  readonly servers: readonly Server[];
  /** Name of the location's hybrid node role: plain text, so that no program makes anything of the AWS side. */
  readonly hybridRoleName: string;
  readonly scripts: OnboardingScripts;
}

/**
 * So many VMs with the shape of the plane's own, all in its first subscription that onboards by VM extension: the
 * naive program knows no other method.
 *
 * @throws Error when the plane has no such subscription
 */
export function drawOnboarding(plane: Plane, scripts: OnboardingScripts, vms: number, seed: number): Onboarding {
  const subscription = Object.values(plane.subscriptions).find((each) => each.onboarding === "customScript");
  const location = subscription === undefined ? undefined : plane.locations[subscription.location];
  if (subscription === undefined || location === undefined) {
    throw new Error("no subscription of the stack onboards by customScript");
  }
  const shape = plane.fleet.filter(
    (server) => server.site === subscription.name && server.azure?.onboardingMethod === "customScript",
  );
  const servers = drawFleet(shape, { servers: vms, seed });
  return { subscription, location, servers, hybridRoleName: "patchplane-bench-hybrid-node", scripts };
}
