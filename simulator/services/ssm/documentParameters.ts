import { ApiError } from "../../http/apiError.ts";
import type { CommandDocument } from "../../state/documents.ts";

/** Parameter values as SSM carries them: always lists of strings. */
export type ParameterValues = Readonly<Record<string, readonly string[]>>;

/** What AWS's own documents allow, beyond type and presence. */
const allowed: Readonly<Record<string, RegExp>> = {
  Operation: /^(Scan|Install)$/,
  RebootOption: /^(RebootIfNeeded|NoReboot)$/,
  SnapshotId: /^(|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/,
  StepTimeoutSeconds: /^([1-9]|[1-9][0-9]{1,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36000)$/,
  InstallOverrideList: /^(|(s3:\/\/|https:\/\/)[^`'"$]+)$/,
  BaselineOverride: /^(|s3:\/\/[^`'"$]+)$/,
};

/** Refuses parameters that the document does not have, misses, or does not allow. */
export function checkParameters(document: CommandDocument, given: ParameterValues): void {
  const known = new Map(document.parameters.map((parameter) => [parameter.Name ?? "", parameter]));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new ApiError(
      "InvalidParameters",
      `Parameters provided are not defined in the document: ${unknown.join(", ")}`,
    );
  for (const [name, parameter] of known) {
    const values = given[name];
    if (values === undefined && parameter.DefaultValue === undefined)
      throw new ApiError("InvalidParameters", `Parameter ${name} is required and was not provided.`);
    if (values !== undefined && parameter.Type === "String" && values.length !== 1)
      throw new ApiError("InvalidParameters", `Parameter ${name} takes exactly one value.`);
    const patches = document.steps.some((step) => step.patches === true);
    const listed = document.allowedValues.get(name);
    const pattern = document.allowedPatterns.get(name) ?? (patches ? allowed[name] : undefined);
    const strange = values?.find((value) => listed?.includes(value) === false || pattern?.test(value) === false);
    if (strange !== undefined)
      throw new ApiError(
        "InvalidParameters",
        `Parameter ${name} has the value ${strange}, which the document does not allow.`,
      );
  }
}

const filled = new WeakMap<ParameterValues, WeakMap<CommandDocument, ParameterValues>>();

/** Values with the document's defaults filled in; worked out once for all nodes of a command. */
export function filledParameters(document: CommandDocument, given: ParameterValues): ParameterValues {
  const known = filled.get(given) ?? new WeakMap<CommandDocument, ParameterValues>();
  filled.set(given, known);
  const values = known.get(document) ?? withDefaults(document, given);
  known.set(document, values);
  return values;
}

function withDefaults(document: CommandDocument, given: ParameterValues): ParameterValues {
  const usual = document.parameters.map((parameter) => {
    const value = parameter.DefaultValue;
    return [parameter.Name ?? "", value === undefined || value === "" ? [] : [value]] as const;
  });
  return { ...Object.fromEntries(usual), ...given };
}
