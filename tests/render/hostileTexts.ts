/** Words by which the documents decide what to say, and forms that they read: not for anybody to make up. */
const kept = new Set(
  (
    "server window group own predefined fallback missing managed elsewhere none inForce expired automatic reviewed " +
    "install scan cancel continue RebootIfNeeded NoReboot error warning aws azure UBUNTU DEBIAN gap overlap rate " +
    "Online ALLOW_AS_DEPENDENCY BLOCK *"
  ).split(" "),
);
const form = /^\d{4}-\d{2}-\d{2}(T|$)|^(cron|rate|at)\(|^[A-Z][a-z]+\/[A-Z]/;
/** Records whose keys are names. */
const named = new Set(["patches"]);

/** Plain data with a text before and behind every text of it that somebody writes. */
export function withHostileTexts<T>(value: T, text: string, keepsWord: (word: string) => boolean = () => false): T {
  const hostile = (word: string): string =>
    word === "" || kept.has(word) || form.test(word) || keepsWord(word) ? word : `${text}${word}${text}`;
  const replaced = (part: unknown, namedKeys: boolean): unknown => {
    if (typeof part === "string") return hostile(part);
    if (Array.isArray(part)) return part.map((each) => replaced(each, false));
    if (typeof part !== "object" || part === null || part instanceof Date) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [namedKeys ? hostile(key) : key, replaced(inner, named.has(key))]),
    );
  };
  return replaced(value, false) as T;
}
