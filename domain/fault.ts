/** One thing that is wrong with an input, in the words an operator needs to mend it. */
export interface Fault {
  /** The file it stands in, relative to the project's root. */
  readonly file?: string;
  /** 1-based line of that file, where known. */
  readonly line?: number;
  /** The subject's path, e.g. `windows.mw-install-auto.cutoffHours`. */
  readonly path: string;
  /** What is wrong, lower case, no full stop. */
  readonly message: string;
  /** The value got, when there is one. */
  readonly value?: unknown;
  /** What would be accepted. */
  readonly allowed?: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** A finding is a fault that does not stop a deployment; its id can be switched in `checks`. */
export interface Finding extends Fault {
  readonly id: string;
  readonly severity: "error" | "warning";
}

const longestValueShown = 120;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longestValueShown
    ? `${text.slice(0, longestValueShown)}… (${String(text.length)} characters)`
    : text;
}

/** One line per fault: `file:line: path: message, got …; allowed: …; do this`. */
export function formatFault(fault: Fault): string {
  const where =
    fault.file === undefined ? "" : `${fault.file}${fault.line === undefined ? "" : `:${String(fault.line)}`}: `;
  const got = "value" in fault && fault.value !== undefined ? `, got ${shown(fault.value)}` : "";
  const allowed = fault.allowed === undefined ? "" : `; allowed: ${fault.allowed}`;
  const fix = fault.fix === undefined ? "" : `; ${fault.fix}`;
  return `${where}${fault.path}: ${fault.message}${got}${allowed}${fix}`;
}
