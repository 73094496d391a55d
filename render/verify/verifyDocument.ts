import { approverWords, type Merge } from "../../domain/approvals/merge.ts";
import { verdicts, type VerifiedServer, type VerifiedVerdict } from "../../domain/approvals/verification.ts";
import type { VerifiedEntry } from "../../domain/approvals/verifiedEntries.ts";
import type { Approval } from "../../domain/plane.ts";
import type { GlassBroken } from "../../domain/runs/breakGlass.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { instantText } from "../../domain/time.ts";
import { pasted, withCommands, type Place } from "../commands.ts";
import {
  details,
  heading,
  item,
  lines,
  paragraph,
  said,
  words,
  type Block,
  type Document,
  type Span,
  type Words,
} from "../document.ts";

const verdictWords: Readonly<Record<VerifiedVerdict, string>> = {
  failed: "failed",
  look: "needs a look",
  pendingReboot: "pending reboot",
  patched: "patched",
  nothingToDo: "nothing to do",
};

const entryWords: Readonly<Record<VerifiedEntry["state"], string>> = {
  installed: "approved and installed",
  missing: "approved, offered and NOT installed",
  failed: "approved, and failed to install",
  notOffered: "approved, no longer offered",
};

function nameOf({ server }: VerifiedServer): string {
  return [server.name, server.resourceId, server.serverId].find((each) => each !== "") ?? "";
}

function patchWords({ id, version }: { readonly id: string; readonly version: string }): Words {
  return version === "" ? words`${id}` : words`${id} ${version}`;
}

function serverItems(servers: readonly VerifiedServer[]): readonly Block[] {
  return lines(
    servers.map((each) =>
      item(
        words`${nameOf(each)} (${each.server.resourceId}) in ${each.server.location}`,
        each.reasons.map((reason) => said(reason)),
      ),
    ),
    { noun: "servers" },
  );
}

/** Patches of several servers, each once with the servers that it is on. */
function onServers(
  all: readonly { readonly id: string; readonly version: string; readonly server: string; readonly more: string }[],
): readonly Block[] {
  const same = Map.groupBy(all, ({ id, version, more }) => JSON.stringify([id, version, more]));
  return lines(
    [...same.values()].map((each) => {
      const [first] = each;
      const at = [...new Set(each.map(({ server }) => server))];
      const more = first === undefined || first.more === "" ? "" : ` (${first.more})`;
      return words`${patchWords(first ?? { id: "", version: "" })}${said(more)} on ${said(at.length > 5 ? counted(at.length, "server") : at.join(", "))}`;
    }),
    { noun: "patches" },
  );
}

/** Who approved, and the commit that an auditor looks up. */
function approvedWords({ approvedBy }: Pick<ShownVerification, "approvedBy">, place: Place): Words {
  if (approvedBy === undefined)
    return withCommands("who approved that is not on record: npx patchplane record-approvals", place);
  if ("failure" in approvedBy) return words`who approved that cannot be read: ${said(approvedBy.failure)}`;
  const { commit, pullRequest } = approvedBy;
  const at = pullRequest === null ? commit.at : pullRequest.mergedAt;
  return words`approved by ${said(approverWords(approvedBy))} at ${said(at)}, commit ${commit.id.slice(0, 12)}`;
}

function entryBlocks(servers: readonly VerifiedServer[]): readonly Block[] {
  const all = servers.flatMap((each) => each.entries.map((entry) => ({ ...entry, server: nameOf(each) })));
  return (["missing", "failed", "notOffered", "installed"] as const).flatMap((state) =>
    heading(
      entryWords[state],
      onServers(
        all
          .filter((entry) => entry.state === state)
          .map(({ instead, ...entry }) => ({ ...entry, more: instead === "" ? "" : `there is ${instead}` })),
      ),
    ),
  );
}

