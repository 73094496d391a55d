import { stringify } from "yaml";
import { z } from "zod";
import { approvalSchema } from "../../../config/approvals.ts";
import { presetBaselines } from "../../../config/schema/presetBaselines.ts";
import { presetGroups, presetWindows } from "../../../config/schema/presets.ts";
import { checkTable } from "../../../domain/checks/checkPlane.ts";
import { fleetColumns } from "../../../fleet/schema.ts";
import { formsOf, plainSettings, schemaTable } from "./schemaTable.ts";
import { settingsJsonSchema, type JsonSchema } from "./stackJsonSchema.ts";

const introduction = `# Configuration

<!-- Made from the schema by \`npm run schemas\`; \`npm run schemas:check\` fails when it is out of date. -->

An environment is a stack file \`Pulumi.<environment>.yaml\`, its fleet file and its approvals folder. All paths count from the project's root. Every fault in the three is reported at once, with file and line, by a preview and by every command.

- Everything stands under \`config:\` with the prefix \`patchplane:\`. \`pulumi:disable-default-providers: ["*"]\` has to be there as well. Keys of other namespaces are left alone and do nothing here: every provider is made by the program, so \`aws:region\`, \`aws:defaultTags\` or \`azure-native:location\` have no effect.
- **Quote account ids and dates.** The CLI reads a bare \`012345678901\` as a number and a bare \`2026-12-06\` as a point in time, and hands that on.
- No setting is a secret; a \`secure:\` value under \`patchplane:\` is refused.
- An unknown key or name is a fault with the known ones and the nearest of them.
- The first line \`# yaml-language-server: $schema=schemas/stack.schema.json\` gives completion in editors that know it.`;

const presetsText = `## Presets

Every stack starts from the baselines, groups and windows below. A named object in the stack file with a preset's name changes it key by key; lists are replaced; \`null\` takes a key, or the whole preset, away, and is a fault where there is nothing to take. A group with \`patchedElsewhere\` replaces its preset. A preset window with the preset's own list of groups loses the groups that were taken away, and goes when none is left. A preset baseline that nothing selects is not made, unless it is a default. Objects of new names need everything that is marked as required.`;

const schedulesText = `### Schedules

| form | meaning |
| --- | --- |
| \`cron(0 3 ? * SAT *)\` | AWS's own expression: minutes, hours, day of month, month, day of week, year, one of the two days \`?\`; with \`offsetDays\` some days after its date |
| \`rate(7 days)\` | AWS counts from the window's creation |
| \`at(2026-12-06T22:00:00)\` | once, in UTC |
| \`{ patchTuesday: "+5d", at: "23:30" }\` | so many days after the second Tuesday of the month, in the window's time zone; five days is Sunday |
| \`{ dates: ["2026-12-06", "2027-01-10"], at: "22:00" }\` | a calendar, in the window's time zone: each date is an AWS window of its own and counts against the quota; past dates stay until they are removed |`;

const freezesText = `### Freezes

An entry of \`freezes\` is told by itself: a run in it is a finding, and takes place. With \`skip: true\` its windows leave the run out:

\`\`\`yaml
patchplane:freezes:
  - { from: "2026-12-20", to: "2027-01-03", skip: true, reason: year-end closing }
  - { from: "2027-02-12", to: "2027-02-12", skip: true, windows: [mw-install-auto], reason: release night }
\`\`\`

AWS's schedules cannot leave out a date. So a window of \`cron(…)\` ends by its EndDate before the first run in the freeze, and a second window, \`<name>-from-<date>\`, goes on behind it by its StartDate: it comes back by itself, and counts against the quota until the entry is taken out, which \`freeze-over\` asks for when the freeze is past. Dates of a calendar are left out. Nothing is left out of a \`rate(…)\`, which would run on other days afterwards, of an on-demand window, or where the freeze is for some of a window's groups only: these stay findings.

- **Suspend a window** until a date: an entry from today to the day before, with \`windows\` and \`skip\`.
- **Suspend a group**: the same with \`groups\`; a group that shares its window needs one of its own for that.
- **Suspend a server**: windows know no servers. Give it a group of its own in the fleet file, with the same baselines and windows, and freeze that; \`patchplane tags\` carries the new tag to hybrid nodes.

What nodes do when they are first seen (\`nodes.installOnFirstContact\`) and what operators start is not held by a freeze.`;

const ubuntuText = `Ubuntu and Debian rules have no \`approveAfterDays\` and no \`approveUntilDate\`: Patch Manager knows no release dates there and approves at once. Let time pass between windows instead, or make the group reviewed. Their \`PRIORITY\` is the Debian package priority, not a severity: a rule that does not name all five hides most security updates.`;

