import type { Proposal } from "../../domain/approvals/proposal.ts";
import type { ReviewedServer } from "../../domain/approvals/review.ts";
import { counted } from "../../domain/text.ts";
import type { Place } from "../commands.ts";
import {
  details,
  heading,
  lines,
  paragraph,
  said,
  strong,
  words,
  type Block,
  type Document,
  type Words,
} from "../document.ts";
import { impactBlocks, installsTable, serverName, updatesTable, updateWords } from "../review/reviewDocument.ts";

/** Title of the pull request, and of the commit. */
export function approveTitle({ approval, updates }: Proposal): string {
  return `Approve ${counted(updates.length, "update")} for ${approval.group} until ${approval.expires.slice(0, 10)}`;
}

function reached({ updates }: Proposal): readonly ReviewedServer[] {
  return [...new Set(updates.flatMap(({ on }) => on.map(({ server }) => server)))];
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

/**
 * What an approvals file will mean, for whoever has to approve it: everything that its merge changes, by server.
 * @param before - path of the file that it replaces
 */
export function approveDocument(place: Place, proposal: Proposal, before: string | undefined): Document {
  const { approval, updates, left, unseen } = proposal;
  const servers = reached(proposal);
  const untold = updates.length - updates.filter(({ severity }) => severity !== "unknown").length;
  return {
    title: words`stack ${place.stack}: ${said(approveTitle(proposal))}`,
    blocks: [
      paragraph(
        words`${strong(counted(updates.length, "update"))} on ${strong(counted(servers.length, "server"))} of ${approval.group}, until ${said(approval.expires)}; nothing else is installed but what these depend on`,
      ),
      paragraph(words`${approval.file}, from scan ${approval.scanId}`),
      paragraph(words`note: ${said(approval.note)}`),
      ...(untold === 0
        ? []
        : [paragraph(`severity of ${counted(untold, "update")} is not known, and counts as critical`)]),
      ...exploited(proposal),
      ...heading("Updates", updatesTable(updates)),
      ...impactBlocks(updates),
      ...heading("Server by server", installsTable(updates)),
      ...dropped(proposal, before),
      ...heading(
        "Nobody knows what these servers would get: they have no fresh scan",
        lines(
          unseen.map((server) => words`${serverName(server)} in ${server.location}: ${said(server.why)}`),
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
        "After the merge and the deployment nothing is installed until an operator opens the window: patchplane open-window.",
      ),
    ],
  };
}
