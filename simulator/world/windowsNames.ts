import { windowsProductNames } from "../data/windowsUpdates.ts";
import type { WindowsChain } from "../data/windowsUpdates.ts";

/** What the title and the article of an update are made of. */
export interface WindowsUpdate {
  readonly chain: WindowsChain;
  /** Place of the chain among all, which tells apart what comes out on one day. */
  readonly place: number;
  /** Release of Windows Server, e.g. `2022`. */
  readonly release: string;
  readonly index: number;
  readonly releasedAt: Date;
}

const firstArticle = 5_034_100;
const firstDay = Date.UTC(2024, 0, 1);
const dayLength = 86_400_000;
/** Articles a day, about as many as Microsoft's numbers grow by; more than all chains and releases together need. */
const articlesPerDay = 48;
const chainsPerRelease = 8;

/**
 * Article of an update: numbers grow with the date, and every update has its own; except for chains whose article
 * never changes.
 */
export function windowsKb({ chain, place, release, releasedAt }: WindowsUpdate): string {
  if (chain.article !== undefined) return `KB${String(chain.article)}`;
  const day = Math.floor((releasedAt.getTime() - firstDay) / dayLength);
  const slot = Object.keys(windowsProductNames).indexOf(release) * chainsPerRelease + place;
  return `KB${String(firstArticle + day * articlesPerDay + slot)}`;
}

/** Title in Microsoft's words. */
export function windowsTitle(update: WindowsUpdate): string {
  const { chain, release, index, releasedAt } = update;
  return chain.title
    .replace("{month}", releasedAt.toISOString().slice(0, 7))
    .replace("{product}", windowsProductNames[release] ?? `Windows Server ${release}`)
    .replace("{framework}", chain.frameworks?.[release] ?? "")
    .replace("{index}", String(index))
    .replace("{kb}", windowsKb(update));
}
