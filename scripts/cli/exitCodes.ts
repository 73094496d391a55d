import type { Outcome } from "../../domain/status/outcome.ts";

/**
 * Exit codes of every command: fine, findings, usage or configuration, cloud or credentials, and a fault of the command
 * itself (`EX_SOFTWARE` of sysexits.h), which must look like none of the others.
 */
export const exitCodes = { fine: 0, findings: 1, usage: 2, cloud: 3, unexpected: 70 } as const;

/** Exit code of what a command found in the clouds. */
export const exitCodeOf: Readonly<Record<Outcome, number>> = {
  fine: exitCodes.fine,
  findings: exitCodes.findings,
  unreadable: exitCodes.cloud,
};
