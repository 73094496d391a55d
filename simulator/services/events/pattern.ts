function matchesValue(matcher: unknown, value: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return matcher === value;
  const entries = Object.entries(matcher);
  const [[kind, wanted] = []] = entries;
  if (entries.length !== 1 || kind !== "prefix" || typeof wanted !== "string")
    throw new Error(`the matcher ${JSON.stringify(matcher)} is not covered by the embedded cloud`);
  return typeof value === "string" && value.startsWith(wanted);
}

/**
 * Whether an event matches a rule's pattern: exact values and prefixes. Any other matcher is an error, so that a rule
 * never seems to fit.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return Object.entries(pattern as Readonly<Record<string, unknown>>).every(([name, wanted]) => {
    const value = (event as Readonly<Record<string, unknown>> | undefined)?.[name];
    if (Array.isArray(wanted)) return wanted.some((matcher) => matchesValue(matcher, value));
    return typeof value === "object" && value !== null && matchesPattern(wanted, value);
  });
}
