import { checkApproval } from "../checks/approvals.ts";
import type { Fault } from "../fault.ts";
import type { Approval, ApprovedPatch, Plane } from "../plane.ts";
import { operatingSystems, type OperatingSystem } from "../server.ts";
import { byText, counted, withCounts } from "../text.ts";
import { instantText } from "../time.ts";
import { approvalText } from "./approvalText.ts";
import { blobId } from "./blobId.ts";
import { type Review, type ReviewedServer, type ReviewedUpdate } from "./review.ts";
import { isSameOffer } from "./scanId.ts";
import type { Selected } from "./selection.ts";

/** What somebody wants approved of a review. */
export interface Wish {
  /** The scan that was looked at. */
  readonly scanId: string;
  readonly note: string;
  readonly expires: Date;
  /** `yyyy-mm-dd`: the file's name. */
  readonly date: string;
  /** Whether servers without a fresh scan are known of and put up with. */
  readonly partial: boolean;
  /** Names of the group's approvals files that there are, without their folder. */
  readonly files: readonly string[];
}

/** An approvals file to be written, and what it will mean. */
export interface Proposal {
  readonly approval: Approval;
  /** Of its file. */
  readonly text: string;
  /** The updates it names, the most urgent first. */
  readonly updates: readonly ReviewedUpdate[];
  /** Updates that the scans show and it does not name. */
  readonly left: readonly ReviewedUpdate[];
  /** Servers of which nobody knows what they would get. */
  readonly unseen: readonly ReviewedServer[];
  /** What the file before names and this one does not: it is no longer approved. */
  readonly dropped: readonly { readonly os: OperatingSystem; readonly patch: ApprovedPatch }[];
}

function entryOf({ os, id, version }: ReviewedUpdate): ApprovedPatch {
  return os === "WINDOWS" ? { id } : { id, title: version };
}

function patchesOf(updates: readonly ReviewedUpdate[]): Approval["patches"] {
  const byOs = Map.groupBy(updates, ({ os }) => os);
  return Object.fromEntries(
    operatingSystems.flatMap((os) => {
      const own = (byOs.get(os) ?? []).map(entryOf);
      const sorted = own.toSorted((a, b) => byText(a.id, b.id) || byText(a.title ?? "", b.title ?? ""));
      return sorted.length === 0 ? [] : [[os, sorted]];
    }),
  );
}

function droppedBy(before: Approval | undefined, patches: Approval["patches"]): Proposal["dropped"] {
  return operatingSystems.flatMap((os) =>
    (before?.patches[os] ?? [])
      .filter(({ id, title }) => !(patches[os] ?? []).some((patch) => patch.id === id && patch.title === title))
      .map((patch) => ({ os, patch })),
  );
}

function wishFaults(review: Review, { updates, faults }: Selected, wish: Wish): readonly Fault[] {
  const { scanId, note, expires, date, partial, files } = wish;
  const unseen = review.servers.filter(({ scan }) => scan !== "fresh");
  const newer = files.filter((file) => file > `${date}.yaml`).at(-1);
  const approvable = updates.filter(({ unapprovable }) => unapprovable === "");
  const counts = withCounts(
    (["stale", "never", "unknown", "notRegistered"] as const).map((state) => {
      const count = unseen.filter(({ scan }) => scan === state).length;
      const names = {
        stale: "with a stale scan",
        never: "never scanned",
        unknown: "not readable",
        notRegistered: "not registered",
      };
      return [count, `${String(count)} ${names[state]}`] as const;
    }),
  );
  return [
    ...faults,
    ...(isSameOffer(scanId, review.scanId)
      ? []
      : [
          {
            path: "--scan",
            message: "is not what the servers' last scans offer now",
            value: scanId,
            allowed: review.scanId,
            fix: "look at npx patchplane review again",
          },
        ]),
    ...(note.trim() === "" ? [{ path: "--note", message: "is needed: it stands in the file, for auditors" }] : []),
    ...(expires > review.asOf
      ? []
      : [
          { path: "--expires", message: "has passed, so nothing would ever be installed", value: instantText(expires) },
        ]),
    ...(files.includes(`${date}.yaml`)
      ? [
          {
            path: "--date",
            message: "there is an approvals file of this day, which is never written over",
            value: date,
            fix: "merge or remove that one first, or give a later --date",
          },
        ]
      : []),
    ...(newer === undefined
      ? []
      : [
          {
            path: "--date",
            message: `${newer} is newer and would stay in force`,
            value: date,
            fix: "give a later --date",
          },
        ]),
    ...(unseen.length === 0 || partial
      ? []
      : [
          {
            path: "--partial",
            message: `nobody knows what it would install on ${counted(unseen.length, "server")} (${counts})`,
            fix: "scan them first, or give --partial to approve all the same",
          },
        ]),
    ...(faults.length === 0 && approvable.length === 0
      ? [{ path: "approve", message: "nothing is chosen: no update of the review is among what the options take" }]
      : []),
  ];
}

/**
 * The approvals file that a wish comes to, or everything that stands against it. It names nothing that the scans do not
 * show, and each Linux package by the exact version that they offer.
 */
export function proposalOf(
  plane: Plane,
  review: Review,
  selected: Selected,
  wish: Wish,
): Proposal | { readonly faults: readonly Fault[] } {
  const updates = selected.updates.filter(({ unapprovable }) => unapprovable === "");
  const content = {
    scanId: review.scanId,
    note: wish.note.trim(),
    expires: instantText(wish.expires),
    patches: patchesOf(updates),
  };
  const file = `${plane.approvalsFolder}/${review.group}/${wish.date}.yaml`;
  const text = approvalText(content, updates);
  const approval: Approval = { group: review.group, file, blob: blobId(text), ...content };
  const faults = [...wishFaults(review, selected, wish), ...checkApproval(approval)];
  if (faults.length > 0) return { faults };
  return {
    approval,
    text,
    updates,
    left: review.updates.filter((update) => !updates.includes(update)),
    unseen: review.servers.filter(({ scan }) => scan !== "fresh"),
    dropped: droppedBy(plane.approvals[review.group], approval.patches),
  };
}
