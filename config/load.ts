import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config.js";
import { formatFault, type Fault } from "../domain/fault.ts";
import type { Plane } from "../domain/plane.ts";
import { faultReport } from "./faultReport.ts";
import { readStackFile, stackFileName } from "./stackFile.ts";
import { plainly, projectFiles, type ProjectFiles } from "./projectFiles.ts";
import type { StackConfig } from "./rawSettings.ts";
import { resolvePlane, type PlaneSources } from "./assemblePlane.ts";
import { counted } from "../domain/text.ts";

/** Pulumi's own, left out of its typings as internal: nothing public tells which keys hold a secret. */
const { isConfigSecret } = runtimeConfig as unknown as { readonly isConfigSecret: (key: string) => boolean };

/** All faults as one message, with the lines they stand in, under a line that counts them. */
function faultList(faults: readonly Fault[], stackFile: string, files: ProjectFiles): string {
  return `${counted(faults.length, "fault")} in ${stackFile} and its files\n${faultReport(faults, files)}`;
}

function plain(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "") as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return text;
    throw cause;
  }
}

/** Positions of the settings, if the stack file is where the running stack's values are from: `--config-file` names others. */
function positionsOf(text: string, stackFile: string, values: StackConfig["values"]): PlaneSources["positionOf"] {
  const { config, positionOf } = readStackFile(text, stackFile);
  const keys = Object.keys({ ...values, ...config.values }).filter((key) => key.startsWith("patchplane:"));
  return keys.every((key) => isDeepStrictEqual(plain(values[key]), plain(config.values[key]))) ? positionOf : undefined;
}

/**
 * The running stack's plane, from `pulumi.runtime.allConfig()`: `pulumi.Config` cannot show a key that nobody asks
 * for, so a misspelled one would pass unseen. Warnings go to the stack's log.
 *
 * @param root - the project's root, from which all paths count
 * @throws pulumi.RunError that lists every fault
 */
export function loadPlane(root: string): Plane {
  const values = pulumi.runtime.allConfig();
  const secretKeys = new Set(Object.keys(values).filter((key) => isConfigSecret(key)));
  const stackFile = stackFileName(pulumi.getStack());
  const files = projectFiles(root);
  const text = plainly(() => files.read(stackFile));
  if (typeof text === "object") throw new pulumi.RunError(faultList([text.fault], stackFile, files));
  const positionOf = positionsOf(text ?? "", stackFile, values);
  const resolved = resolvePlane({
    stackFile,
    config: { values, secretKeys },
    files,
    ...(positionOf && { positionOf }),
  });
  if ("faults" in resolved) {
    throw new pulumi.RunError(faultList(resolved.faults, stackFile, files));
  }
  for (const warning of resolved.warnings) {
    void pulumi.log.warn(formatFault(warning));
  }
  return resolved.plane;
}
