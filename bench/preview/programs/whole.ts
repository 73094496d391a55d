import { loadPlane } from "../../../config/load.ts";
import { loadOnboardingScripts } from "../../../config/onboardingScripts.ts";
import { program } from "../../../program.ts";
import { makeProviders } from "../../../providers.ts";

/**
 * The whole checked-in program, as index.ts runs it, on the stack file and the fleet of another root.
 *
 * @param root where the stack file and the fleet are
 * @param scriptsRoot the checkout, with the released onboarding scripts
 */
export function register(root: string, scriptsRoot: string): void {
  const plane = loadPlane(root);
  program(plane, makeProviders(plane), loadOnboardingScripts(scriptsRoot));
}
