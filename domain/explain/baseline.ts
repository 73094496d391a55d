import { holdsKernels } from "../checks/baselineRules.ts";
import type { Baseline } from "../baseline.ts";
import type { Plane } from "../plane.ts";
import { kernelPackages } from "../stack/baselineFilters.ts";
import type { OperatingSystem } from "../server.ts";
import { originOf, type Origins, type SettingOrigin } from "./origins.ts";

/** What approves patches for an OS: a baseline of the plane, one of AWS's own, or what AWS falls back to. */
export type BaselineFacts =
  | {
      readonly kind: "own";
      readonly baseline: Baseline;
      readonly origin: SettingOrigin;
      /** Whether it keeps kernels out; undefined where an OS has no kernel packages. */
      readonly holdsKernels?: boolean;
    }
  | { readonly kind: "predefined"; readonly name: string }
  | { readonly kind: "fallback"; readonly os: OperatingSystem };

/** What a name that a group selects for an OS stands for. */
export function baselineFacts(
  plane: Plane,
  os: OperatingSystem,
  name: string | undefined,
  origins: Origins,
): BaselineFacts {
  const baseline = name === undefined ? undefined : plane.baselines[name];
  if (baseline !== undefined) {
    const kernels = kernelPackages(os).length === 0 ? {} : { holdsKernels: holdsKernels(baseline) };
    return { kind: "own", baseline, origin: originOf(origins, "baselines", baseline.name), ...kernels };
  }
  return name === undefined ? { kind: "fallback", os } : { kind: "predefined", name };
}
