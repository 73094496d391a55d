import { stringify } from "yaml";
import type { Approval, ApprovedPatch } from "../plane.ts";
import { operatingSystems, type OperatingSystem } from "../server.ts";
import { byKey } from "../text.ts";

/** Every approved patch of the plane's operating systems, in their fixed order. */
export function entriesOf(
  approval: Pick<Approval, "patches">,
): readonly (readonly [OperatingSystem, readonly ApprovedPatch[]])[] {
  return operatingSystems.map((os) => [os, approval.patches[os] ?? []] as const);
}

/**
 * The text of the InstallOverrideList that a reviewed group's install task points at: all approved patches, each once,
 * sorted by id and title; the same approval always gives the same text. Everything is quoted, so that a version such
 * as `1.10` stays text on the node.
 *
 * AWS does not scope the list by operating system: an entry counts on every node it is given to. On Windows a listed
 * patch is installed only if the baseline approves it too; on Linux the list stands alone.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
 */
export function overrideList(approval: Pick<Approval, "patches">): string {
  const unique = new Map<string, { id: string; title?: string }>();
  for (const [, patches] of entriesOf(approval)) {
    for (const { id, title } of patches) {
      unique.set(`${id} ${title ?? ""}`, title === undefined ? { id } : { id, title });
    }
  }
  const patches = [...unique].sort(byKey).map(([, patch]) => patch);
  return stringify({ patches }, { defaultStringType: "QUOTE_SINGLE", defaultKeyType: "PLAIN", lineWidth: 0 });
}
