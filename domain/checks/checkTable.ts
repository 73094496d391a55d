import type { Fault, Finding, FindingSubject } from "../fault.ts";

/** One check: what it looks for, and how the stack file may treat it. */
export interface CheckDescription {
  /** Kebab-case: the key under `checks` in the stack file. */
  readonly id: string;
  readonly defaultSeverity: "error" | "warning";
  /** False for what AWS's API refuses or what cannot be built: `checks` cannot lower these. */
  readonly switchable: boolean;
  /** True for what leaves a stack without a meaning to review: the file counts as unreadable, whoever reads it. */
  readonly unreadable?: true;
  /** Why it matters, in one sentence. */
  readonly why: string;
}

function hard<const Id extends string>(id: Id, why: string): CheckDescription & { readonly id: Id } {
  return { id, defaultSeverity: "error", switchable: false, why };
}

function unreadable<const Id extends string>(id: Id, why: string): CheckDescription & { readonly id: Id } {
  return { ...hard(id, why), unreadable: true };
}

function error<const Id extends string>(id: Id, why: string): CheckDescription & { readonly id: Id } {
  return { id, defaultSeverity: "error", switchable: true, why };
}

function warning<const Id extends string>(id: Id, why: string): CheckDescription & { readonly id: Id } {
  return { id, defaultSeverity: "warning", switchable: true, why };
}

