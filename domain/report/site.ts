import type { ReportDocument } from "./report.ts";

/** A run or a group, which has a page of its own. */
export interface SitePage {
  /** Its id or name; unique among the runs, or among the groups. */
  readonly name: string;
  readonly title: string;
  /** When the run was over, ISO 8601 in UTC. */
  readonly at?: string;
  readonly documents: readonly ReportDocument[];
}

/** What a site is about. */
export interface ReportSite {
  readonly title: string;
  /** Of everything: compliance with its trend, what is needed. */
  readonly overall: readonly ReportDocument[];
  /** Newest first. */
  readonly runs: readonly SitePage[];
  readonly groups: readonly SitePage[];
}
