import {
  deployedOperations,
  type Preview,
  type PreviewResult,
  type ResourceOperation,
} from "../../domain/pullRequest/pulumiPreview.ts";
import { byText, counted } from "../../domain/text.ts";
import { codeBlock } from "./codeBlock.ts";
import { code, folded } from "../markdown.ts";

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

function wordsOf(operation: string): string {
  return operationWords[operation] ?? `to ${operation}`;
}

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
export function operationCounts(preview: Preview): readonly (readonly [operation: string, count: number])[] {
  const groups = Map.groupBy(deployedOperations(preview).filter(isCloudResource), ({ operation }) => operation);
  const known = Object.keys(operationWords);
  const rank = (operation: string): number => (known.includes(operation) ? known.indexOf(operation) : known.length);
  return [...groups]
    .map(([operation, members]) => [operation, members.length] as const)
    .toSorted(([left], [right]) => rank(left) - rank(right) || byText(left, right));
}

/** `2 to delete, 1 to update`; for a table's cell and a folded section's heading. */
export function operationSummary(preview: Preview): string {
  const counts = operationCounts(preview).map(([operation, count]) => `${String(count)} to ${operation}`);
  return counts.length === 0 ? "no changes" : counts.join(", ");
}

interface Entry {
  readonly heading: string;
  readonly names: readonly string[];
}

/** One entry per type and set of changed properties; Azure VMs are named as such, once each. */
function entriesOf(operations: readonly ResourceOperation[]): readonly Entry[] {
  const vms = new Set(operations.flatMap((operation) => azureVmOf(operation) ?? []));
  const others = operations.filter((operation) => azureVmOf(operation) === undefined);
  const groups = Map.groupBy(others, ({ type, changed }) => [shortType(type), ...changed].join("\n"));
  const entries = [...groups].map(([key, members]) => {
    const [type = "", ...changed] = key.split("\n");
    const properties = changed.length === 0 ? "" : `, changed ${changed.map(code).join(" ")}`;
    return {
      heading: `${type}${members.length === 1 ? "" : ` × ${String(members.length)}`}${properties}`,
      names: members.map(({ name }) => name).sort(),
    };
  });
  const azure =
    vms.size === 0 ? [] : [{ heading: `onboarding of ${counted(vms.size, "Azure VM")}`, names: [...vms].sort() }];
  return [...azure, ...entries.toSorted((left, right) => byText(left.heading, right.heading))];
}

function errorText(message: string): string {
  const lines = message.split("\n");
  const shown = lines
    .slice(0, errorLines)
    .map((line) => (line.length <= errorWidth ? line : `${line.slice(0, errorWidth)}…`));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`(${counted(more, "more line")})`] : [])].join("\n");
}

/** Takes whole lines while they fit and says how many resources are left out. */
function withinLimit(lines: readonly { readonly text: string; readonly resources: number }[], limit: number): string {
  const all = lines
    .map(({ text }) => text)
    .join("\n")
    .trim();
  if (all.length <= limit) return all;
  const left = (count: number): string =>
    `\n_${counted(count, "resource")} left out here: the whole preview is in the run's artifacts._`;
  const resources = lines.reduce((sum, line) => sum + line.resources, 0);
  const room = limit - left(resources).length - 1;
  const kept: string[] = [];
  let used = 0;
  let shown = 0;
  for (const line of lines) {
    if (used + line.text.length + 1 > room) break;
    kept.push(line.text);
    used += line.text.length + 1;
    shown += line.resources;
  }
  return `${kept.join("\n").trim()}\n${left(resources - shown)}`;
}

const namesPerLine = 10;

function entryLines({ heading, names }: Entry): readonly { readonly text: string; readonly resources: number }[] {
  const chunks = Array.from({ length: Math.ceil(names.length / namesPerLine) }, (_, index) =>
    names.slice(index * namesPerLine, (index + 1) * namesPerLine),
  );
  return chunks.map((chunk, index) => ({
    text: `${index === 0 ? `- ${heading}: ` : "  "}${chunk.map(code).join(", ")}${index === chunks.length - 1 ? "" : ","}`,
    resources: chunk.length,
  }));
}

function operationsMarkdown(preview: Preview, limit: number): string {
  const operations = deployedOperations(preview).filter(isCloudResource);
  const lines = operationCounts(preview).flatMap(([operation, count]) => [
    { text: `\n**${String(count)} ${wordsOf(operation)}**\n`, resources: 0 },
    ...entriesOf(operations.filter((each) => each.operation === operation)).flatMap(entryLines),
  ]);
  const roles = preview.operations.length - deployedOperations(preview).length;
  const note =
    roles === 0
      ? ""
      : `\n\n_${counted(roles, "AWS provider")} besides: the preview reads with another role than the deployment's._`;
  return `${withinLimit(lines, limit - note.length)}${note}`;
}

/**
 * A preview as Markdown of at most so many characters: operations grouped and counted, resources by name, the names of
 * changed properties and never a value. A preview that failed or is missing says so and why.
 */
export function previewMarkdown(result: PreviewResult, limit: number): string {
  if ("missing" in result) return `**No Pulumi preview**: ${result.missing}`.slice(0, limit);
  const { preview } = result;
  if (preview.errors.length > 0) {
    const errors = codeBlock(preview.errors.map(errorText).join("\n"));
    const text = `**The Pulumi preview failed**\n\n${errors}`;
    return text.length <= limit ? text : "**The Pulumi preview failed**: see the run's log.".slice(0, limit);
  }
  const summary = `Pulumi preview: ${operationSummary(preview)}; ${String(preview.unchanged)} unchanged`;
  const frame = folded(summary, "").length;
  return folded(summary, operationsMarkdown(preview, limit - frame));
}
