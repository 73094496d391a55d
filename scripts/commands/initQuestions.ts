import { accountPattern, guidPattern, roleArnPattern } from "../../config/schema/stack.ts";
import { regionPattern } from "../../domain/stack/partitions.ts";
import { isTimeZone } from "../../domain/schedule/awsCron.ts";

/** What the flags left open. */
export interface Answers {
  readonly timezone: string | undefined;
  readonly production: boolean | undefined;
  readonly locations: readonly string[];
  readonly subscriptions: readonly string[];
  readonly emails: readonly string[];
}

/** Questions stand beside the answer, not in it: standard output is for that alone. */
const context = { output: process.stderr };

function matching(pattern: RegExp, allowed: string, empty = false): (text: string) => true | string {
  return (text) => (empty && text === "") || pattern.test(text) || `allowed: ${allowed}`;
}

const name = matching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens");

/**
 * Asks on the terminal for what the flags left open; answers have the flags' own forms.
 * @throws Error named ExitPromptError when the person gives up
 */
export async function askFor(given: Answers, copies: boolean): Promise<Answers> {
  const { confirm, input } = await import("@inquirer/prompts");
  const ask = (message: string, validate: (text: string) => true | string, usual?: string): Promise<string> =>
    input({ message, validate, ...(usual === undefined ? {} : { default: usual }) }, context);

  const locations = [...given.locations];
  const subscriptions = [...given.subscriptions];
  const zone = (text: string): true | string => isTimeZone(text) || "allowed: a name such as Europe/Berlin or UTC";
  const usualZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timezone = given.timezone ?? (copies ? undefined : await ask("Time zone of its windows", zone, usualZone));
  const production =
    given.production ?? (copies ? undefined : await confirm({ message: "Is it production?", default: false }, context));

  if (locations.length === 0) {
    do {
      const region = await ask("AWS Region", matching(regionPattern, "a Region such as us-east-1"));
      const account = await ask("AWS account", matching(accountPattern, "twelve digits"));
      const role = await ask(
        "Role that the deployment assumes there (empty: none)",
        matching(roleArnPattern, "ARN of an IAM role, or nothing", true),
      );
      const own = await ask("Name of this location", name, region);
      locations.push(`${own}=${account}/${region}${role === "" ? "" : `/${role}`}`);
    } while (await confirm({ message: "Another AWS account or Region?", default: false }, context));
    if (subscriptions.length === 0) subscriptions.push(...(await askForSubscriptions(ask, confirm)));
  }
  const mail = "Mail address to tell of failures (empty: none)";
  const emails =
    given.emails.length > 0 || copies
      ? given.emails
      : [await ask(mail, matching(/^\S+@\S+$/, "a mail address", true))].filter((address) => address !== "");
  return { timezone, production, locations, subscriptions, emails };
}

async function askForSubscriptions(
  ask: (message: string, validate: (text: string) => true | string) => Promise<string>,
  confirm: (options: { message: string; default: boolean }, where: typeof context) => Promise<boolean>,
): Promise<readonly string[]> {
  const subscriptions: string[] = [];
  while (await confirm({ message: "An Azure subscription (or another one)?", default: false }, context)) {
    const id = await ask("Its id", matching(guidPattern, "a GUID in lower case"));
    const own = await ask("Its name here", name);
    const location = await ask("Location in which its VMs register", name);
    subscriptions.push(`${own}=${id}@${location}`);
  }
  return subscriptions;
}
