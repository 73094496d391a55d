import { ownReasons, type Breach, type LateReason, type NonCompliantServer } from "../../domain/rehearsal/outcome.ts";
import type { RehearsalTerms } from "../../domain/rehearsal/report.ts";
import { counted } from "../../domain/text.ts";

/** Why something came late, behind a number of releases. */
export const lateWords: Readonly<Record<LateReason, string>> = {
  cutOff: "the window's cutoff came before the server was done",
  errorLimit: "errors of other servers stopped the run",
  earlierStep: "a hook stopped the server's run",
  leftOut: "the run passed and did not install it",
  noWindow: "no window of the group opened in time",
  failed: "the server refused: package lock or repository",
  unreachable: "Systems Manager did not reach the server",
};

/** What must never happen. */
export const breachWords: Readonly<Record<Breach["kind"], string>> = {
  leftStopped: "services left stopped",
  reboot: "rebooted where no reboot is allowed",
  unapproved: "installed what nobody approved",
};

const faultWords: Readonly<Record<string, string>> = {
  offline: "its agent was offline",
  stopped: "it was switched off",
  lockHeld: "its package lock was held",
  repositoryUnreachable: "it did not reach its repository",
  s3Unreachable: "it did not reach S3",
  diskFull: "its disk was full",
  rebootHang: "it hung in a reboot",
  noRouteToAws: "it did not reach AWS",
};

/** Why a server stayed non-compliant, and whether the journal confirms that it lay in the server. */
export function whyText({ reason, fault }: NonCompliantServer): string {
  const why = lateWords[reason];
  if (!ownReasons.has(reason)) return why;
  if (fault === undefined) return `${why}, though nothing was wrong with it at some run`;
  return `${why}: ${faultWords[fault] ?? fault} each time`;
}

/** A share in percent, never rounded up: 99.96 % is not all. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  return `${(Math.floor((part / whole) * 1000) / 10).toString()} %`;
}

/** How it was rehearsed, in a sentence. */
export function termsText({ begin, weeks, faults, seeds, reviewerDays }: RehearsalTerms): string {
  const parts = [
    `${counted(weeks, "week")} from ${begin}`,
    faults === 0 ? "no faults" : `faults on ${percent(faults, 1)} of the servers`,
    seeds.length === 1 ? `seed ${String(seeds[0])}` : `${String(seeds.length)} seeds`,
    reviewerDays === undefined
      ? "nobody approves anything for reviewed groups"
      : `a reviewer approves for reviewed groups what was missing ${counted(reviewerDays, "day")} before`,
  ];
  return parts.join(", ");
}