/** Every check there is, in the order in which findings are shown. */
export const checkTable = [
  hard("check-setting", "a hard limit of AWS cannot be switched off, and a check that does not exist checks nothing"),
  unreadable("unknown-name", "a name that leads nowhere leaves out what it was meant to reach"),
  error(
    "region-unknown",
    "nothing can be deployed into a Region that AWS does not have; one newer than this table may be right",
  ),
  unreadable("site-twice", "a fleet row's site names a location or a subscription, so no two may have one name"),
  unreadable("foreign-arn", "AWS refuses the ARN of another account, partition or Region"),
  unreadable(
    "group-elsewhere",
    "this stack makes nothing for a group that is patched elsewhere, so no window reaches it",
  ),
  unreadable("schedule", "AWS refuses the schedule when the window is made, in the middle of a deployment"),
  hard("baseline-limits", "CreatePatchBaseline refuses a baseline beyond its limits"),
  hard("baseline-filters", "CreatePatchBaseline refuses filter keys and values that the OS does not have"),
  hard("window-time", "a window whose cutoff eats its whole duration never starts a task"),
  hard(
    "quota-windows",
    "AWS holds 50 maintenance windows per account and Region; a list of dates is one window per date",
  ),
  hard("quota-window-tasks", "AWS holds 20 tasks per window; every hook that runs once is one"),
  hard("quota-tag-values", "one target holds at most 50 values of a tag"),
  hard("quota-baseline-groups", "AWS registers at most 25 patch groups per baseline"),
  hard("quota-baselines", "AWS holds 50 patch baselines per account and Region"),
  hard("quota-hybrid-nodes", "the standard tier takes 1,000 hybrid nodes per account and Region"),
  hard("two-defaults", "an OS has one default baseline per account and Region"),
  hard("location-twice", "two locations of one account and Region would fight over the same names and settings"),
  hard("ignored-tags", "a tag that the stack sets and the provider ignores is set anew in every deployment"),
  unreadable("baseline-missing", "a baseline that is not there, or is another OS's, cannot be registered for a group"),
  hard("reviewed-window", "an approvals file names what one group installs, so its install window has that group only"),
  hard("reviewed-override", "AWS-RunPatchBaseline fails when it is given an override list and a baseline override"),
  unreadable(
    "two-overrides",
    "AWS-RunPatchBaseline fails on a node whose OS the baseline override names more than once",
  ),
  unreadable(
    "first-contact",
    "an install on first contact goes by the baseline and would pass over a reviewed group's approvals",
  ),
  error("override-os", "AWS-RunPatchBaseline fails on a node whose OS the baseline override does not name"),
  hard("approval", "an entry that matches nothing installs nothing, and the run still ends with success"),
  error("unknown-group", "AWS patches a node of an unregistered group by the OS's default baseline, silently"),
  error("group-without-baseline", "AWS falls back to the OS's default baseline, silently"),
  error("baseline-without-rules", "a scan by a baseline that approves nothing reports nothing missing, ever"),
  error(
    "apt-priorities",
    "PRIORITY is Debian's package priority: a rule without all five leaves most security updates out",
  ),
  error("patch-list-entry", "an entry in a form that the OS's package manager does not know matches nothing"),
  error("ubuntu-kernel-names", "Ubuntu's kernels are packages linux-image-…: kernel* matches none of them"),
  error(
    "default-not-security",
    "a server without a group is patched by the default baseline, so that must approve security",
  ),
  error(
    "defaults-two-stacks",
    "an account's default baseline of an OS is one setting in each Region: two stacks would take it from each other",
  ),
  error(
    "settings-two-stacks",
    "tier and Default Host Management are one setting in each account and Region: two stacks would fight over them",
  ),
  error(
    "group-two-stacks",
    "windows find servers by the PatchGroup tag alone, so both stacks' windows patch the servers of both",
  ),
  error("no-install-window", "a server that no install window reaches is never patched"),
  error("never-opens", "a window without a run to come is there, and patches nothing"),
  error("subscription-twice", "two names for one subscription leave open in which location its VMs register"),
  error("on-demand-automatic", "nobody opens an on-demand window for a group that is meant to patch itself"),
  error(
    "unknown-filter-value",
    "AWS refuses a product that the OS does not have; a section that no package has matches nothing",
  ),
  error("release-not-covered", "no rule's PRODUCT filter matches the release, so the baseline approves nothing there"),
  error(
    "windows-superseded",
    "Windows Update takes an update back when the next month's comes: approved too late, none is ever installed",
  ),
  error(
    "approval-date-over",
    "a rule that ends at a date approves nothing that came out since, and servers without it count as compliant",
  ),
  error(
    "installs-at-once",
    "AWS runs an association when it is made or changed: its servers install, and reboot, at that very hour",
  ),
  warning(
    "approval-expired",
    "AWS no longer opens the window of an approval that has ended, and the file looks in force",
  ),
  warning("approval-servers", "entries for an OS that no server of the group runs install nothing"),
  warning("tier-for-applications", "Microsoft applications on hybrid nodes are patched on the advanced tier only"),
  warning("no-scan-window", "a server that no scan window reaches shows the state of its last install"),
  warning("two-install-windows", "two windows patch the same servers, so a review of one does not hold for the other"),
  warning("two-scan-windows", "each scan overwrites the one before, so two schedules tell two stories of one server"),
  warning("server-two-stacks", "two stacks count the server as theirs, and a review of one says nothing of the other"),
  warning(
    "default-host-lists",
    "on an instance that works by Default Host Management the patch code may have no credentials for lists in S3",
  ),
  warning("window-without-servers", "a window whose groups have no server in a location runs there for nothing"),
  warning("default-baseline-missing", "a server without a group falls back to AWS's own default baseline"),
  warning("unused-baseline", "a baseline that nothing uses is read as if it were in force"),
  warning("kernel-not-held", "an ordinary baseline that lets kernels through installs and reboots into them"),
  warning(
    "kernel-blocked",
    "rejecting kernels with BLOCK makes every running kernel INSTALLED_REJECTED: all non-compliant",
  ),
  warning("windows-reboot", "Windows is always controlled: RebootIfNeeded reboots after any install, needed or not"),
  warning(
    "scaling-reboot",
    "to an Auto Scaling group a server that restarts may look sick: it is replaced from its image, unpatched",
  ),
  warning(
    "patch-tuesday",
    "Patch Tuesday is the second Tuesday: the third is a week late, and other second weekdays may come before it",
  ),
  warning("daylight-saving", "AWS does not say when a window starts whose local time its zone skips that day"),
  warning("freeze", "nothing may be installed in a freeze, and a run takes place all the same unless it is skipped"),
  warning("freeze-over", "what a skipped freeze has split goes on as two windows, and counts twice against the quota"),
  error("calendar-over", "after the last date of its calendar a server is never patched again, and nothing fails"),
  warning("calendar-ends", "a calendar that nobody continues leaves its servers unpatched"),
  warning("window-overlaps-itself", "AWS skips a run that begins while the one before is still open"),
  warning(
    "windows-collide",
    "two patch commands at once on a server break each other off, or wait for the package manager's lock",
  ),
  warning("window-capacity", "servers that are not reached before the cutoff stay unpatched until the next run"),
  warning("max-errors", "a percentage of few servers is none: the first failure stops the run for everybody"),
  warning("window-targets-soft", "the organisation's own limit: 300 servers per window in one account and Region"),
  warning("account-windows-soft", "the organisation's own limit: about 20 windows per account"),
  warning("hybrid-nodes-soft", "at 1,000 hybrid nodes the standard tier takes no more registrations"),
  warning("nodes-soft", "beyond about 2,400 connected nodes per account and Region, agents may lose touch"),
  warning("concurrent-windows", "AWS runs 5 windows at once; what happens to the sixth is not documented"),
  warning("sla", "a patch that comes out just after a run waits for the next one and for its approval delay"),
  warning("sla-cadence", "a business unit's own duty to patch every so many days"),
  warning("account-without-bootstrap", "nothing can be deployed into an account that lacks the bootstrap's roles"),
  warning("account-without-location", "servers in an account or Region without a location are patched by nobody"),
  warning("account-unknown", "a location in an account that the organisation's list lacks is nobody's to watch"),
  warning("ring-order", "production gets patches that no server before it has tried"),
  warning(
    "ubuntu-soak",
    "Patch Manager knows no release dates on Ubuntu and Debian: only the days between two rings let a patch settle",
  ),
  error("identity", "names are made of it: its change makes anew, or leaves behind, what nodes depend on"),
  error("fleet-shrinks", "a fleet file that was cut short looks like servers that somebody took out"),
  warning("weakened", "what lets more through than before is easily overlooked among other changes"),
  warning("patching-lost", "a server that this change takes out of patching looks the same until somebody misses it"),
  warning("nodes-left", "removing a row never touches the machine: it stays a managed node, and is billed and counted"),
  warning(
    "tags-due",
    "windows and baselines find a node by its PatchGroup tag, which a change of its row does not set",
  ),
  warning("vm-id", "another vm_id is another machine, which is not registered until its onboarding_attempt is raised"),
  warning("vm-moved", "a VM that only got another id looks like one that left and one that came: neither is so"),
  warning("onboarding-script", "a script that a newer one has replaced has faults that keep VMs from registering"),
  warning(
    "onboarding-wave",
    "credentials of a sign-in often last an hour: a wave beyond 200 VMs may not end within it",
  ),
  warning(
    "vendor-support",
    "a release past its vendor's support gets no security updates, and reports nothing missing",
  ),
  warning("vendor-table-age", "vendors move dates: a table that nobody compared for half a year may be wrong"),
  warning("live-drift", "what AWS holds differs from the stack: the next deployment changes it, or never made it"),
  warning(
    "live-duplicate",
    "AWS takes two of one name: a window then runs twice, or two associations scan and install",
  ),
  warning("live-baseline", "AWS judges and patches a server by the baseline that is registered, not by the intended"),
  warning("live-foreign", "what somebody else scans or patches overwrites results and passes over approvals"),
  error("live-quota", "AWS refuses what goes beyond the quota it granted, in the middle of a deployment"),
  warning("live-tier", "the instance tier decides how many hybrid nodes there may be, and what they cost"),
  warning("live-vm-id", "a node is found by its AzureVmId tag, and a VM that was made anew is not registered"),
  warning("live-activation", "an activation that is not used leaves a server unmanaged, and its code is a secret"),
] as const satisfies readonly CheckDescription[];

/** Id of a check. */
export type CheckId = (typeof checkTable)[number]["id"];

/** Ids of all checks, in the table's order. */
export const checkIds: readonly string[] = checkTable.map((check) => check.id);

const byId: ReadonlyMap<string, CheckDescription> = new Map(checkTable.map((check) => [check.id, check]));

/** The description of a check, or undefined for an id that no check has. */
export function describeCheck(id: string): CheckDescription | undefined {
  return byId.get(id);
}

/** Findings with what they are about; what one says itself counts. */
export function about(subject: FindingSubject, findings: readonly Finding[]): readonly Finding[] {
  return findings.map((each) => ({ ...each, about: { ...subject, ...each.about } }));
}

/** A finding of a check at its default severity; `checkPlane` applies the stack file's own. */
export function finding(id: CheckId, fault: Fault & Pick<Finding, "about">): Finding {
  return { ...fault, id, severity: byId.get(id)?.defaultSeverity ?? "error" };
}
