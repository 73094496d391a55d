import type { CreatePatchBaselineRequest } from "@aws-sdk/client-ssm";
import { parse } from "yaml";
import type { SimulatedCloud } from "../state/cloud.ts";
import type { BaselineContent } from "../state/baselines.ts";
import { emptyContent, withContent } from "../services/ssm/baselineRules.ts";
import type { ObjectVersion } from "../state/objects.ts";
import type { Checked } from "../state/checked.ts";
import type { OperatingSystem } from "../../domain/server.ts";

/** One entry of an install override list; both must match when there is a title. */
export interface OverrideEntry {
  readonly id: string;
  readonly title: string | undefined;
}

/** A file that a node could not use: the run fails with it. */
export class OverrideFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "OverrideFault";
  }
}

type Override = Checked<Omit<CreatePatchBaselineRequest, "Name">> & { readonly OperatingSystem?: string };

function downloaded(cloud: SimulatedCloud, accountId: string, url: string): ObjectVersion {
  const path = /^s3:\/\/(.+)$/.exec(url)?.[1];
  if (path === undefined) throw new OverrideFault(`${url} cannot be downloaded; the embedded cloud reads s3:// only`);
  const object = cloud.objects(accountId).current(path);
  if (object === undefined) throw new OverrideFault(`Access denied or no such object: ${url}`);
  return object;
}

function scalarText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/**
 * Reads the YAML of an InstallOverrideList. An empty list is one: it installs nothing.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-override-lists.html
 */
export function readInstallOverride(cloud: SimulatedCloud, accountId: string, url: string): readonly OverrideEntry[] {
  const content: unknown = parse(downloaded(cloud, accountId, url).body.toString("utf8"));
  if (typeof content !== "object" || content === null)
    throw new OverrideFault("The content of the provided InstallOverrideList is invalid.");
  const patches = "patches" in content && Array.isArray(content.patches) ? (content.patches as readonly unknown[]) : [];
  return patches.map((entry) => {
    const fields = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const id = scalarText(fields["id"]);
    if (id === undefined) throw new OverrideFault("Must provide an id for each patch");
    return { id, title: scalarText(fields["title"]) };
  });
}

function parsedOverrides(object: ObjectVersion): readonly Override[] {
  try {
    const content: unknown = JSON.parse(object.body.toString("utf8"));
    return Array.isArray(content) ? (content as readonly Override[]) : [];
  } catch (error) {
    if (error instanceof SyntaxError) throw new OverrideFault(`The baseline override is not JSON: ${error.message}`);
    throw error;
  }
}

/** Baselines read so far: an object's version never changes, and a fleet reads the same one. */
const baselinesRead = new WeakMap<ObjectVersion, Map<OperatingSystem, BaselineContent>>();

/**
 * Reads the baselines of a BaselineOverride file and takes the one for an operating system; a file without one fails
 * the run.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
 */
export function readBaselineOverride(
  cloud: SimulatedCloud,
  accountId: string,
  url: string,
  os: OperatingSystem,
): BaselineContent {
  const object = downloaded(cloud, accountId, url);
  const known = baselinesRead.get(object) ?? new Map<OperatingSystem, BaselineContent>();
  baselinesRead.set(object, known);
  const read = known.get(os);
  if (read !== undefined) return read;
  const override = parsedOverrides(object).find((entry) => entry.OperatingSystem === os);
  if (override === undefined) throw new OverrideFault(`The baseline override has no baseline for ${os}`);
  const content = withContent(emptyContent(os), override);
  known.set(os, content);
  return content;
}
