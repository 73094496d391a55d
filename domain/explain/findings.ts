import type { Finding, FindingSubject } from "../fault.ts";

/** What findings are about; a finding counts if it is about one of these. */
export interface Concern {
  readonly groups?: readonly string[];
  readonly windows?: readonly string[];
  readonly baselines?: readonly string[];
  readonly subscriptions?: readonly string[];
  readonly servers?: readonly string[];
  /** Locations; a finding about another one does not count, whatever else it is about. All when left out. */
  readonly locations?: readonly string[];
  /** Files that count as a whole. */
  readonly files?: readonly string[];
}

function isAbout(
  { group, window, baseline, subscription, server, location }: FindingSubject,
  concern: Concern,
): boolean {
  const holds = (names: readonly string[] | undefined, name: string | undefined): boolean =>
    name !== undefined && names?.includes(name) === true;
  if (concern.locations !== undefined && location !== undefined && !concern.locations.includes(location)) return false;
  const named =
    holds(concern.groups, group) ||
    holds(concern.windows, window) ||
    holds(concern.baselines, baseline) ||
    holds(concern.subscriptions, subscription) ||
    holds(concern.servers, server);
  const alone = group === undefined && window === undefined && baseline === undefined;
  return named || (alone && holds(concern.locations, location));
}

/** The findings that concern something. */
export function findingsAbout(findings: readonly Finding[], concern: Concern): readonly Finding[] {
  return findings.filter(
    ({ about = {}, file }) =>
      isAbout(about, concern) || (file !== undefined && (concern.files?.includes(file) ?? false)),
  );
}
