import { overrideList } from "./overrideList.ts";
import { toBaselineOverride } from "./baselineOverride.ts";
import { contentKey } from "./awsNames.ts";
import { isReviewed, type Approval, type Plane } from "../plane.ts";
import type { Window } from "../window.ts";

/** Folder of the records of who approved, in the bucket of each location: the deploying role writes each once, for ever. */
export const approvedFolder = "approved";

/** An object that nodes read: a list of what to install, or a baseline override. */
export interface PublishedObject {
  /** Content-addressed key, below `approvals/` or `overrides/`. */
  readonly key: string;
  readonly content: string;
  readonly contentType: string;
  /** What S3 keeps beside the content: names in lower case, all of it ASCII and within 2 KB. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The InstallOverrideList of an approval, under a key that its group and its content decide: a newer file that lets
 * through the same leaves the object where nodes of a run that goes on look for it. The object carries the file that it
 * was made of, by path and by git's id of its content.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function approvalObject(approval: Approval): PublishedObject {
  const content = overrideList(approval);
  const metadata = { "approvals-file": encodeURI(approval.file), "approvals-blob": approval.blob };
  const key = contentKey("approvals", `${approval.group}\n${content}`, "yaml");
  return { key, content, contentType: "application/yaml", metadata };
}

/** An update that is nowhere: of a form that Windows takes, and of a title that no package's name or version can have. */
const noUpdate = { id: "KB0000000", title: "patchplane-drill-installs-nothing" } as const;

/**
 * The InstallOverrideList of a drill, by which no server installs anything. It names an update that there is not, because
 * AWS does not say what a list without an entry does, and AWS's own code takes one that is left out for the baseline.
 */
export function drillObject(): PublishedObject {
  const content = overrideList({ patches: { WINDOWS: [noUpdate] } });
  return { key: contentKey("overrides", content, "yaml"), content, contentType: "application/yaml" };
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
