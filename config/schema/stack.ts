import { z } from "zod";
import { operatingSystems, type OperatingSystem } from "../../domain/server.ts";
import { regionPattern } from "../../domain/stack/partitions.ts";
import { baselineSchema } from "./baseline.ts";
import {
  date,
  foreignTagName,
  groupName,
  kebabName,
  listOf,
  mapping,
  refused,
  tagName,
  tagValue,
  text,
  timeZone,
  whole,
  words,
} from "./fields.ts";
import { windowSchema } from "./window.ts";

/** An AWS account's id. */
export const accountPattern = /^\d{12}$/;
/** An Azure subscription's or tenant's id. */
export const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** ARN of a patch baseline: partition, Region. */
export const baselineArnPattern = /^arn:(aws[a-z-]*):ssm:([a-z0-9-]+):\d{12}:patchbaseline\/pb-[0-9a-f]{17}$/;
/** ARN of an IAM role: partition, account. */
export const roleArnPattern = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[\w+=,.@/-]+$/;

const guid = text(guidPattern, "a GUID in lower case, quoted");

const location = mapping({
  accountId: text(accountPattern, "twelve digits, quoted").describe("AWS account; quoted, or leading zeros are lost"),
  region: text(regionPattern, "a Region such as us-east-1").describe("AWS Region"),
  roleArn: text(roleArnPattern, "ARN of an IAM role")
    .optional()
    .describe("role in that account which the deployment and the commands assume"),
  registersDefaults: z
    .boolean()
    .default(false)
    .describe("whether this stack registers each OS's default baseline there; one stack per account and Region"),
  ownsServiceSettings: z
    .boolean()
    .default(false)
    .describe(
      "whether this stack owns instance tier and Default Host Management there; one stack per account and Region",
    ),
  instanceTier: z
    .enum(["standard", "advanced"])
    .default("standard")
    .describe("tier of hybrid nodes; advanced is charged"),
  pinsServiceTrust: z
    .boolean()
    .default(false)
    .describe(
      "whether the windows' and the notification role trust Systems Manager on this account's behalf only; once a window has run there",
    ),
  predefinedBaselines: z
    .record(
      text(/^AWS-/, "AWS's name of the baseline, such as AWS-UbuntuDefaultPatchBaseline"),
      text(baselineArnPattern, "an ARN arn:…:ssm:<Region>:<account>:patchbaseline/pb-…"),
    )
    .default({})
    .describe("ARNs of AWS's own baselines that groups select, by AWS's name; `describe-patch-baselines` finds them"),
});

const subscription = mapping({
  subscriptionId: guid.describe("Azure subscription"),
  tenantId: guid.optional().describe("Entra tenant, where the deployment's own is another"),
  location: z.string().describe("name of the location in which its VMs register"),
  onboarding: z
    .enum(["customScript", "runCommand"])
    .default("customScript")
    .describe("how the agent gets there: the CustomScript extension, or the managed Run Command"),
});

const baselinesByOs = Object.fromEntries(
  operatingSystems.map((os) => [os, words().optional().describe(`baseline for ${os}`)]),
) as Record<OperatingSystem, z.ZodOptional<z.ZodString>>;

const people = {
  businessUnit: words().optional().describe("business unit it belongs to"),
  owner: words().optional().describe("who is told and asked"),
};

const managedGroup = mapping({
  baselines: mapping(baselinesByOs).describe("baseline per OS: a name under `baselines`, or AWS's own name (`AWS-…`)"),
  approval: z
    .enum(["automatic", "reviewed"])
    .describe("`reviewed` installs only what an approvals file names, in a window of its own"),
  reboot: z.enum(["RebootIfNeeded", "NoReboot"]).describe("RebootIfNeeded reboots after any install"),
  criticality: z.enum(["low", "medium", "high"]).default("medium").describe("how much depends on its servers"),
  ...people,
});

const groupElsewhere = mapping({
  patchedElsewhere: words().describe("who patches it and how: the stack makes nothing for it and shows it as such"),
  ...people,
});

const severity = z.enum(["error", "warning", "off"]);

const mostServers = 100_000;
const mostReleases = 10_000_000;
const percentAllowed = "0 to 100 percent";
const rehearsalLimits = mapping({
  onTimePercent: z
    .number(percentAllowed)
    .min(0, percentAllowed)
    .max(100, percentAllowed)
    .optional()
    .describe("least percent of security releases on time, of those on servers that were reachable"),
  overdueServers: whole(0, mostServers, "servers").optional().describe("most servers with anything overdue"),
  nonCompliantServers: whole(0, mostServers, "servers")
    .optional()
    .describe("most servers of automatic groups that are non-compliant for more than 30 days at a stretch"),
  lateByStack: whole(0, mostReleases, "releases")
    .optional()
    .describe("most security releases that are late for reasons that do not lie in a server"),
  overruns: whole(0, mostServers, "runs").optional().describe("most runs over the cutoff"),
  cutOffServers: whole(0, mostServers, "servers").optional().describe("most servers that a cutoff left out"),
});

