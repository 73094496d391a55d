import type { OsName } from "../server.ts";

/** How bad what an update mends is, worst first. `unknown` is no severity: nobody said, or nobody was asked. */
export const severities = ["critical", "high", "medium", "low", "unknown"] as const;

/** One of {@link severities}. */
export type Severity = (typeof severities)[number];

const words: Readonly<Record<string, Severity>> = {
  critical: "critical",
  important: "high",
  high: "high",
  moderate: "medium",
  medium: "medium",
  low: "low",
  negligible: "low",
};

/** The severity that a word of a vendor stands for, in any case; `unknown` for any other word. */
export function severityOfWord(word: string): Severity {
  return words[word.toLowerCase()] ?? "unknown";
}

/**
 * The severity that Systems Manager itself gives a patch: Microsoft's and Amazon Linux's words. On Ubuntu and Debian it
 * is the package's priority in the archive, which says how needed a package is and nothing of what an update mends.
 */
export function severityOfPatch(os: OsName, word: string): Severity {
  return os === "ubuntu" || os === "debian" ? "unknown" : severityOfWord(word);
}

/** The worse of two severities; one that is known counts before one that is not. */
export function worseSeverity(left: Severity, right: Severity): Severity {
  return severities.indexOf(left) <= severities.indexOf(right) ? left : right;
}
