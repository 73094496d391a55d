const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "DNS knows no such name",
  EAI_AGAIN: "DNS does not answer",
  EHOSTUNREACH: "no route to it",
  ENETUNREACH: "no route to it",
  ETIMEDOUT: "it does not answer",
};

/** An error and everything it was caused by, outermost first. */
function chain(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]).flatMap(chain) : [];
  return [error, ...inner, ...chain(error.cause)];
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Why a connection could not be made, in words; undefined when that is not what happened. */
export function connectionFault(error: unknown): string | undefined {
  for (const each of chain(error)) {
    const words = unreachable[codeOf(each)];
    if (words !== undefined) return `the endpoint cannot be reached: ${words} (${codeOf(each)})`;
    if (each.name === "TimeoutError") return "the endpoint cannot be reached: it does not answer in time";
  }
  return undefined;
}

/** One line of an error's own words, without what is longer than a screen. */
export function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}
