import type { LivePlanLocation } from "../../domain/drift/judgeLocation.ts";
import type { Difference } from "../../domain/plan/differences.ts";
import type { PlanReport, PlanVersion } from "../../domain/plan/report.ts";
import { rowRemoved, type ServerChangeSet } from "../../domain/plan/serverChanges.ts";
import type { WindowRun } from "../../domain/schedule/windowRuns.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { said, words, type Words } from "../document.ts";

/** `Fri 2026-12-04 23:00 (2026-12-05 04:00 UTC), Patch Tuesday + 24 d`, with what is special about the run. */
export function runText(run: WindowRun): string {
  const time = (iso: string): string => iso.slice(0, 16).replace("T", " ");
  const utc = run.local.endsWith("Z") ? " UTC" : ` (${time(run.utc)} UTC)`;
  const notes = [
    run.daysAfterPatchTuesday === 0
      ? "on Patch Tuesday"
      : `Patch Tuesday + ${counted(run.daysAfterPatchTuesday, "day")}`,
    ...(run.note === "gap" ? ["its local time is skipped that day"] : []),
    ...(run.note === "overlap" ? ["its local time comes twice that day"] : []),
    ...(run.note === "rate" ? ["counted from the window's creation, so only the interval is sure"] : []),
    ...(run.freeze === undefined ? [] : [`IN A FREEZE: ${run.freeze}`]),
  ];
  return `${run.weekday} ${time(run.local)}${utc}, ${notes.join(", ")}`;
}

/** What a version of the stack is called, in a sentence. */
export function versionText({ label, state }: PlanVersion): string {
  if (state === "absent") return `${label}, which has no such stack`;
  return state === "unreadable" ? `${label}, which cannot be read` : label;
}

/** `field: before → after`; of lists, what is added and what is taken out. */
export function differenceWords({ field, before, after, list }: Difference): Words {
  if (list !== true) return words`${field}: ${before ?? said("–")} → ${after ?? said("–")}`;
  const added = after === null ? [] : words` added ${after}`;
  const removed = before === null ? [] : words` taken out ${before}`;
  return words`${field}:${added}${said(added.length > 0 && removed.length > 0 ? "," : "")}${removed}`;
}

/** Servers whose rows are removed: no removal touches a machine, so nobody knows here whether they are patched on. */
export function removedRows({ servers }: Pick<PlanReport, "servers">): number {
  return servers.sets.reduce((sum, { reason, count }) => sum + (reason === rowRemoved ? count : 0), 0);
}

/** Servers of the groups for which the change approves patches. */
export function approvedServers({ approvals }: Pick<PlanReport, "approvals">): number {
  return approvals.reduce((sum, { added, servers }) => sum + (added.length > 0 ? servers : 0), 0);
}

/** The report in a line: how many servers gain, lose and change patching. */
export function headline(report: PlanReport): string {
  const { servers, changed, head, base } = report;
  const { counts } = servers;
  if (head.state === "unreadable") return "the change cannot be read";
  if (base.state === "unreadable") return "the base cannot be read, so nothing is compared";
  const { gained, lost, changed: moved, same, unpatched } = counts;
  const removed = removedRows(report);
  const others = withCounts([
    [same, `${counted(same, "server")} as before`],
    [unpatched, `${String(unpatched)} not patched by this stack`],
  ]);
  const rest = others === "" ? "" : `; ${others}`;
  const approved = approvedServers(report);
  const moves = withCounts([
    [approved, `patches approved for at most ${counted(approved, "server")}`],
    [gained, `${counted(gained, "server gains", "servers gain")} patching`],
    [lost - removed, `${counted(lost - removed, "server loses", "servers lose")} patching`],
    [removed, `${counted(removed, "server leaves", "servers leave")} the fleet file`],
    [moved, counted(moved, "server changes", "servers change")],
  ]);
  if (moves !== "") return `${moves}${rest}`;
  return `${changed ? "no server gains, loses or changes patching" : "nothing changes in this stack"}${rest}`;
}

/** Heading of a set of servers. */
export function setTitle({ kind, count, reason }: ServerChangeSet): string {
  if (reason === rowRemoved) return `${counted(count, "server leaves", "servers leave")} the fleet file`;
  const what = {
    gained: `${counted(count, "server gains", "servers gain")} patching`,
    lost: `${counted(count, "server loses", "servers lose")} patching`,
    changed: counted(count, "server changes", "servers change"),
  }[kind];
  return `${what}${reason === undefined ? "" : `: ${reason}`}`;
}

/** Heading of findings that are not new; nobody knows what is where the base cannot be read. */
export function knownText(count: number, base: PlanVersion): string {
  return `${counted(count, "finding")}${base.state === "unreadable" ? "" : " that the base has as well"}`;
}

/** The count of findings. */
export function findingsText({ findings: { errors, warnings, new: fresh }, head, base }: PlanReport): string {
  if (head.state === "unreadable") return counted(head.faults.length, "fault");
  if (errors + warnings === 0) return "no findings";
  if (base.state === "unreadable") return `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  const news = fresh === 0 ? "none of them new" : `${String(fresh)} new`;
  return `${counted(errors, "error")}, ${counted(warnings, "warning")}, ${news}`;
}

/** Azure VMs of a location that are no node yet; empty where there is none. */
export function activationsText({ activations: { pending, expired, none } }: LivePlanLocation): string {
  return withCounts([
    [pending, `${counted(pending, "activation")} not used yet`],
    [expired, `${counted(expired, "activation")} run out unused`],
    [none, `${counted(none, "VM")} without an activation`],
  ]);
}
