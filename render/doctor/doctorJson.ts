import { doctorCheck, type DoctorCheck } from "../../domain/doctor/catalogue.ts";
import { results, type Diagnosis, type Result } from "../../domain/doctor/diagnosis.ts";
import { instantText } from "../../domain/time.ts";

/** `patchplane doctor` for programs; schemas/doctor.schema.json is made of this. */
export interface DoctorJson {
  readonly schema: "patchplane/doctor/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly asOf: string;
  /** Path of the drill's record, from the project's folder; null without a drill. */
  readonly record: string | null;
  readonly counts: Readonly<Record<Result, number>>;
  readonly diagnoses: readonly {
    readonly check: string;
    readonly severity: DoctorCheck["severity"];
    readonly result: Result;
    readonly where: {
      readonly location: string | null;
      readonly subscription: string | null;
      readonly window: string | null;
      readonly group: string | null;
      readonly baseline: string | null;
    };
    readonly message: string;
    readonly why: string;
    readonly fix: string | null;
    readonly servers: readonly string[];
  }[];
}

/** `patchplane doctor --list` for programs. */
export interface DoctorListJson {
  readonly schema: "patchplane/doctor-checks/1";
  readonly checks: readonly DoctorCheck[];
}

/** What an examination found, for programs. */
export function doctorJson(
  stack: string,
  asOf: Date,
  diagnoses: readonly Diagnosis[],
  exitCode: number,
  record?: string,
): DoctorJson {
  const count = (result: Result): number => diagnoses.filter((each) => each.result === result).length;
  return {
    schema: "patchplane/doctor/1",
    stack,
    exitCode,
    asOf: instantText(asOf),
    record: record ?? null,
    counts: Object.fromEntries(results.map((result) => [result, count(result)])) as Record<Result, number>,
    diagnoses: diagnoses.map(({ check, result, about, message, fix, servers = [] }) => {
      const { severity, why } = doctorCheck(check);
      const { location = null, subscription = null, window = null, group = null, baseline = null } = about;
      const where = { location, subscription, window, group, baseline };
      return { check, severity, result, where, message, why, fix: fix ?? null, servers };
    }),
  };
}

/** What there is to look at, for programs. */
export function doctorListJson(checks: readonly DoctorCheck[]): DoctorListJson {
  return { schema: "patchplane/doctor-checks/1", checks };
}
