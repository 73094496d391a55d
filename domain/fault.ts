import { hiddenIn, shownByNumber } from "./text.ts";

/** One thing that is wrong with an input, in the words an operator needs to mend it. */
export interface Fault {
  /** The file it stands in, relative to the project's root. */
  readonly file?: string;
  /** 1-based line of that file, where known. */
  readonly line?: number;
  /** 1-based column of that line where the subject begins, in UTF-16 code units as editors count; where known. */
  readonly column?: number;
  /** How many code units of the line it takes from there; those that the line does not have do not count. */
  readonly width?: number;
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

/** A fault without the place it stands in, which the caller knows. */
export type PlacelessFault = Pick<Fault, "message" | "value" | "allowed" | "fix">;

/** What a finding is about, by the stack file's own names and the fleet file's ids. */
export interface FindingSubject {
  readonly location?: string;
  readonly subscription?: string;
  readonly baseline?: string;
  readonly group?: string;
  readonly window?: string;
  /** Id of the server whose row it stands at: the first of several. */
  readonly server?: string;
}

/** A finding is a fault that does not stop a deployment; its id can be switched in `checks`. */
export interface Finding extends Fault {
  readonly id: string;
  readonly severity: "error" | "warning";
  /** Says the same as the words do; no part of what is printed or written as JSON. */
  readonly about?: FindingSubject;
}

/** For `JSON.stringify`: leaves out what findings are about, which their paths say to those who read JSON. */
export function withoutSubjects(key: string, value: unknown): unknown {
  return key === "about" ? undefined : value;
}

const longestValueShown = 120;

function shown(value: unknown): string {
  const text = value === null ? "nothing" : JSON.stringify(value);
  return text.length > longestValueShown
    ? `${text.slice(0, longestValueShown)}… (${String(text.length)} characters)`
    : text;
}

function text(fault: Fault, place: string): string {
  const where = fault.file === undefined ? "" : `${fault.file}${place}: `;
  const got = "value" in fault && fault.value !== undefined ? `, got ${shown(fault.value)}` : "";
  const allowed = fault.allowed === undefined ? "" : `; allowed: ${fault.allowed}`;
  const fix = fault.fix === undefined ? "" : `; ${fault.fix}`;
  return shownByNumber(`${where}${fault.path}: ${fault.message}${got}${allowed}${fix}`.replace(/\s*[\r\n]\s*/g, " "));
}

/** One line per fault: `file:line: path: message, got …; allowed: …; do this`. */
export function formatFault(fault: Fault): string {
  return text(fault, fault.line === undefined ? "" : `:${String(fault.line)}`);
}

/** The same with `file:line:column`, which terminals and editors open, where the column is known. */
export function formatFaultInPlace(fault: Fault): string {
  const { line, column } = fault;
  return line === undefined || column === undefined
    ? formatFault(fault)
    : text(fault, `:${String(line)}:${String(column)}`);
}

/** What is wrong with a file's text that was read as UTF-8 and is UTF-16; undefined for any other. */
export function utf16Fault(text: string): PlacelessFault | undefined {
  // The marks of UTF-16 are then two characters that stand for nothing, and its letters have nulls between.
  return /^\uFFFD\uFFFD|^[^\n]{0,3}\u0000/.test(text)
    ? { message: "the file is UTF-16, as Windows' Unicode text and PowerShell's Out-File are", fix: "save it as UTF-8" }
    : undefined;
}

/**
 * What is wrong with a text that holds characters which a reviewer does not see; undefined for one without.
 * @param oneLine - whether tabs and line feeds are wrong as well
 */
export function hiddenTextFault(text: string, { oneLine = false } = {}): PlacelessFault | undefined {
  const blanks = oneLine ? ["\t", "\n"].filter((blank) => text.includes(blank)) : [];
  const hidden = [...hiddenIn(text), ...blanks.map((blank) => (blank === "\t" ? "U+0009" : "U+000A"))];
  return hidden.length === 0
    ? undefined
    : {
        message: `holds characters that nobody sees, or that act on a screen: ${hidden.join(" ")}`,
        value: text,
        fix: "write it without them",
      };
}
