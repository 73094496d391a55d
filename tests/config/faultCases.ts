import { smallSettings } from "./sources.ts";

/** What somebody changes in the small stack's settings, and the parts of the one fault's line. */
export type FaultCase = readonly [change: Readonly<Record<string, unknown>>, ...shows: string[]];

/** The small stack's groups. */
export const groups = smallSettings["groups"] as object;
/** Its location and its subscription. */
export const one = { accountId: "111122223333", region: "us-east-1" };
export const core = { subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01", location: "one" };

/** Makes cases of one thing of a section: its settings, and the fault's line from its path on. */
function casesOf(section: string, name: string, beside: object = {}) {
  return (more: object, says: string, ...shows: readonly string[]): FaultCase => [
    { [section]: { ...beside, [name]: more } },
    `${section}.${name}${says}`,
    ...shows,
  ];
}

export const ofInstall = casesOf("windows", "mw-install-auto");
export const ofKernel = casesOf("windows", "mw-kernel");
export const ofGroup = casesOf("groups", "prod-auto", groups);
export const ofAmazonLinux = casesOf("baselines", "al2-auto");
export const ofUbuntu = casesOf("baselines", "ubuntu-auto");
export const ofLocation = (more: object, says: string, ...shows: readonly string[]): FaultCase =>
  casesOf("locations", "one")({ ...one, ...more }, says, ...shows);
