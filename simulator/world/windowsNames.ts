import { windowsProductNames } from "../data/windowsUpdates.ts";
import type { WindowsChain } from "../data/windowsUpdates.ts";

/** Article of a release of a chain; each release of Windows Server has its own. */
export function windowsKb(chain: WindowsChain, release: string, index: number): string {
  const offset = chain.kbStep === 0 ? 0 : Object.keys(windowsProductNames).indexOf(release) * 7 + index * chain.kbStep;
  return `KB${String(chain.firstKb + offset)}`;
}

/** Title in Microsoft's words. */
export function windowsTitle(chain: WindowsChain, release: string, releasedAt: Date, kb: string): string {
  return chain.title
    .replace("{month}", releasedAt.toISOString().slice(0, 7))
    .replace("{product}", windowsProductNames[release] ?? `Windows Server ${release}`)
    .replace("{kb}", kb);
}
