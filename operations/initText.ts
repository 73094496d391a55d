import { isMap, parseDocument, stringify, type Document } from "yaml";
import { stackFileName } from "../config/stackFile.ts";
import { fleetColumnNames } from "../fleet/schema.ts";

/** A location as somebody named it: what it lacks, the schema says. */
export interface NewLocation {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly roleArn?: string;
  /** Whether this stack owns the account and Region's default baselines and settings: one stack does. */
  readonly owns: boolean;
}

/** A subscription as somebody named it. */
export interface NewSubscription {
  readonly name: string;
  readonly subscriptionId: string;
  readonly location: string;
  readonly onboarding?: string;
}

/** What an environment is made of. */
export interface NewEnvironment {
  readonly environment: string;
  readonly timezone: string;
  readonly production: boolean;
  readonly locations: readonly NewLocation[];
  readonly subscriptions: readonly NewSubscription[];
  readonly emails: readonly string[];
  /** Folder of its approvals: one that no other environment reads. */
  readonly approvals: string;
}

/** Path of a new environment's fleet file. */
export function fleetPath(environment: string): string {
  return `fleet/${environment}.csv`;
}

/** A fleet file without servers. */
export const emptyFleet = `${fleetColumnNames.join(",")}\n`;

/** What stands in an approvals folder before there are any. */
export function approvalsReadme(folder: string): string {
  return `# Approvals

What may be installed on servers of reviewed groups (\`approval: reviewed\`), and nothing else:

\`\`\`
${folder}/<group>/<yyyy-mm-dd>.yaml
\`\`\`

A file is reviewed and merged like code: that merge is the approval. The newest file of a group is in force. The format
is in docs/configuration.md, under Approvals.
`;
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}

/** Account ids, quoted: bare digits lose their zeros. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function locationLines(location: NewLocation): readonly string[] {
  const { name, accountId, region, roleArn, owns } = location;
  return [
    `    ${scalar(name)}:`,
    `      accountId: ${quoted(accountId)}`,
    `      region: ${scalar(region)}`,
    ...(roleArn === undefined ? [] : [`      roleArn: ${scalar(roleArn)}`]),
    `      registersDefaults: ${String(owns)}`,
    `      ownsServiceSettings: ${String(owns)}`,
  ];
}

function subscriptionLines({ name, subscriptionId, location, onboarding }: NewSubscription): readonly string[] {
  return [
    `    ${scalar(name)}:`,
    `      subscriptionId: ${scalar(subscriptionId)}`,
    `      location: ${scalar(location)}`,
    ...(onboarding === undefined ? [] : [`      onboarding: ${scalar(onboarding)}`]),
  ];
}

const productionGroups = `  # Values of the PatchGroup tag. The presets bring prod-sensitive, prod-auto, jump-log and prod-windows, with their
  # baselines; null takes a preset away. Say here who owns a group, and add groups of your own.
  patchplane:groups:
    nonprod: null # development and test are stacks of their own
    nonprod-windows: null
`;

const otherGroups = `  # Values of the PatchGroup tag. The presets bring nonprod, nonprod-windows and jump-log, with their baselines; null
  # takes a preset away. Say here who owns a group, and add groups of your own.
  patchplane:groups:
    prod-sensitive: null # production is a stack of its own, and so its windows are not made here
    prod-auto: null
    prod-windows: null
`;

const productionWindows = `  # The presets bring the windows: a scan each night, installs on Friday night and on the Sunday after Patch Tuesday,
  # kernels on the fourth Sunday, and one on demand for what is reviewed. A window written here changes the preset of
  # its name key by key. \`npx patchplane explain mw-install-auto\` shows the dates.
`;

const otherWindows = `  # The presets bring the windows: a scan each night, installs, and kernels once a month. These come before production's,
  # so that a bad patch shows here first. \`npx patchplane explain mw-install-auto\` shows the dates.
  patchplane:windows:
    mw-install-auto:
      schedule: cron(0 22 ? * TUE *) # production: Friday
    mw-kernel:
      schedule: cron(0 22 ? * WED#3 *) # production: the fourth Sunday
`;

const examples = `  # A finding that is known and accepted is switched off with its reason, and nothing is installed in a freeze:
  # patchplane:checks:
  #   sla: { severity: "off", reason: why longer waits are accepted here }
  # patchplane:freezes:
  #   - { from: "2027-12-20", to: "2028-01-02", reason: end of year }
`;

function mails(emails: readonly string[]): string {
  return `  # Who hears of failed runs; each address confirms by a link.
  patchplane:notifications:
    emails: [${emails.map((email) => quoted(email)).join(", ")}]
`;
}

/**
 * A new stack file, with comments that say what each section is for. It is written as the CLI writes it (no empty lines,
 * no blanks inside braces), so that `pulumi stack init` adds its lines and changes nothing else.
 */
