import type { Target } from "@aws-sdk/client-ssm";
import { recordsOf, requiredText, textsOf } from "../../fields.ts";
import { list, object, required, text, type Shape, type TextCheck } from "../../schema.ts";
import type { Value, Values } from "../../values.ts";

/** Targets of windows, tasks and associations: at most five keys with at most fifty values each. */
export function targetsShape(...keyChecks: readonly TextCheck[]): Shape {
  const target = object({ key: required(text(...keyChecks)), values: required(list(text(), { max: 50 })) });
  return list(target, { max: 5 });
}

/** Targets in the API's form; nothing when there are none. */
export function targetsIn(values: Values): Target[] | undefined {
  const targets = recordsOf(values, "targets").map((target) => ({
    Key: requiredText(target, "key"),
    Values: textsOf(target, "values"),
  }));
  return targets.length === 0 ? undefined : targets;
}

/** Targets in the state's form; nothing when there are none. */
export function targetsOut(targets: readonly Target[] | undefined): Value | undefined {
  return targets === undefined || targets.length === 0
    ? undefined
    : targets.map(({ Key = "", Values = [] }) => ({ key: Key, values: Values }));
}
