import type { Plane } from "../plane.ts";
import type { OnboardingScripts } from "./payload.ts";

/** A key that an onboarding script trusts. */
export interface TrustedKey {
  /** Version of the script, as rows name it. */
  readonly script: string;
  readonly expires: Date;
}

/** Where the released Linux scripts say until when they trust a key, in seconds since 1970. */
const expiries = [
  /^ *pin [0-9A-F]{40} (\d{9,11}) /gm,
  /^readonly key_expires=(\d{9,11})$/gm,
  /(?:^PATCHPLANE_SIGNING_KEYS='| )[0-9A-F]{40}:(\d{9,11}):/gm,
];

/** The keys that the scripts of a plane's Azure rows trust; Windows checks a signer's name, and no key. */
export function trustedKeys({ fleet }: Pick<Plane, "fleet">, scripts: OnboardingScripts): readonly TrustedKey[] {
  const used = new Set(fleet.flatMap(({ azure }) => azure?.onboardingScript ?? []));
  return [...used].sort().flatMap((script) => {
    const text = scripts[script]?.linux ?? "";
    return expiries
      .flatMap((expiry) => [...text.matchAll(expiry)])
      .map(([, seconds]) => ({ script, expires: new Date(Number(seconds) * 1000) }));
  });
}
