import type { Known } from "../drift/location.ts";
import { formatFault, type Finding, type FindingSubject } from "../fault.ts";
import type { Outcome } from "../status/outcome.ts";
import { byText } from "../text.ts";
import { doctorCheck, doctorCheckIds, type DoctorCheckId } from "./catalogue.ts";

/** What a check came to, the worst first. What could not be read is unknown, and never counts as fine. */
export const results = ["failed", "unknown", "warning", "ok"] as const;

/** One of {@link results}. */
export type Result = (typeof results)[number];

/** What one check says of one place. */
export interface Diagnosis {
  readonly check: DoctorCheckId;
  readonly result: Result;
  /** Where: nothing of a check that is about the whole stack. */
  readonly about: FindingSubject;
  /** What was seen; lower case, no full stop. Of an unknown, why it could not be. */
  readonly message: string;
  /** What to do about it; left out where there is nothing to do. */
  readonly fix?: string;
  /** Names of the servers that it is about, in the fleet file's order. */
  readonly servers?: readonly string[];
}

/** What a check says without naming itself and its place. */
export type Said = Omit<Diagnosis, "check" | "about" | "result"> & {
  /** By default as bad as the check can be. */
  readonly result?: Result;
  readonly about?: FindingSubject;
};

/** What a check found at a place, and what it says where that is nothing. */
export interface Judged {
  readonly problems: readonly Said[];
  readonly fine: string;
}

/** What to do about something of the stack that is gone. */
export const deployAgain = "pulumi refresh notices that it is gone, and then pulumi up makes it again";

/** What to do about something of the stack that somebody has changed. */
export const putBack = "pulumi refresh notices it, and then pulumi up puts the stack's back";

type Values = Readonly<Record<string, string | number | undefined>>;

function shown(value: Values[string]): string {
  return value === undefined || value === "" ? "nothing" : String(value);
}

/** A problem for each value that is another than the stack's, or that only one of the two has. */
export function differing(wanted: Values, live: Values): readonly Said[] {
  return [...new Set([...Object.keys(wanted), ...Object.keys(live)])].flatMap((name) => {
    if (live[name] === wanted[name]) return [];
    // What somebody else has set may be a secret.
    const message =
      name in wanted
        ? `its ${name} is ${shown(live[name])}, and the stack's is ${shown(wanted[name])}`
        : `it has ${name}, which the stack does not set`;
    return [{ message, fix: putBack }];
  });
}

function worst(check: DoctorCheckId): Result {
  return doctorCheck(check).severity === "error" ? "failed" : "warning";
}

/** What a check found at a place; where it found nothing, that all is well, and in which words. */
export function diagnosed(
  check: DoctorCheckId,
  about: FindingSubject,
  problems: readonly Said[],
  fine: string,
): readonly Diagnosis[] {
  if (problems.length === 0) return [{ check, result: "ok", about, message: fine }];
  return problems.map((said) => ({
    ...said,
    check,
    result: said.result ?? worst(check),
    about: { ...about, ...said.about },
  }));
}

/** The same for what had to be read first: one unknown where it could not be. */
export function diagnosedOf<T>(
  check: DoctorCheckId,
  about: FindingSubject,
  known: Known<T>,
  judge: (value: T) => Judged,
): readonly Diagnosis[] {
  if ("unknown" in known) return [{ check, result: "unknown", about, message: known.unknown }];
  const { problems, fine } = judge(known.value);
  return diagnosed(check, about, problems, fine);
}

/** A finding of another judgement, as a check says it. */
export function fromFinding({ id: _id, severity: _severity, about, fix, ...fault }: Finding): Said {
  return {
    message: formatFault(fault),
    ...(fix === undefined ? {} : { fix }),
    ...(about === undefined ? {} : { about }),
  };
}

function rank({ check, result, about }: Diagnosis): readonly [number, number, string] {
  return [results.indexOf(result), doctorCheckIds.indexOf(check), about.location ?? ""];
}

/** The worst first, then by the checks' importance, then by place. */
export function byImportance(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  return diagnoses.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left[0] - right[0] || left[1] - right[1] || byText(left[2], right[2]);
  });
}

/** What an examination comes to: what could not be read wins over what was found. */
export function doctorOutcome(diagnoses: readonly Diagnosis[]): Outcome {
  if (diagnoses.some(({ result }) => result === "unknown")) return "unreadable";
  return diagnoses.some(({ result }) => result !== "ok") ? "findings" : "fine";
}
