import { overrideList } from "./overrideList.ts";
import { toBaselineOverride } from "./baselineOverride.ts";
import { contentKey } from "./awsNames.ts";
import { isReviewed, type Approval, type Plane, type Window } from "../plane.ts";

/** An object that nodes read: an approvals list or a baseline override. */
export interface PublishedObject {
  /** Content-addressed key, below `approvals/` or `overrides/`. */
  readonly key: string;
  readonly content: string;
  readonly contentType: string;
}

/** The InstallOverrideList of an approval, under a key that its content decides. */
export function approvalObject(approval: Approval): PublishedObject {
  const content = overrideList(approval);
  return { key: contentKey("approvals", content, "yaml"), content, contentType: "application/yaml" };
}

/** The BaselineOverride of a window; undefined when its groups' own baselines hold. */
export function overrideObject(plane: Pick<Plane, "baselines">, window: Window): PublishedObject | undefined {
  const baselines = window.baselineOverride.flatMap((name) => plane.baselines[name] ?? []);
  if (baselines.length === 0) return undefined;
  const content = toBaselineOverride(baselines);
  return { key: contentKey("overrides", content, "json"), content, contentType: "application/json" };
}

/**
 * The approval a window installs by: that of its reviewed group, when the file in force names at least one patch.
 * Undefined for scans, automatic groups, and where nothing is approved.
 */
export function approvalOf(plane: Pick<Plane, "groups" | "approvals">, window: Window): Approval | undefined {
  const [name] = window.groups;
  if (name === undefined || window.operation === "scan") return undefined;
  const approval = plane.approvals[name];
  if (!isReviewed(plane, name) || approval === undefined) return undefined;
  return Object.values(approval.patches).some((patches) => patches.length > 0) ? approval : undefined;
}
