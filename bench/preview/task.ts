/** The programs that are compared. */
export const comparedPrograms = ["component", "naive", "floor"] as const;

/** One of {@link comparedPrograms}. */
export type ComparedProgram = (typeof comparedPrograms)[number];

/** One of the compared, the whole checked-in program, or as many bare resources as it has. */
export type ProgramName = ComparedProgram | "whole" | "bare";

/** What the measured process is told. */
export interface ProgramTask {
  readonly program: ProgramName;
  /** Folder with the stack file, the fleet and `onboarding.json`. */
  readonly root: string;
  /** The checkout. */
  readonly checkout: string;
}

/** Environment variable of the {@link ProgramTask}, as JSON. */
export const taskVariable = "PATCHPLANE_BENCH_TASK";

/** Environment variable of the file that the measured process writes its highest memory into, in MiB. */
export const answerVariable = "PATCHPLANE_BENCH_ANSWER";
