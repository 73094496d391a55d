/** One thing that `doctor` looks at. */
export interface DoctorCheck {
  /** Kebab-case: what `--only` and `--except` take. */
  readonly id: string;
  /** The worst that it finds: an error keeps a window from its work, or its failure from being heard. */
  readonly severity: "error" | "warning";
  /** What is looked at. */
  readonly what: string;
  /** Why it matters, in one sentence. */
  readonly why: string;
}

function error<const Id extends string>(id: Id, what: string, why: string): DoctorCheck & { readonly id: Id } {
  return { id, severity: "error", what, why };
}

function warning<const Id extends string>(id: Id, what: string, why: string): DoctorCheck & { readonly id: Id } {
  return { id, severity: "warning", what, why };
}

/** Everything that `doctor` looks at, the most important first. */
export const doctorChecks = [
  error(
    "credentials",
    "each location answers, and is the account that the stack file says",
    "what is read with the credentials of another account says nothing of this stack",
  ),
  error(
    "windows",
    "the stack's windows are there, enabled, with its targets and tasks",
    "a window that is missing, disabled or changed patches nobody, or others than planned",
  ),
  error(
    "next-runs",
    "AWS opens each window when its schedule says",
    "a window that AWS opens at another time patches in somebody's working hours, or never",
  ),
  error(
    "roles",
    "the roles and policies that the stack made are there, with the stack's trust and rights",
    "a run without the windows' role ends before it reaches a server, and a node without rights reports nothing",
  ),
  error(
    "documents",
    "the documents of hooks, and those that operators send, are there, active, and say what the stack has",
    "a task or a run whose document is gone fails on every server, and another one does something else",
  ),
  error(
    "bucket",
    "the bucket is there, with the stack's policy",
    "by it nodes read what is approved, and nobody but the deployment writes that",
  ),
  error(
    "published-objects",
    "the lists and baselines that tasks name are in the bucket, as the stack has them",
    "a task that cannot read its list installs nothing",
  ),
  error(
    "baselines",
    "baselines, defaults and patch groups are as the stack has them, and are the ones that AWS goes by",
    "AWS judges and patches a server by the baseline that is registered, not by the intended",
  ),
  error(
    "servers",
    "every server of the fleet file is a managed node that is online",
    "a window reaches managed nodes that answer, and passes over the others in silence",
  ),
  error(
    "default-host",
    "Default Host Management has the stack's role, where the stack switches it on",
    "an instance without a profile is a managed node by it alone, and is lost to windows within a day",
  ),
  error(
    "rights",
    "the roles of EC2 instances may do what windows need, with their boundary and the organization's policies",
    "an instance whose role may not fetch what to install by, or may not report, is in its window for nothing",
  ),
  error("tags", "nodes carry the patch group of their row", "a window finds a server by its PatchGroup tag alone"),
  error(
    "topic",
    "the topic that tells of failures is there, and those who tell it may",
    "a failure that nobody hears of is found by an auditor",
  ),
  error(
    "subscribers",
    "somebody who has confirmed it is subscribed to the topic",
    "a subscription that nobody has confirmed gets no message",
  ),
  error(
    "topic-key",
    "the topic's key is one of the stack's kind, enabled, with the stack's policy",
    "with a key that is disabled, or is AWS's own, what EventBridge and Systems Manager publish is lost in silence",
  ),
  error(
    "reporter",
    "the function that reports runs is ready, and set up and called as the stack has it",
    "without it a night leaves no report",
  ),
  error(
    "rules",
    "EventBridge's rules that tell of failures and call the reporter are enabled, with the stack's pattern and target",
    "while one is off, or sends elsewhere, nobody hears of a failed run, or no report is made of it",
  ),
  error(
    "alarms",
    "the alarms on the reporter are there, watch what the stack has them watch, and tell the topic",
    "that a run was not reported is heard of by them alone",
  ),
  error(
    "queues",
    "the queues of node results and of what could not be reported take what is sent to them",
    "what a queue does not take is lost in silence",
  ),
  warning("reports", "the last run of each window left its report", "a run without a report was never looked at"),
  error(
    "calendars",
    "windows with dates have one to come, and no rule's approvals have stopped at a date",
    "after the last date a server is never patched again, or gets nothing new, and nothing fails",
  ),
  error(
    "quotas",
    "what the stack adds fits into what AWS grants",
    "AWS refuses what goes beyond a quota, in the middle of a deployment or a registration",
  ),
  warning(
    "scans",
    "servers were scanned lately",
    "what is missing is known from scans: of a server without one nothing is known",
  ),
  warning(
    "agents",
    "nodes run an agent that can do what they are asked",
    "an old agent fails at newer documents, or stays silent",
  ),
  warning(
    "associations",
    "inventory, agent updates and the scan at first contact are as the stack has them, and did not fail",
    "without them new servers wait for their first scan, and agents grow old",
  ),
  warning("others", "nobody else scans or patches the servers", "it overwrites results and passes over approvals"),
  warning("data-sync", "the inventory reaches the bucket", "reports are made of it"),
  warning(
    "service-linked-role",
    "Systems Manager has its own role in the account",
    "inventory and windows without a role of their own need it; the stack's windows have theirs",
  ),
  warning(
    "instance-tier",
    "the instance tier is the stack file's",
    "it decides how many hybrid nodes there may be, and what they cost",
  ),
  warning(
    "activations",
    "no Azure VM waits for its registration",
    "an activation that is not used leaves a server unmanaged, and its code is a secret",
  ),
  warning(
    "approvals",
    "approvals are in force, and for more than a few days",
    "after its expiry AWS opens the window no more, and what was approved is not installed",
  ),
  warning(
    "vendor-support",
    "releases have their vendor's support",
    "a release past it gets no security updates, and reports nothing missing",
  ),
  warning(
    "installer-key",
    "the onboarding scripts trust a key that is valid for a while",
    "after its end no further VM can be registered by that script",
  ),
  warning(
    "azure",
    "Azure answers for the VMs that are no nodes yet",
    "what keeps a VM from its registration is known there",
  ),
] as const satisfies readonly DoctorCheck[];

