import wrapAnsi from "wrap-ansi";

/** Stands for a blank at which no line may end: one of a value, such as a command that is to be pasted. */
const kept = "\uE000";

/** The text with its blanks kept together when it is wrapped. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", kept);
}

/** The text as it was before {@link unbroken}. */
export function withBlanks(text: string): string {
  return text.replaceAll(kept, " ");
}

/** Lines of at most so many columns, parted between words; a word that is longer stays whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines = width === Infinity ? [text] : wrapAnsi(text, Math.max(1, width), { trim: true }).split("\n");
  return lines.map(withBlanks);
}
