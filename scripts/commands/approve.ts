import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Option, type Command } from "commander";
import { projectFiles } from "../../config/projectFiles.ts";
import { proposalOf, type Proposal } from "../../domain/approvals/proposal.ts";
import { selectUpdates } from "../../domain/approvals/selection.ts";
import { isDate } from "../../domain/schedule/calendarDates.ts";
import { dateText, day } from "../../domain/time.ts";
import type { Repository } from "../../operations/github/client.ts";
import { approveBody, approveDocument, approveTitle } from "../../render/approve/approveDocument.ts";
import { approveJson, type Approved } from "../../render/approve/approveJson.ts";
import { code, paragraph, words, type Block } from "../../render/document.ts";
import { agreed, agreementFaults } from "../cli/agreement.ts";
import { unreadScans } from "../cli/cloudError.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { githubRepository } from "../cli/github.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { instant, placeOf, repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";
import { writeAside } from "../cli/writeAside.ts";
import {
  openedStore,
  scanOptions,
  selectionOf,
  selectionOptions,
  unreviewed,
  type SelectionOptions,
} from "./review.ts";

const usualDays = 14;
/** Rows of servers and updates that are shown before anybody is asked; the file has all. */
const mostShown = 50;

interface ApproveOptions extends Omit<SharedOptions, "group" | "location">, SelectionOptions {
  readonly group: string;
  readonly store: string;
  readonly collection?: string;
  readonly scan: string;
  readonly note: string;
  readonly except?: readonly string[];
  readonly expires?: Date;
  readonly date?: string;
  readonly partial?: true;
  /** False where `--no-branch` was given. */
  readonly branch: boolean;
  readonly pullRequest?: true;
  readonly yes?: boolean;
}

interface Asked extends Invocation {
  /** Where the pull request is opened; left out where none is. */
  readonly repository?: Repository;
}

function resolveApprove(call: FleetCall<ApproveOptions>): Asked {
  const { group, pullRequest, date } = call.options;
  const invocation = openInvocation({ ...call, options: { ...call.options, group: [group] } });
  const { repository, faults } = githubRepository();
  const all = [
    ...unreviewed(invocation.plane, [group]),
    ...(pullRequest === true ? faults : []),
    ...(date === undefined || isDate(date)
      ? []
      : [{ path: "--date", message: "not a date", value: date, allowed: "yyyy-mm-dd" }]),
    ...agreementFaults(call.options),
  ];
  if (all.length > 0) throw new UsageError(all);
  return { ...invocation, ...(pullRequest === true ? { repository } : {}) };
}

/** A text as one word of a shell's line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What is left to type, where a branch of this clone has the file. */
function nextSteps(file: string, branch: string, title: string, body: string): readonly Block[] {
  const lines = [
    `git push --set-upstream origin ${quoted(branch)}`,
    `gh pr create --title ${quoted(title)} --body-file ${quoted(body)}`,
  ];
  return [
    paragraph(words`${file} is committed on the branch ${branch}, on which this clone is now`),
    paragraph("the merge of its pull request is the approval; to open that:"),
    code(lines.join("\n")),
  ];
}

async function propose({ plane, scope }: Asked, call: FleetCall<ApproveOptions>): Promise<Proposal> {
  const { reviewGroups } = await import("../../operations/review.ts");
  const { approvalFiles } = await import("../../operations/approve.ts");
  const { root, options, asOf } = call;
  const { group, scan, note, except, collection, partial = false } = options;
  const store = await openedStore(plane, root, options.store);
  const question = { groups: [group], store, asOf, ...(collection === undefined ? {} : { collection }) };
  const { reviews, failures } = await reviewGroups(plane, scope, question);
  const [review] = reviews;
  if (review === undefined) throw new Error(`no review of ${group}`);
  const selected = selectUpdates(review, { ...selectionOf(options), ...(except === undefined ? {} : { except }) });
  const proposal = proposalOf(plane, review, selected, {
    scanId: scan,
    note,
    expires: options.expires ?? new Date(asOf.getTime() + usualDays * day),
    date: options.date ?? dateText(asOf),
    partial,
    files: approvalFiles(projectFiles(root), plane, group),
  });
  if (!("faults" in proposal)) return proposal;
  if (failures.length === 0) throw new UsageError(proposal.faults);
  // Whether a scan shows what was chosen is not known then.
  throw partial
    ? unreadScans(failures, undefined, proposal.faults)
    : unreadScans(failures, "see to it first, or give --partial to approve what the others show");
}

/** Does what was agreed to: a pull request, a branch, or the file alone. */
async function put(
  { stack, repository }: Asked,
  { root, options }: FleetCall<ApproveOptions>,
  proposal: Proposal,
  body: string,
): Promise<Approved> {
  const { writeApproval } = await import("../../operations/approve.ts");
  const { commitOnBranch, placeInRepository } = await import("../../operations/git/branch.ts");
  const { approval, text } = proposal;
  const title = approveTitle(proposal);
  const branch = `approvals/${stack}/${approval.group}/${approval.file.slice(-15, -5)}`;
  if (repository !== undefined) {
    const { openPullRequest } = await import("../../operations/github/openPullRequest.ts");
    const path = `${await placeInRepository(root)}${approval.file}`;
    const file = { branch, path, text, title, body };
    const opened = await openPullRequest(repository, file);
    if ("failure" in opened) return { title, written: false, failure: opened.failure };
    return { title, written: false, branch, pullRequest: opened };
  }
  const write = (): void => {
    try {
      writeApproval(root, proposal);
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") throw error;
      const message = "somebody has written an approvals file of this day meanwhile";
      throw new UsageError([{ path: "--date", message, value: approval.file, fix: "look at that one first" }]);
    }
  };
  if (!options.branch) {
    write();
    return { title, written: true };
  }
  await commitOnBranch(root, { branch, path: approval.file, message: title }, write);
  return { title, written: true, branch };
}

async function run(asked: Asked, call: FleetCall<ApproveOptions>): Promise<Answer> {
  const { GitFailure } = await import("../../operations/git/files.ts");
  const { stack, plane } = asked;
  const { root, options } = call;
  const proposal = await propose(asked, call);
  const { approval } = proposal;
  const place = placeOf(stack, options);
  const told = { before: plane.approvals[approval.group]?.file };
  const body = approveBody(place, proposal, told);
  const answer = (approved: Approved, exitCode: number, more: readonly Block[]): Answer => ({
    exitCode,
    json: (code) => approveJson(stack, proposal, approved, code),
    shown: () => [{ blocks: more }],
  });
  const title = approveTitle(proposal);
  // Thousands of lines would scroll away what is asked.
  const pairs = proposal.updates.reduce((sum, { on }) => sum + on.length, 0);
  const shown = approveDocument(place, proposal, { ...told, short: pairs > mostShown });
  if (!(await agreed(shown, options, { all: false }))) {
    const declined = paragraph("nothing was written: the answer was no");
    return answer({ title, written: false }, exitCodes.findings, [declined]);
  }
  try {
    const approved = await put(asked, call, proposal, body);
    if (approved.failure !== undefined) return answer(approved, exitCodes.cloud, [paragraph(approved.failure)]);
    if (approved.pullRequest !== undefined) {
      return answer(approved, exitCodes.fine, [paragraph(`its pull request: ${approved.pullRequest.url}`)]);
    }
    if (approved.branch === undefined)
      return answer(approved, exitCodes.fine, [paragraph(`${approval.file} is written`)]);
    const file = join(root, ".patchplane", "approvals", `${approval.group}-${approval.file.slice(-15, -5)}.md`);
    mkdirSync(join(root, ".patchplane", "approvals"), { recursive: true });
    writeAside(file, body);
    return answer(approved, exitCodes.fine, nextSteps(approval.file, approved.branch, title, file));
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UsageError([{ path: "git", message: error.message, fix: error.fix }]);
  }
}

/** Adds `patchplane approve`. */
export function addApprove(program: Command, root: string): void {
  fleetCommand<ApproveOptions, Asked>(program, root, {
    name: "approve",
    summary: "writes the approvals file of a reviewed group from its review, on a branch or as a pull request",
    description:
      "Writes approvals/<group>/<date>.yaml with what a review shows: all of it, or what the options choose. Each package " +
      "by the exact version that the scan offers. Refuses what no scan shows, a scan that offers something else by now, " +
      "and to write over a file. Approves nothing by itself: the merge of its pull request does.",
    options: [
      shared.cwd(),
      shared.stack(),
      new Option("-g, --group <name>", "the reviewed group").makeOptionMandatory(),
      new Option("--scan <id>", "of the review that was looked at, as it says it").makeOptionMandatory(),
      new Option("--note <text>", "who asks for it and why: it stands in the file").makeOptionMandatory(),
      ...selectionOptions(),
      repeatable("--except <package>", "leave this package out; may be repeated"),
      new Option("--expires <instant>", `when it ends to hold (default: in ${String(usualDays)} days)`).argParser(
        instant,
      ),
      new Option("--date <yyyy-mm-dd>", "the file's name (default: today, in UTC)"),
      new Option("--partial", "although some of the group's servers have no fresh scan"),
      new Option("--no-branch", "only write the file; commit it yourself"),
      new Option(
        "--pull-request",
        "open the pull request on GitHub (GITHUB_TOKEN, GITHUB_REPOSITORY); write nothing here",
      ),
      ...scanOptions(),
      shared.asOf("what counts as the present (default: now)"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      ...shared.format(),
    ],
    exitCodes:
      "0 the file is written, or its pull request is open; 1 the answer was no; 2 usage, configuration, or something " +
      "the scans do not show; 3 scans could not be read, or GitHub did not take it.",
    examples: [
      'npx patchplane approve --stack prod --group prod-sensitive --scan 2026-12-01T130329Z-4b4241d1 --note "weekly, tested on nonprod"',
      'npx patchplane approve --stack prod -g prod-sensitive --scan 2026-12-01T130329Z-4b4241d1 --cve CVE-2026-1234 --note "CVE" --yes',
    ],
    resolve: resolveApprove,
    run,
  });
}
