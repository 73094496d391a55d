const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** A 32-bit FNV-1a hash of a text, mixed once more so that neighbouring texts lie far apart. */
function hash32(text: string): number {
  let hash = offsetBasis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), prime);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on the seed and two texts only, so that drawing order never matters. */
export function unitInterval(seed: number, what: string, of: string): number {
  return hash32(`${String(seed)}|${what}|${of}`) / 0x100000000;
}
