import { windowsChains } from "../data/windowsUpdates.ts";
import type { WindowsChain, WindowsClass } from "../data/windowsUpdates.ts";
import { unitInterval } from "./chance.ts";
import { cveIds } from "./notices.ts";
import type { Release, RowDraft } from "./packageRow.ts";
import { monthlyCalendar, nthTuesday, optionalCalendar, steadyCalendar } from "./releaseCalendar.ts";
import type { ReleaseCalendar } from "./releaseCalendar.ts";
import { memoised } from "./releaseMemo.ts";
import { windowsKb, windowsTitle } from "./windowsNames.ts";

const worldSeed = 20240101;
const dayLength = 86_400_000;
const patchTuesday = 2;
/** An out-of-band update follows Patch Tuesday after two days at least, and within so many. */
const soonestOutOfBand = 2;
const outOfBandSpread = 11;
const december = 11;

function monthOf(day: Date): number {
  return (day.getUTCFullYear() - 2024) * 12 + day.getUTCMonth();
}

/** The Patch Tuesday after a day. */
function nextPatchTuesday(day: Date): Date {
  const own = nthTuesday(monthOf(day), patchTuesday);
  return own > day ? own : nthTuesday(monthOf(day) + 1, patchTuesday);
}

function draw(what: string, key: string, month: number): number {
  return unitInterval(worldSeed, what, `${key}/${String(month)}`);
}

/** Patch Tuesdays of a share of the months, the first one always, and what follows some of them out of band. */
function patchTuesdays(share: number, outOfBandShare: number, key: string): ReleaseCalendar {
  return monthlyCalendar((month) => {
    if (month > 0 && draw("month", key, month) >= share) return [];
    const usual = nthTuesday(month, patchTuesday);
    if (draw("out of band", key, month) >= outOfBandShare) return [usual];
    const days = soonestOutOfBand + Math.floor(draw("days", key, month) * outOfBandSpread);
    return [usual, new Date(usual.getTime() + days * dayLength)];
  });
}

/** Previews come on the fourth Tuesday, not in December; the next Patch Tuesday replaces them. */
function previews(): ReleaseCalendar {
  const all = monthlyCalendar((month) => (month % 12 === december ? [] : [nthTuesday(month, 4)]));
  return optionalCalendar(all, nextPatchTuesday);
}

function calendarOf({ cadence }: WindowsChain, key: string): ReleaseCalendar {
  if ("everyDays" in cadence) return steadyCalendar(cadence.everyDays, key);
  return cadence.on === "fourthTuesday" ? previews() : patchTuesdays(cadence.share, cadence.outOfBandShare, key);
}

function classOf(chain: WindowsChain, key: string, index: number): WindowsClass {
  const isSecurity = draw("security", key, index) < (chain.securityShare ?? 1);
  return isSecurity ? chain : (chain.otherwise ?? chain);
}

const absent: Release = {
  name: "",
  version: "",
  releasedAt: new Date(0),
  security: false,
  classification: "",
  severity: "",
  cves: [],
  advisory: "",
  title: "",
  supersedes: [],
};

/** A chain on one release of Windows Server. */
interface PlacedChain {
  readonly chain: WindowsChain;
  readonly place: number;
  readonly release: string;
  readonly key: string;
  readonly calendar: ReleaseCalendar;
  readonly optional: boolean;
}

function placedChain(chain: WindowsChain, place: number, release: string): PlacedChain {
  const key = `windows/${release}/${chain.name}`;
  const optional = "on" in chain.cadence && chain.cadence.on === "fourthTuesday";
  return { chain, place, release, key, calendar: calendarOf(chain, key), optional };
}

function kbOf(placed: PlacedChain, index: number): string {
  return windowsKb({ ...placed, index, releasedAt: placed.calendar.at(index) });
}

/**
 * What an update replaces: the one before it in its chain, and a cumulative update also the preview since then. A
 * preview is optional and replaces nothing.
 */
function supersededBy(placed: PlacedChain, index: number, preview: PlacedChain | undefined): readonly string[] {
  if (placed.optional || index === 0) return [];
  const before = kbOf(placed, index - 1);
  if (placed.chain.name !== "cumulative" || preview === undefined) return [before];
  // The last preview on offer before this update came out.
  const offered = preview.calendar.newest(new Date(placed.calendar.at(index).getTime() - 1));
  return offered === 0 ? [before] : [before, kbOf(preview, offered)];
}

function draftOf(placed: PlacedChain, preview: PlacedChain | undefined): RowDraft {
  const { chain, key, calendar, optional } = placed;
  return {
    name: chain.name,
    renamed: false,
    kept: 1,
    optional,
    arch: "",
    section: "",
    chain: key,
    needsNames: [],
    calendar,
    release: memoised((index) => {
      if (optional && index === 0) return absent;
      const releasedAt = calendar.at(index);
      const { classification, severity } = classOf(chain, key, index);
      const security = classification === "SecurityUpdates";
      return {
        ...absent,
        name: chain.name,
        version: kbOf(placed, index),
        releasedAt,
        security,
        classification,
        severity,
        cves: security ? cveIds(`${key}/${String(index)}`, releasedAt, chain.cves) : [],
        title: windowsTitle({ ...placed, index, releasedAt }),
        supersedes: supersededBy(placed, index, preview),
      };
    }),
  };
}

/**
 * The updates that a release of Windows Server is offered, one row a chain: monthly cumulative ones on Patch Tuesday
 * with what follows out of band, previews on the fourth Tuesday, .NET Framework, servicing stacks, and the daily ones.
 * https://learn.microsoft.com/windows/deployment/update/release-cycle
 */
export function windowsDrafts(release: string): readonly RowDraft[] {
  const placed = windowsChains
    .map((chain, place) => placedChain(chain, place, release))
    .filter(({ chain }) => chain.releases?.includes(release) !== false);
  const preview = placed.find(({ optional }) => optional);
  return placed.map((each) => draftOf(each, preview));
}
