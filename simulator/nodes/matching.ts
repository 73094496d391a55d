import type { Release } from "../world/packageRow.ts";

const patterns = new Map<string, RegExp>();

function escaped(text: string): string {
  return text.replaceAll(/[.+^${}()|\\]/g, "\\$&");
}

/** Whether an entry has a wildcard: `*`, `?` or `[…]`. */
function isPattern(entry: string): boolean {
  return /[*?]|\[.+\]/.test(entry);
}

function patternOf(entry: string): RegExp {
  const known = patterns.get(entry);
  if (known !== undefined) return known;
  const body = escaped(entry).replaceAll("*", ".*").replaceAll("?", ".").replaceAll("[!", "[^");
  const pattern = new RegExp(`^${body}$`, "s");
  patterns.set(entry, pattern);
  return pattern;
}

/** Whether one entry, lower-cased, is one of a package's forms or a wildcard over one. */
export function matchesEntry(entry: string, forms: readonly string[]): boolean {
  const wanted = entry.toLowerCase();
  if (forms.includes(wanted)) return true;
  if (!isPattern(wanted)) return false;
  const pattern = patternOf(wanted);
  return forms.some((form) => pattern.test(form));
}

/** A list's entries as they are looked for. */
interface SoughtEntries {
  readonly exact: ReadonlySet<string>;
  readonly patterns: readonly RegExp[];
}

/** Lists are asked about every release of every package, and a baseline's never changes. */
const sought = new WeakMap<readonly string[], SoughtEntries>();

function soughtEntries(entries: readonly string[]): SoughtEntries {
  const known = sought.get(entries);
  if (known !== undefined) return known;
  const lower = entries.map((entry) => entry.toLowerCase());
  const made = { exact: new Set(lower), patterns: lower.filter(isPattern).map(patternOf) };
  sought.set(entries, made);
  return made;
}

/** Whether any entry of an approved or rejected list matches a package. */
export function matchesAny(entries: readonly string[], forms: readonly string[]): boolean {
  if (entries.length === 0) return false;
  const { exact, patterns } = soughtEntries(entries);
  return forms.some((form) => exact.has(form) || patterns.some((pattern) => pattern.test(form)));
}

const formsOfRelease = new WeakMap<Release, readonly string[]>();

/** The forms of a release, made once. */
export function formsOnce(release: Release, make: () => readonly string[]): readonly string[] {
  const forms = formsOfRelease.get(release) ?? make();
  formsOfRelease.set(release, forms);
  return forms;
}

/** Every way in which an apt package may be written in a list, lower-cased. */
export function aptForms(name: string, arch: string, version: string): readonly string[] {
  return [
    name,
    version,
    `${name}.${arch}`,
    `${name}-${version}`,
    `${arch}:${version}`,
    `${name}.${arch}:${version}`,
  ].map((form) => form.toLowerCase());
}

/** Every way in which an rpm may be written in a list, lower-cased; `evr` is `epoch:version-release`. */
export function rpmForms(name: string, arch: string, evr: string): readonly string[] {
  const colon = evr.indexOf(":");
  const dash = evr.lastIndexOf("-");
  const epoch = evr.slice(0, colon);
  const version = evr.slice(colon + 1, dash);
  const versionRelease = evr.slice(colon + 1);
  return [
    name,
    `${name}.${arch}`,
    `${name}-${versionRelease}.${arch}`,
    `${name}-${version}`,
    `${name}-${versionRelease}`,
    `${epoch}:${name}-${versionRelease}.${arch}`,
    `${name}-${epoch}:${versionRelease}.${arch}`,
    `${name}-${epoch}:${versionRelease}`,
    version,
    versionRelease,
    evr,
    `${name}.${arch}:${epoch}:${versionRelease}`,
  ].map((form) => form.toLowerCase());
}
