/**
 * What a text may hold that acts on who reads it: escape sequences of either form, marks that turn the direction of
 * writing, characters without width, separators of lines, commands to the runner of a workflow, and halves of pairs.
 */
export const hostileText =
  "\u001b[2J\u001b]8;;https://evil.example\u0007\u009b2J\u0000\b\r\n::error file=x::forged\r\n##[error]forged\n  ::set-output name=x::y" +
  "\u202enothing changes\u2066\u200b\u2060\u00ad\ufeff\u2028\u2029\u{e0041}\ud800";

/** Keys whose values code reads: words of a closed list, dates, expressions. Everything else is somebody's text. */
const read = new Set(
  (
    "kind cloud os arch release operation reboot approval operatingSystem expression timezone from to expires severity id " +
    "atCutoff maxConcurrency maxErrors suffix onboarding onboardingMethod instanceTier rejectedPatchesAction verdict state " +
    "complianceLevel approvedPatchesComplianceLevel criticality availableSecurityUpdatesComplianceStatus approveUntilDate " +
    "utc local weekday note pingStatus vmId asOf section file until"
  ).split(" "),
);
const lists = new Set(["PRIORITY", "CLASSIFICATION", "SEVERITY", "MSRC_SEVERITY", "PATCH_SET"]);
const dictionaries = new Set(["locations", "subscriptions", "baselines", "groups", "windows", "approvals"]);

/** A copy in which every text that somebody wrote is hostile, names included, wherever they are used. */
export function poisoned<T>(value: T, key = ""): T {
  return poison(value, key) as T;
}

function poison(value: unknown, key: string): unknown {
  if (typeof value === "string") return read.has(key) || lists.has(key) || value === "" ? value : value + hostileText;
  if (Array.isArray(value)) return value.map((entry) => poison(entry, key));
  if (value instanceof Map) {
    return new Map([...(value as Map<unknown, unknown>)].map(([name, inner]) => [poison(name, ""), poison(inner, "")]));
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  // The choices of a group are by operating system, which is no text of anybody's.
  const named = dictionaries.has(key) && !("UBUNTU" in value) && !("WINDOWS" in value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [named ? name + hostileText : name, poison(inner, named ? "" : name)]),
  );
}
