import type { Proposal } from "../../domain/approvals/proposal.ts";
import { reviewedName, type ReviewedServer } from "../../domain/approvals/review.ts";
import { byText, counted } from "../../domain/text.ts";
import { pasted, type Place } from "../commands.ts";
import {
  details,
  heading,
  lines,
  paragraph,
  said,
  strong,
  table,
  words,
  type Block,
  type Document,
  type Words,
} from "../document.ts";
import { impactBlocks, installsTable, updatesTable, updateWords } from "../review/reviewDocument.ts";
import { commentLimit, writeMarkdown } from "../writers/markdown.ts";

/** Title of the pull request, and of the commit. */
export function approveTitle({ approval, updates }: Proposal): string {
  return `Approve ${counted(updates.length, "update")} for ${approval.group} until ${approval.expires.slice(0, 10)}`;
}

type Reached = ReadonlyMap<ReviewedServer, Proposal["updates"]>;

/** Each server that gets something, with all that it gets. */
function reached({ updates }: Proposal): Reached {
  const pairs = updates.flatMap((update) => update.on.map(({ server }) => ({ server, update })));
  const grouped = Map.groupBy(pairs, ({ server }) => server);
  return new Map([...grouped].map(([server, all]) => [server, all.map(({ update }) => update)]));
}

/** Every server in a row: how many updates it gets, and what they most likely ask of it. */
function serversTable(servers: Reached): readonly Block[] {
  const rows = [...servers].toSorted(([a], [b]) => byText(reviewedName(a), reviewedName(b)));
  return table(
    ["server", "location", "updates|", "likely impact"],
    rows.map(([server, updates]) => {
      const felt = updates.flatMap(({ impact }) => (impact === undefined ? [] : [impact]));
      const kinds = (effect: string): readonly string[] => [
        ...new Set(felt.flatMap((impact) => (impact.effect === effect ? [impact.kind] : []))),
      ];
      const words = ["reboot", "restart"].flatMap((effect) => {
        const names = kinds(effect);
        return names.length === 0 ? [] : [`${effect}: ${names.join(", ")}`];
      });
      return [reviewedName(server), server.location, updates.length, said(words.join("; ") || "–")];
    }),
    "servers",
  );
}

function exploited({ updates }: Proposal): readonly Block[] {
  const known = updates.filter((update) => update.exploited);
  return heading(
    "Known to be exploited",
    lines(known.map((update) => words`${updateWords(update)}: ${said(update.cves.join(", "))}`)),
  );
}

function dropped({ dropped: gone }: Proposal, before: string | undefined): readonly Block[] {
  const line = ({ os, patch: { id, title } }: Proposal["dropped"][number]): Words =>
    title === undefined ? words`${id} (${said(os)})` : words`${id} ${title} (${said(os)})`;
  const title = `No longer approved: ${before ?? ""} named it, and this file replaces that one`;
  return heading(title, lines(gone.map(line), { noun: "patches" }));
}

/** How a proposal is told. */
export interface ProposalOptions {
  /** Path of the file that it replaces; undefined where there is none. */
  readonly before: string | undefined;
  /** Whether the table of every server and update is left to the file's own comments. @default false */
  readonly short?: boolean;
}

/** What an approvals file will mean, for whoever has to approve it: everything that its merge changes, by server. */
export function approveDocument(
  place: Place,
  proposal: Proposal,
  { before, short = false }: ProposalOptions,
): Document {
  const { approval, updates, left, unseen } = proposal;
  const servers = reached(proposal);
  const untold = updates.length - updates.filter(({ severity }) => severity !== "unknown").length;
  return {
    title: words`stack ${place.stack}: ${said(approveTitle(proposal))}`,
    blocks: [
      paragraph(
        words`${strong(counted(updates.length, "update"))} on ${strong(counted(servers.size, "server"))} of ${approval.group}, until ${said(approval.expires)}; nothing else is installed but what these depend on`,
      ),
      paragraph(words`${approval.file}, from scan ${approval.scanId}`),
      paragraph(words`note: ${said(approval.note)}`),
      ...(untold === 0
        ? []
        : [paragraph(`severity of ${counted(untold, "update")} is not known, and counts as critical`)]),
      ...exploited(proposal),
      ...heading("Updates", updatesTable(updates)),
      ...impactBlocks(updates),
      ...heading("Servers", serversTable(servers)),
      ...(short
        ? [
            paragraph(
              words`Which server gets which update, from which version, does not all fit here: that stands in ${approval.file} itself, above each entry`,
            ),
          ]
        : heading("Server by server", installsTable(updates))),
      ...dropped(proposal, before),
      ...heading(
        "Nobody knows what these servers would get: they have no fresh scan",
        lines(
          unseen.map((server) => words`${reviewedName(server)} in ${server.location}: ${said(server.why)}`),
          { noun: "servers" },
        ),
      ),
      ...details(
        `not approved: ${counted(left.length, "update")} that the scans show as well`,
        lines(
          left.map((update) => words`${updateWords(update)} on ${said(counted(update.on.length, "server"))}`),
          {
            noun: "updates",
          },
        ),
      ),
      paragraph(
        words`After the merge and the deployment nothing is installed until an operator opens the window: ${pasted("npx patchplane open-window", `--group ${approval.group} --reason "..."`, place)}`,
      ),
    ],
  };
}

/** The text of the pull request: all of it where GitHub takes that much, else without what the file itself has. */
export function approveBody(place: Place, proposal: Proposal, options: ProposalOptions): string {
  const whole = writeMarkdown(approveDocument(place, proposal, options), Infinity);
  return whole.length <= commentLimit
    ? whole
    : writeMarkdown(approveDocument(place, proposal, { ...options, short: true }));
}
