import { byDigits } from "./numbers.ts";

/** `[epoch:]upstream[-revision]`: a colon is in the upstream version only where there is an epoch. */
const form = /^(?:(\d+):|(?![^:]*:))([A-Za-z0-9.+~:-]+?)(?:-([A-Za-z0-9.+~]*))?$/;

/** Letters sort before all other signs, and a tilde before everything, even before the end. */
function weight(sign: string | undefined): number {
  if (sign === undefined) return 0;
  if (sign === "~") return -1;
  return /[A-Za-z]/.test(sign) ? sign.charCodeAt(0) : sign.charCodeAt(0) + 256;
}

function bySigns(left: string, right: string): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = weight(left[index]) - weight(right[index]);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** Signs and digits in turn, as `verrevcmp` of dpkg reads them. */
function byParts(left: string, right: string): number {
  const a = [...left.matchAll(/(\D*)(\d*)/g)];
  const b = [...right.matchAll(/(\D*)(\d*)/g)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [, signs = "", digits = ""] = a[index] ?? [];
    const [, otherSigns = "", otherDigits = ""] = b[index] ?? [];
    const order = bySigns(signs, otherSigns) || byDigits(digits, otherDigits);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Compares two versions of Debian packages: negative, 0 or positive; undefined where one of them is none.
 * https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html
 */
export function compareDebian(left: string, right: string): number | undefined {
  const a = form.exec(left);
  const b = form.exec(right);
  if (a === null || b === null) return undefined;
  const [, epoch = "", upstream = "", revision = ""] = a;
  const [, otherEpoch = "", otherUpstream = "", otherRevision = ""] = b;
  return byDigits(epoch, otherEpoch) || byParts(upstream, otherUpstream) || byParts(revision, otherRevision);
}
