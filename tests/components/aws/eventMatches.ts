/**
 * Whether an event matches a pattern of EventBridge: every field of the pattern is in the event with one of the values
 * listed, exactly or by prefix, and of `$or` one alternative matches. Throws on every other matcher.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function eventMatches(pattern: unknown, event: unknown): boolean {
  return Object.entries(pattern as Record<string, unknown>).every(([field, wanted]) => {
    if (field === "$or") return (wanted as readonly unknown[]).some((alternative) => eventMatches(alternative, event));
    const got = (event as Record<string, unknown>)[field];
    if (Array.isArray(wanted)) return wanted.some((matcher: unknown) => valueMatches(matcher, got));
    return typeof got === "object" && got !== null && eventMatches(wanted, got);
  });
}

function valueMatches(matcher: unknown, got: unknown): boolean {
  if (typeof matcher === "string") return matcher === got;
  const entries = Object.entries(matcher as Record<string, unknown>);
  const [entry] = entries;
  if (entries.length !== 1 || entry?.[0] !== "prefix") throw new Error(`unknown matcher ${JSON.stringify(matcher)}`);
  return typeof got === "string" && got.startsWith(String(entry[1]));
}
