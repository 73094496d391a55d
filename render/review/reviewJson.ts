import type { Impact } from "../../domain/approvals/impact.ts";
import type { Review, ReviewedInstall, ReviewedUpdate, ScanState } from "../../domain/approvals/review.ts";
import { instantText } from "../../domain/time.ts";

/** `patchplane review` for programs; schemas/review.schema.json is made of this. */
export interface ReviewJson {
  readonly schema: "patchplane/review/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly asOf: string;
  readonly failures: readonly { readonly location: string; readonly failure: string }[];
  readonly reviews: readonly {
    readonly group: string;
    /** For `patchplane approve --scan`. */
    readonly scan: string;
    readonly before: { readonly file: string; readonly scan: string; readonly expires: string } | null;
    readonly servers: readonly {
      readonly id: string;
      readonly name: string;
      readonly node: string;
      readonly location: string;
      readonly os: string;
      readonly release: string;
      readonly arch: string;
      readonly scan: ScanState;
      readonly lastScan: string | null;
      readonly why: string | null;
    }[];
    readonly updates: readonly {
      readonly os: string;
      readonly id: string;
      readonly version: string | null;
      readonly name: string;
      readonly severity: string;
      readonly severitySource: string | null;
      readonly cves: readonly string[];
      readonly exploited: boolean;
      readonly impact: Impact | null;
      readonly new: boolean | null;
      readonly approved: boolean;
      readonly unapprovable: string | null;
      readonly servers: readonly {
        readonly id: string;
        readonly node: string;
        readonly name: string;
        readonly location: string;
        readonly installed: string | null;
        readonly since: string | null;
        readonly days: number | null;
        readonly limitDays: number | null;
        readonly because: string | null;
        readonly due: string | null;
        readonly state: "onTime" | "due" | "overdue" | null;
      }[];
    }[];
    readonly unknowns: readonly string[];
  }[];
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

function installJson({ server, installed, since, age, sla }: ReviewedInstall) {
  return {
    id: server.serverId,
    node: server.resourceId,
    name: server.name,
    location: server.location,
    installed: orNull(installed),
    since: orNull(since),
    days: age?.days ?? null,
    limitDays: sla?.days ?? null,
    because: sla?.because ?? null,
    due: age === undefined ? null : instantText(age.dueAt),
    state: age?.state ?? null,
  };
}

function updateJson(update: ReviewedUpdate) {
  const { os, id, version, name, severity, severitySource, cves, exploited, impact, isNew, approved } = update;
  return {
    os,
    id,
    version: orNull(version),
    name,
    severity,
    severitySource: orNull(severitySource),
    cves,
    exploited,
    impact: impact ?? null,
    new: isNew ?? null,
    approved,
    unapprovable: orNull(update.unapprovable),
    servers: update.on.map(installJson),
  };
}

/** A review and which of its updates are shown. */
export interface ShownReview {
  readonly review: Review;
  readonly updates: readonly ReviewedUpdate[];
}

/** Reviews for programs. */
export function reviewJson(
  stack: string,
  asOf: Date,
  reviews: readonly ShownReview[],
  failures: ReviewJson["failures"],
  exitCode: number,
): ReviewJson {
  return {
    schema: "patchplane/review/1",
    stack,
    exitCode,
    asOf: instantText(asOf),
    failures,
    reviews: reviews.map(({ review: { group, scanId, before, servers, unknowns }, updates }) => ({
      group,
      scan: scanId,
      before: before === undefined ? null : { file: before.file, scan: before.scanId, expires: before.expires },
      servers: servers.map((server) => ({
        id: server.serverId,
        name: server.name,
        node: server.resourceId,
        location: server.location,
        os: server.os,
        release: server.release,
        arch: server.arch,
        scan: server.scan,
        lastScan: orNull(server.lastScan),
        why: orNull(server.why),
      })),
      updates: updates.map(updateJson),
      unknowns,
    })),
  };
}