/** Keys of the stack file under `patchplane:`. Defaults of presets are in `config/schema/presets.ts`. */
export const stackSchema = mapping({
  environment: kebabName(20).describe(
    "name of the environment; part of every name in AWS, so a copied stack file needs its own",
  ),
  timezone: timeZone().describe("IANA name, for example `America/New_York`: time zone of windows that name none"),
  locations: z.record(kebabName(24), location).describe("AWS accounts, each in one Region"),
  subscriptions: z.record(kebabName(24), subscription).default({}).describe("Azure subscriptions"),
  tags: z
    .record(tagName(), tagValue())
    .default({})
    .describe(
      "tags that policies of your organisation ask for, on everything that the stack makes beside its own; at most 7",
    ),
  ignoredTags: mapping({
    keys: listOf(foreignTagName(), 50).default([]).describe("names of tags, case included"),
    keyPrefixes: listOf(foreignTagName(), 50).default([]).describe("what their names begin with"),
  })
    .default({ keys: [], keyPrefixes: [] })
    .describe(
      "tags that others set on what the stack makes in AWS (tag policies, backup, cost allocation): left alone, and no drift",
    ),
  baselines: z
    .record(kebabName(64), baselineSchema)
    .default({})
    .describe("patch baselines beside the presets, or changes to presets"),
  groups: z
    .record(groupName(), z.union([managedGroup, groupElsewhere]))
    .default({})
    .describe("patch groups (values of the `PatchGroup` tag) beside the presets, or changes to presets"),
  windows: z
    .record(kebabName(64), windowSchema)
    .default({})
    .describe("maintenance windows beside the presets, or changes to presets"),
  checks: z
    .object({ rehearsal: rehearsalLimits.optional().describe("what `patchplane rehearse` may come to at the worst") })
    .catchall(
      mapping({
        severity: severity.describe("what its findings count as"),
        reason: words().describe("why; a reviewer reads it"),
      }),
    )
    .default({})
    .describe("checks that this environment treats differently, by id"),
  freezes: z
    .array(
      mapping({
        from: date().describe("first day, quoted"),
        to: date().describe("last day, quoted"),
        groups: listOf(groupName(), 300).min(1, "at least one group").optional().describe("groups; all when left out"),
        windows: listOf(kebabName(64), 300)
          .min(1, "at least one window")
          .optional()
          .describe("windows that it holds for, scans too; all that install when left out"),
        skip: z
          .boolean()
          .default(false)
          .describe("whether its windows leave out their runs in it; else a run in it is a finding"),
        reason: words().describe("why"),
      }).superRefine(({ from, to }, context) => {
        const allowed = `${from} or later`;
        if (to < from) context.addIssue(refused(to, "lies before the first day", allowed, { path: ["to"] }));
      }),
    )
    .max(100, "at most 100 entries")
    .default([])
    .describe("times in which nothing may be installed"),
  fleet: words().describe("path of the fleet file, from the project's root"),
  approvals: words()
    .default("approvals")
    .describe("folder of the approvals files, from the project's root; one that is not there holds none"),
  notifications: mapping({
    emails: z
      .array(text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "a mail address"))
      .max(100, "at most 100 entries")
      .default([])
      .describe("addresses subscribed to each location's topic; each confirms by a link"),
  })
    .default({ emails: [] })
    .describe("who hears of failures"),
  reports: mapping({
    logRetentionDays: whole(1, 3650, "days").default(400).describe("how long run logs stay in each location's bucket"),
    syncInventory: z.boolean().default(true).describe("whether inventory and compliance are synced to the bucket"),
    collectionRetentionDays: whole(1, 3650, "days")
      .default(400)
      .describe("how long `patchplane collect` keeps what it collected; the newest collection stays"),
    afterWindows: z
      .boolean()
      .default(true)
      .describe("whether each location reports every run of its windows, to its bucket and its topic"),
    reservedConcurrency: z
      .boolean()
      .default(false)
      .describe(
        "whether one of Lambda's executions is reserved for these reports; the account needs a quota above 100",
      ),
    athena: mapping({
      location: z
        .string()
        .describe("name of the location whose account and Region query, and whose bucket holds the collections"),
      scanLimitGigabytes: whole(1, 10_000, "gigabytes")
        .default(10)
        .describe("what one query may read at most; Athena bills what it reads"),
    })
      .optional()
      .describe("Athena over the collections, for `patchplane report --engine athena`; none when left out"),
  })
    .default({
      logRetentionDays: 400,
      syncInventory: true,
      collectionRetentionDays: 400,
      afterWindows: true,
      reservedConcurrency: false,
    })
    .describe("logs, node data and reports"),
  nodes: mapping({
    defaultHostManagement: z
      .boolean()
      .default(false)
      .describe("whether EC2 instances without a profile are managed, where a location owns its service settings"),
    scanOnFirstContact: z.boolean().default(true).describe("whether a node is scanned when it is first seen"),
    installOnFirstContact: listOf(groupName(), 300)
      .default([])
      .describe(
        "automatic groups whose nodes also install when first seen, and all of them when this list or their `reboot` changes",
      ),
    inventorySchedule: z
      .string()
      .default("rate(1 day)")
      .describe("when inventory is gathered, as State Manager reads it"),
    agentUpdateSchedule: z
      .string()
      .default("rate(14 days)")
      .describe("when the SSM Agent is updated; agents before 3.1.127 may lose a command that comes meanwhile"),
  })
    .default({
      defaultHostManagement: false,
      scanOnFirstContact: true,
      installOnFirstContact: [],
      inventorySchedule: "rate(1 day)",
      agentUpdateSchedule: "rate(14 days)",
    })
    .describe("what is arranged on the nodes themselves"),
});

/** Everything under `patchplane:`, parsed, presets included. */
export type Settings = z.output<typeof stackSchema>;
/** A location as the schema leaves it. */
export type LocationSettings = Settings["locations"][string];
/** A group as the schema leaves it. */
export type GroupSettings = Settings["groups"][string];