function changeBlocks({ servers, breakGlass }: ShownVerification): readonly Block[] {
  const all = servers.flatMap((each) => each.changes.map((change) => ({ ...change, server: nameOf(each) })));
  const moreOf = ({ at, kind, command }: (typeof all)[number]): string => {
    const broken =
      kind === "unapproved" ? breakGlass.find(({ commands }) => commands.includes(command ?? "")) : undefined;
    return broken === undefined ? at : `${at}, by the break-glass run ${broken.run}`;
  };
  const of = (kind: (typeof all)[number]["kind"]): readonly Block[] =>
    onServers(all.filter((each) => each.kind === kind).map((each) => ({ ...each, more: moreOf(each) })));
  return [
    ...heading("INSTALLED WITHOUT APPROVAL", of("unapproved")),
    ...heading(
      "Break-glass installations behind it",
      lines(breakGlass.map(({ run, at, by, reason }) => words`${run} by ${by}, begun ${said(at)}: ${reason}`)),
    ),
    ...details("brought up to date by Patch Manager for itself, as it does at every scan", of("patchManager")),
    ...details("came along in the same run, so most likely as dependencies", of("dependency")),
  ];
}

/** What is left to do, the worst first; nothing where every server is fine. */
function adviceWords({ group, servers, approval, failures }: ShownVerification, place: Place): readonly Words[] {
  const has = (verdict: VerifiedVerdict): boolean => servers.some((each) => each.verdict === verdict);
  const ofGroup = (command: string, rest = ""): Span =>
    pasted(`npx patchplane ${command}`, `--group ${group}${rest}`, place);
  return [
    ...(failures.length > 0 ? [words`not readable: mend that, then once more: ${ofGroup("verify")}`] : []),
    ...(has("failed") && approval !== undefined
      ? [
          words`failed: mend what is said of them, then once more, until ${said(approval.expires)}: ${ofGroup("open-window", ' --reason "..."')}`,
        ]
      : []),
    ...(has("look") && servers.some(({ entries }) => entries.some(({ state }) => state === "notOffered"))
      ? [words`needs a look: what is no longer offered, and newer versions: ${ofGroup("review")}`]
      : []),
    ...(has("pendingReboot")
      ? [words`pending reboot, in their owner's time: ${ofGroup("reboot", ' --now "..."')}`]
      : []),
  ];
}

/** What a verification says, for a person. */
export interface ShownVerification {
  readonly group: string;
  readonly since: Date;
  readonly servers: readonly VerifiedServer[];
  readonly failures: readonly { readonly location: string; readonly failure: string }[];
  readonly approval: Approval | undefined;
  /** Who approved, or why that cannot be read; left out where it is not on record. */
  readonly approvedBy?: Merge | { readonly failure: string };
  /** Runs on record that passed over approvals and installed some of it. */
  readonly breakGlass: readonly GlassBroken[];
  /** Path of the record of the new scan, and whether any server was asked for one. */
  readonly record?: { readonly path: string; readonly isAsked: boolean };
}

/** How the servers of a group stand, worst first, and what of the approval is there. */
export function verifyDocument(place: Place, shown: ShownVerification): Document {
  const { group, since, servers, failures, approval, record } = shown;
  const counts = verdicts.map((verdict) => {
    const count = servers.filter((each) => each.verdict === verdict).length;
    return [count, `${String(count)} ${verdictWords[verdict]}`] as const;
  });
  const sum = `${counted(servers.length, "server")}: ${withCounts(counts) || "none is there"}`;
  const advice = adviceWords(shown, place);
  return {
    title: words`stack ${place.stack}: verification of ${group}`,
    blocks: [
      paragraph(sum),
      paragraph(
        approval === undefined
          ? words`no approvals file is in force; installed since ${said(instantText(since))}`
          : words`against ${approval.file}, scan ${approval.scanId}; installed since ${said(instantText(since))}`,
      ),
      ...(approval === undefined ? [] : [paragraph(approvedWords(shown, place))]),
      ...heading("Not readable", lines(failures.map(({ location, failure }) => words`${location}: ${said(failure)}`))),
      ...verdicts.flatMap((verdict) =>
        heading(verdictWords[verdict], serverItems(servers.filter((each) => each.verdict === verdict))),
      ),
      ...changeBlocks(shown),
      ...entryBlocks(servers),
      ...(record === undefined
        ? []
        : [
            paragraph(
              record.isAsked
                ? words`the new scan is on record in ${record.path}`
                : words`no server was asked for a new scan: ${record.path}`,
            ),
          ]),
      // The lists above may have scrolled the sum away.
      ...(advice.length === 0 ? [] : [paragraph(sum), ...advice.map(paragraph)]),
    ],
  };
}