/** What `doctor --drill` tries besides, on one server of each location and operating system. */
export const drillChecks = [
  error(
    "drill-servers",
    "one server of each location and operating system can be tried",
    "a location in which no server answers is one in which no window patches anything",
  ),
  error(
    "drill-aws",
    "the server reaches Systems Manager and its buckets in S3",
    "without S3 a server takes its commands and fails at every scan and installation",
  ),
  error(
    "drill-repository",
    "the server reaches the repositories, or the update service, that it is set to",
    "patches come from there, and not from AWS",
  ),
  warning(
    "drill-withheld",
    "nothing keeps updates from the server: holds, pins, excludes, locked versions, WSUS, policies, a mirror that stands still or lacks security updates, an old kernel that is booted",
    "what a server does not see, or may not install, is missing in no report, and it counts as compliant",
  ),
  error(
    "drill-lock",
    "no other package manager is at work on the server",
    "an installation that meets the lock of another one fails",
  ),
  error("drill-disk", "there is room for updates", "an installation that fills the disk breaks off half way"),
  error("drill-clock", "the server's clock is AWS's", "AWS refuses what a server signs five minutes off"),
  error("drill-scan", "a test scan comes to its end", "a window's scan and installation begin with the same"),
  error("drill-report", "the scan's result arrives", "a result that does not arrive is in no status and no report"),
  error(
    "drill-install",
    "an installation of nothing comes to its end, without a reboot; not on servers of reviewed groups",
    "an installation needs rights, lists and locks that a scan does without",
  ),
  error(
    "drill-stop",
    "what stop would end can be read; nothing is stopped",
    "the emergency brake is needed when there is no time to find out why it does not work",
  ),
] as const satisfies readonly DoctorCheck[];

/** Id of a check that only the drill makes. */
export type DrillCheckId = (typeof drillChecks)[number]["id"];

/** Id of a check of `doctor`, with the drill's. */
export type DoctorCheckId = (typeof doctorChecks)[number]["id"] | DrillCheckId;

/** Everything, the most important first. */
export const allDoctorChecks: readonly (DoctorCheck & { readonly id: DoctorCheckId })[] = [
  ...drillChecks,
  ...doctorChecks,
];

/** Ids of all checks, the most important first. */
export const doctorCheckIds: readonly string[] = allDoctorChecks.map(({ id }) => id);

const byId: ReadonlyMap<string, DoctorCheck> = new Map(allDoctorChecks.map((check) => [check.id, check]));

const drillIds: ReadonlySet<string> = new Set(drillChecks.map(({ id }) => id));

/** Whether only the drill makes a check. */
export function isDrillCheck(id: string): boolean {
  return drillIds.has(id);
}

/** The description of a check. */
export function doctorCheck(id: DoctorCheckId): DoctorCheck {
  const check = byId.get(id);
  if (check === undefined) throw new RangeError(`no check ${id}`);
  return check;
}