export function newStackFile(environment: NewEnvironment): string {
  const { production, subscriptions } = environment;
  return [
    `# yaml-language-server: $schema=schemas/stack.schema.json
# Every key is described in docs/configuration.md; what is not written here comes from the presets.
# The CLI rewrites this file when \`pulumi config set\` is used: edit it by hand instead.
config:
  # Every resource names its own provider, so a forgotten one fails instead of patching another account.
  pulumi:disable-default-providers: ["*"]
  patchplane:environment: ${scalar(environment.environment)} # part of every name in AWS
  patchplane:timezone: ${scalar(environment.timezone)} # of windows that name none
  patchplane:fleet: ${fleetPath(environment.environment)} # one row per server
  patchplane:approvals: ${scalar(environment.approvals)} # what reviewed groups may install
`,
    `  # One AWS account in one Region each. roleArn is what the deployment assumes there (docs/getting-started.md).
  # One stack per account and Region registers the default baselines and owns the service settings.
  patchplane:locations:
${environment.locations.flatMap(locationLines).join("\n")}
`,
    ...(subscriptions.length === 0
      ? []
      : [
          `  # Azure subscriptions; location is where their VMs become managed nodes.
  patchplane:subscriptions:
${subscriptions.flatMap(subscriptionLines).join("\n")}
`,
        ]),
    production ? productionGroups : otherGroups,
    production ? productionWindows : otherWindows,
    examples,
    mails(environment.emails),
  ].join("");
}

/** A stack file made of another one's text, and what of it could not be kept. */
export interface CopiedStackFile {
  readonly text: string;
  /** Windows that named locations of the other environment and are everywhere now. */
  readonly windowsEverywhere: readonly string[];
}

const prefix = "patchplane:";

/** Takes `locations` out of windows that name one which the new environment does not have. */
function withoutForeignLocations(document: Document.Parsed, known: ReadonlySet<string>): readonly string[] {
  const windows = document.getIn(["config", `${prefix}windows`], true);
  if (!isMap(windows)) return [];
  return [...windows.items].flatMap(({ key, value }) => {
    const named: unknown = isMap(value) ? value.get("locations") : undefined;
    const plain: unknown = named === undefined ? undefined : document.createNode(named).toJSON();
    if (!isMap(value) || !Array.isArray(plain) || plain.every((name) => known.has(String(name)))) return [];
    value.delete("locations");
    // What is left of a preset window's change may be nothing at all.
    if (value.items.length === 0) windows.delete(key);
    return [String(key)];
  });
}

/**
 * A stack file with the policy of another one: its groups, windows, baselines and checks with their comments, and the
 * new environment's own name, places, fleet and approvals.
 * @param source - a stack file that has no faults
 */
export function copiedStackFile(source: string, environment: NewEnvironment, from: string): CopiedStackFile {
  const document = parseDocument(source, { schema: "core" });
  const set = (key: string, value: unknown): void => {
    document.setIn(["config", `${prefix}${key}`], value);
  };
  set("environment", environment.environment);
  set("timezone", environment.timezone);
  set("fleet", fleetPath(environment.environment));
  set("approvals", environment.approvals);
  const places = parseDocument(newStackFile(environment), { schema: "core" });
  for (const section of ["locations", "subscriptions"]) {
    const node: unknown = places.getIn(["config", `${prefix}${section}`], true);
    if (node === undefined) document.deleteIn(["config", `${prefix}${section}`]);
    else set(section, node);
  }
  // Reports are asked in a location of the other environment, and in which of the new ones nobody has said.
  if (document.hasIn(["config", `${prefix}reports`, "athena"]))
    document.deleteIn(["config", `${prefix}reports`, "athena"]);
  if (environment.emails.length > 0) document.setIn(["config", `${prefix}notifications`, "emails"], environment.emails);
  const windowsEverywhere = withoutForeignLocations(document, new Set(environment.locations.map(({ name }) => name)));
  const text = document.toString({ lineWidth: 120, flowCollectionPadding: false });
  const made = `# Made with the policy of ${stackFileName(from)}: its comments may speak of that environment.`;
  return { text: text.replace(/^(# yaml-language-server.*\n)?/, `$1${made}\n`), windowsEverywhere };
}
