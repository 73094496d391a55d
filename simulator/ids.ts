import { createHash } from "node:crypto";

/** Makes ids that look random and are the same on every run: a digest of the seed, a scope and a running number. */
export interface Ids {
  /** `length` lower-case hex digits. */
  hex(scope: string, length: number): string;
  /** A version-4 shaped UUID. */
  uuid(scope: string): string;
  /** `length` letters, digits, `+` and `/`, as AWS makes activation codes. */
  token(scope: string, length: number): string;
}

/** Starts a series of ids for a seed. */
export function createIds(seed: number): Ids {
  const counters = new Map<string, number>();
  const digest = (scope: string): Buffer => {
    const count = (counters.get(scope) ?? 0) + 1;
    counters.set(scope, count);
    return createHash("sha512")
      .update(`${String(seed)}|${scope}|${String(count)}`)
      .digest();
  };
  return {
    hex: (scope, length) => digest(scope).toString("hex").slice(0, length),
    uuid: (scope) => {
      const hex = digest(scope).toString("hex");
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join("-");
    },
    token: (scope, length) => digest(scope).toString("base64").replaceAll("=", "").slice(0, length),
  };
}
