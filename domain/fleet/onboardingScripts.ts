/** Released onboarding script that a new row takes. */
export const newestScript = "v2";

/** Why a version is not taken any more, by version; every released one but the newest is here. */
const superseded: Readonly<Record<string, string>> = {
  v1: "on Ubuntu it has 30 seconds for the Snap Store and verifies nothing there, tries once, and takes an agent for running that starts again for ever",
};

/** Version of a script as a row names it: without the signing key that it adds. */
export function scriptVersion(script: string): string {
  return script.split("+", 1)[0] ?? script;
}

/** Why a row's script is to be raised; undefined for the newest. */
export function supersededBecause(script: string): string | undefined {
  return superseded[scriptVersion(script)];
}