const predefinedText = `A group may select one of AWS's own baselines by AWS's name (\`AWS-UbuntuDefaultPatchBaseline\`). Previews look nothing up, so each location then says which ARN that baseline has there, under \`predefinedBaselines\`; where it does not, the fault holds the command that finds it.`;

const approvalsText = `## Approvals

\`<approvals>/<group>/<yyyy-mm-dd>.yaml\`, for groups with \`approval: reviewed\`. Of a group's files the newest by name is in force and replaces the others. While there is none, the group's install window has no task; after \`expires\` AWS no longer runs the window.`;

const approvalsExample = `\`\`\`yaml
scan: 3f6c1b1e-5d0a-4a3e-9f0f-6f1f6a2c9d11
note: "openssl and kernel fixes, tested on nonprod since Tuesday (change 4711)"
expires: "2026-12-20T06:00:00Z"
patches:
  UBUNTU:
    - { id: openssl.amd64, title: "3.0.2-0ubuntu1.20" }
    - { id: libssl3.amd64, title: "3.0.2-0ubuntu1.20" }
  AMAZON_LINUX_2:
    - { id: openssl.x86_64, title: "1:1.0.2k-24.amzn2.0.14" }
  WINDOWS:
    - { id: KB5048661 }
\`\`\`

A Linux entry names the package with the architecture **of the machine** (also for apt's packages of all architectures: \`.all\` matches nothing; rpm's are \`.noarch\`) and the exact version. The list also installs what the baseline rejects, so a kernel may be approved this way.

The published list, \`approvals/….yaml\` in the bucket of each location, carries as S3 metadata the path of its file (\`approvals-file\`) and git's id of the file's content (\`approvals-blob\`, what \`git hash-object\` says). \`git log --find-object=<id>\` finds the commit that brought it in.`;

function section(settings: JsonSchema, name: string): string {
  const description = settings.properties?.[name]?.description ?? "";
  return `## \`${name}\`\n\n${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}

function tables(settings: JsonSchema, name: string, titles: readonly string[] = []): string {
  return formsOf(settings, name)
    .map((form, index) => [titles[index], schemaTable(form)].filter(Boolean).join("\n\n"))
    .join("\n\n");
}

function preset(title: string, presets: object): string {
  return `<details><summary>${title}</summary>\n\n\`\`\`yaml\n${stringify(presets, { lineWidth: 110, aliasDuplicateObjects: false })}\`\`\`\n\n</details>`;
}

function fleetText(): string {
  const rows = fleetColumns.map((column) => `| \`${column.name}\` | ${column.on} | ${column.description} |`);
  return [
    "## Fleet file",
    "CSV, one row per server; an Auto Scaling group is one row. All columns have to be there, in any order; a column is empty on rows that it is not for. A VM's identity is its ARM id, lower-cased; `name` may change. Removing a row never touches the server.",
    ["| column | on | value |", "| --- | --- | --- |", ...rows].join("\n"),
  ].join("\n\n");
}

function checksText(): string {
  const rows = checkTable.map((check) => {
    const severity = check.switchable ? check.defaultSeverity : "error, always";
    return `| \`${check.id}\` | ${severity} | ${check.why} |`;
  });
  return [
    "Errors stop a deployment. `checks` changes the severity of those that are not marked *always*.",
    ["| check | severity | why |", "| --- | --- | --- |", ...rows].join("\n"),
  ].join("\n\n");
}

/** The page that describes every key, column and check. */
export function configurationPage(): string {
  const settings = settingsJsonSchema();
  const approvals = z.toJSONSchema(approvalSchema, { io: "input" }) as JsonSchema;
  return [
    introduction,
    "## Settings",
    plainSettings(settings),
    section(settings, "locations"),
    tables(settings, "locations"),
    section(settings, "subscriptions"),
    tables(settings, "subscriptions"),
    presetsText,
    preset("Preset baselines", presetBaselines),
    preset("Preset groups", presetGroups),
    preset("Preset windows", presetWindows),
    section(settings, "baselines"),
    ubuntuText,
    tables(settings, "baselines", ["### Ubuntu and Debian", "### Amazon Linux", "### Windows Server"]),
    section(settings, "groups"),
    tables(settings, "groups", ["### Groups that this stack patches", "### Groups that are patched elsewhere"]),
    predefinedText,
    section(settings, "windows"),
    tables(settings, "windows"),
    schedulesText,
    freezesText,
    section(settings, "checks"),
    tables(settings, "checks"),
    "`rehearsal` is no check but the limits of a [rehearsal](rehearsal.md); each is optional.",
    schemaTable(settings.properties?.["checks"]?.properties?.["rehearsal"] ?? {}),
    checksText(),
    fleetText(),
    approvalsText,
    schemaTable(approvals),
    approvalsExample,
  ].join("\n\n");
}
