import { deployedOperations } from "../../domain/pullRequest/pulumiPreview.ts";
import type { Preview, PreviewResult, ResourceOperation } from "../../domain/pullRequest/pulumiPreview.ts";
import { counted } from "../../domain/text.ts";
import { code, details, item, lines, names, paragraph, said, strong, words } from "../document.ts";
import type { Block, Item, Words } from "../document.ts";

/** Operations in the order a reviewer worries about them, with their words. */
const operationWords: Readonly<Record<string, string>> = {
  delete: "to delete",
  replace: "to replace (removed and made anew)",
  create: "to create",
  update: "to update",
  leave: "to leave behind (no longer Pulumi's, still in the cloud)",
};

/** Lines of one error that are shown, and characters of one line. */
const errorLines = 12;
const errorWidth = 300;

/** Suffixes of the resources that onboard one Azure VM; what is before them is the VM. */
const vmSuffix = /-(activation|extension|run-command)$/;

/** Components group resources and are nothing in a cloud. */
function isCloudResource({ type }: ResourceOperation): boolean {
  return !type.startsWith("patchplane:") && type !== "pulumi:pulumi:Stack";
}

/** `subscription/resourceGroup/vm` of what onboards an Azure VM. */
function azureVmOf({ name }: ResourceOperation): string | undefined {
  return name.split("/").length === 3 && vmSuffix.test(name) ? name.replace(vmSuffix, "") : undefined;
}

/** `aws:ssm/maintenanceWindow:MaintenanceWindow` is `MaintenanceWindow` to a reader. */
function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}

/** Resource changes by operation, most worrying first. */
function byOperation(preview: Preview): readonly (readonly [string, readonly ResourceOperation[]])[] {
  const groups = Map.groupBy(deployedOperations(preview).filter(isCloudResource), ({ operation }) => operation);
  const known = Object.keys(operationWords);
  const rank = (operation: string): number => (known.includes(operation) ? known.indexOf(operation) : known.length);
  return [...groups].toSorted(([left], [right]) => rank(left) - rank(right) || (left < right ? -1 : 1));
}

/** `2 to delete, 1 to update`; for a table's cell and a folded section's heading. */
export function operationSummary(preview: Preview): string {
  const counts = byOperation(preview).map(([operation, { length }]) => `${String(length)} to ${operation}`);
  return counts.length === 0 ? "no changes" : counts.join(", ");
}

/** One line per type and set of changed properties; Azure VMs are named as such, once each. */
function entries(operations: readonly ResourceOperation[]): readonly Words[] {
  const vms = [...new Set(operations.flatMap((operation) => azureVmOf(operation) ?? []))].sort();
  const others = operations.filter((operation) => azureVmOf(operation) === undefined);
  const groups = Map.groupBy(others, ({ type, changed }) => [shortType(type), ...changed].join("\n"));
  const rows = [...groups]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, members]) => {
      const [type = "", ...changed] = key.split("\n");
      const times = members.length === 1 ? "" : ` × ${String(members.length)}`;
      const properties = changed.length === 0 ? [] : words`, changed ${names(changed, "properties")}`;
      const resources = names(members.map(({ name }) => name).sort(), "resources");
      return words`${said(`${type}${times}`)}${properties}: ${resources}`;
    });
  const azure = words`${said(`onboarding of ${counted(vms.length, "Azure VM")}`)}: ${names(vms, "VMs")}`;
  return vms.length === 0 ? rows : [azure, ...rows];
}

function errorText(message: string): string {
  const all = message.split("\n");
  const shown = all
    .slice(0, errorLines)
    .map((line) => (line.length <= errorWidth ? line : `${line.slice(0, errorWidth)}…`));
  const more = all.length - shown.length;
  return [...shown, ...(more > 0 ? [`(${counted(more, "more line")})`] : [])].join("\n");
}

function operationItem([operation, members]: readonly [string, readonly ResourceOperation[]]): Item {
  const title = `${String(members.length)} ${operationWords[operation] ?? `to ${operation}`}`;
  return item([strong(title)], [], ...lines(entries(members), { noun: "kinds of resources" }));
}

/**
 * A preview: operations grouped and counted, resources by name, the names of changed properties and never a value. A
 * preview that failed or is missing says so and why.
 */
export function previewBlocks(result: PreviewResult): readonly Block[] {
  if ("missing" in result) return [paragraph(words`${strong("No Pulumi preview")}: ${said(result.missing)}`)];
  const { preview } = result;
  if (preview.errors.length > 0) {
    return [paragraph([strong("The Pulumi preview failed")]), code(preview.errors.map(errorText).join("\n"))];
  }
  const roles = preview.operations.length - deployedOperations(preview).length;
  const note = `${counted(roles, "AWS provider")} besides: the preview reads with another role than the deployment's.`;
  const content = [...lines(byOperation(preview).map(operationItem)), ...(roles === 0 ? [] : [paragraph(note)])];
  const summary = said(`Pulumi preview: ${operationSummary(preview)}; ${String(preview.unchanged)} unchanged`);
  return content.length === 0 ? [paragraph(summary)] : details(summary, content);
}
