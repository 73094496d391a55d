import type { SourceEntry } from "../data/packageData.ts";
import { unitInterval } from "./chance.ts";
import { onceCalendar, steadyCalendar, untilCalendar } from "./releaseCalendar.ts";
import type { ReleaseCalendar } from "./releaseCalendar.ts";
import { memoised } from "./releaseMemo.ts";
import { hasRevisions, stepsOf, written } from "./versionHistory.ts";
import type { Step } from "./versionHistory.ts";

/** What all packages of one source have in common at one release. */
export interface SourceRelease {
  readonly version: string;
  readonly step: Step;
  readonly releasedAt: Date;
  /** Whether it comes from the security pocket, or with a security notice where there are no pockets. */
  readonly security: boolean;
}

/** The releases of a source on one release of an operating system. */
export interface SourceHistory {
  /** Key of everything drawn about it; sources on one chain have one. */
  readonly key: string;
  readonly calendar: ReleaseCalendar;
  release(index: number): SourceRelease;
}

/** Where a source's security updates come from after the end of standard support, and in Ubuntu's universe. */
export interface Maintenance {
  /** End of standard support; undefined while no end is modelled. */
  readonly standardUntil: Date | undefined;
  /** Whether the repositories of Expanded Security Maintenance are attached. */
  readonly extended: boolean;
}

/** Sources of which less, in percent, is security get no expanded maintenance. */
const leastSecurity = 50;
const worldSeed = 20240101;

/** The nth version of Expanded Security Maintenance after a version, in Canonical's form. */
function extendedVersion(version: string, nth: number): string {
  return version.includes("ubuntu") ? `${version}+esm${String(nth)}` : `${version}ubuntu0.1~esm${String(nth)}`;
}

function isSecurityRelease(source: SourceEntry, key: string, index: number): boolean {
  // What an operating system began with came through no security pocket.
  return index > 0 && unitInterval(worldSeed, "pocket", `${key}/${String(index)}`) * 100 < source.security;
}

function calendarOf(source: SourceEntry, key: string, maintenance: Maintenance): ReleaseCalendar {
  if (source.days === undefined) return onceCalendar;
  const all = steadyCalendar(source.days, key);
  const isExtended = maintenance.extended && source.security >= leastSecurity;
  if (isExtended) return all;
  if (source.universe && maintenance.standardUntil !== undefined) return onceCalendar;
  return maintenance.standardUntil === undefined ? all : untilCalendar(all, maintenance.standardUntil);
}

function madeHistory(source: SourceEntry, column: string, maintenance: Maintenance): SourceHistory {
  const key = `${column}/${source.chain}`;
  const template = source.versionOn(column);
  const steps = stepsOf(template, key);
  const calendar = calendarOf(source, key, maintenance);
  const { standardUntil } = maintenance;
  const lastOrdinary =
    standardUntil === undefined || source.days === undefined
      ? Infinity
      : source.universe
        ? 0
        : steadyCalendar(source.days, key).newest(standardUntil);
  const isBuiltOn = source.universe || hasRevisions(template);
  return {
    key,
    calendar,
    release: memoised((index) => {
      const isExtended = index > lastOrdinary && isBuiltOn;
      const step = steps(isExtended ? lastOrdinary : index);
      const ordinary = written(template, step);
      return {
        version: isExtended ? extendedVersion(ordinary, index - lastOrdinary) : ordinary,
        step,
        releasedAt: calendar.at(index),
        // Expanded maintenance is about security alone.
        security: index > lastOrdinary || isSecurityRelease(source, key, index),
      };
    }),
  };
}

const histories = new Map<string, SourceHistory>();

/**
 * The history of a source under a column of the data files, say `ubuntu 22.04`, made once.
 *
 * After the end of standard support, and in universe at any time, an Ubuntu machine gets new releases only through
 * Expanded Security Maintenance, whose versions build on the last ordinary one. Kernels keep counting instead.
 * https://documentation.ubuntu.com/security/security-updates/esm/
 */
export function sourceHistory(source: SourceEntry, column: string, maintenance: Maintenance): SourceHistory {
  const key = `${column}/${source.name}/${String(maintenance.extended)}`;
  const history = histories.get(key) ?? madeHistory(source, column, maintenance);
  histories.set(key, history);
  return history;
}
