import { list, object, required, text, type Shape, type TextCheck } from "../../schema.ts";

/** Targets of windows, tasks and associations: at most five keys with at most fifty values each. */
export function targetsShape(...keyChecks: readonly TextCheck[]): Shape {
  const target = object({ key: required(text(...keyChecks)), values: required(list(text(), { max: 50 })) });
  return list(target, { max: 5 });
}
