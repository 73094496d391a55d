import { isMapping } from "../values.ts";

/** What the onboarding script reports: the one JSON line on its standard output. */
export interface OnboardingResult {
  /** Version of the script that ran. */
  readonly version: string;
  readonly result: "registered" | "alreadyRegistered" | "failed";
  /** `mi-…`; absent when it failed. */
  readonly instanceId?: string;
  readonly region: string;
  /** 0, or one of the codes in docs/onboarding.md. */
  readonly exitCode: number;
  readonly message: string;
}

function isResult(value: unknown): value is OnboardingResult & { readonly patchplane: "onboarding" } {
  if (!isMapping(value)) return false;
  const { result, instanceId } = value;
  return (
    value["patchplane"] === "onboarding" &&
    typeof value["version"] === "string" &&
    typeof value["region"] === "string" &&
    typeof value["message"] === "string" &&
    Number.isInteger(value["exitCode"]) &&
    (result === "failed"
      ? instanceId === undefined
      : (result === "registered" || result === "alreadyRegistered") &&
        typeof instanceId === "string" &&
        /^mi-[0-9a-f]{8,}$/.test(instanceId))
  );
}

function parsedLine(line: string): OnboardingResult | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isResult(value)) return undefined;
    const { version, result, instanceId, region, exitCode, message } = value;
    return { version, result, ...(instanceId === undefined ? {} : { instanceId }), region, exitCode, message };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Finds the onboarding script's result in what Azure shows of its output: the tail that the handler kept, with the
 * handler's own words around it. The last result counts. A handler's success without such a line proves nothing.
 *
 * @returns the result, or `undefined` when there is none
 */
export function parseOnboardingResult(stdout: string): OnboardingResult | undefined {
  return stdout
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map(parsedLine)
    .findLast((result) => result !== undefined);
}
