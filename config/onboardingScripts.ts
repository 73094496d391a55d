import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { OnboardingScripts } from "../domain/onboarding/payload.ts";

export type { OnboardingScripts } from "../domain/onboarding/payload.ts";

/** Where the released scripts lie, relative to the project's root. */
export const onboardingScriptsFolder = join("components", "azure", "onboarding");

const versionPattern = /^v[1-9][0-9]*$/;

/**
 * Reads every released version of the onboarding scripts: each folder `v<n>` holds `linux.sh` and `windows.ps1`.
 *
 * @param root the project's root
 * @throws the file system's error when a folder lacks one of the two
 */
export function loadOnboardingScripts(root: string): OnboardingScripts {
  const folder = join(root, onboardingScriptsFolder);
  const versions = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && versionPattern.test(entry.name))
    .map((entry) => entry.name);
  return Object.fromEntries(
    versions.map((version) => [
      version,
      {
        linux: readFileSync(join(folder, version, "linux.sh"), "utf8"),
        windows: readFileSync(join(folder, version, "windows.ps1"), "utf8"),
      },
    ]),
  );
}
