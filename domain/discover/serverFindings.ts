import { isOnline } from "../fleet/managedNode.ts";
import { compareVmId, vmIdAdvice } from "../onboarding/vmId.ts";
import type { Plane } from "../plane.ts";
import { isAutoScaling, type Server } from "../server.ts";
import { counted } from "../text.ts";
import { minuteText } from "../time.ts";
import { scalingGroupTag, type Candidate } from "./candidates.ts";
import type { FoundVm } from "./evidence.ts";
import type { DiscoverFinding } from "./findings.ts";
import { about, groupFindings, patchGroupOf } from "./rows.ts";

/**
 * The oldest SSM Agent that does all that the stack's documents ask of it (AWS-RunPatchBaselineWithHooks), and the one
 * that Default Host Management asks for.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
 */
const oldestAgents = { hooks: "3.0.502.0", defaultHostManagement: "3.2.582.0" } as const;

function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): readonly number[] => text.split(".").map(Number);
  const [is, wanted] = [numbers(version), numbers(than)];
  if (is.some(Number.isNaN)) return false;
  const at = wanted.findIndex((part, index) => part !== (is[index] ?? 0));
  return at >= 0 && (is[at] ?? 0) < (wanted[at] ?? 0);
}

function agentFindings(plane: Plane, candidate: Candidate, isNew: boolean): readonly DiscoverFinding[] {
  const { nodes, nodesKnown, running, vm, members, size } = candidate;
  if (!nodesKnown || !running) return [];
  const lacking = size - nodes.length;
  // A VM becomes a node by its row: `status` says how far it is.
  if (vm === undefined && lacking > 0)
    return [about(candidate, "agent-missing", members === undefined ? "" : `${String(lacking)} of ${String(size)}`)];
  if (nodes.length === 0) return [];
  const oldest = plane.nodes.defaultHostManagement ? oldestAgents.defaultHostManagement : oldestAgents.hooks;
  const counted = members === undefined ? nodes.slice(0, 1) : nodes;
  const silent = counted.filter((node) => !isOnline(node));
  const old = counted.filter(({ details }) => details !== undefined && isOlder(details.agentVersion, oldest));
  return [
    ...(isNew && vm !== undefined ? [] : silent).map((node) => {
      const since = node.lastPingAt === undefined ? "" : `, heard last ${minuteText(node.lastPingAt)}`;
      return about(candidate, "agent-silent", `${node.id}${since}`);
    }),
    ...old.map(({ details }) => about(candidate, "agent-old", `${details?.agentVersion ?? ""}, needed is ${oldest}`)),
  ];
}

function patchedByAzure({ patchMode, automaticUpdates }: FoundVm): string {
  if (patchMode.startsWith("Automatic")) return `patchMode ${patchMode}`;
  return patchMode === "" && automaticUpdates ? "enableAutomaticUpdates" : "";
}

function vmFindings(candidate: Candidate, row: Server, isNew: boolean): readonly DiscoverFinding[] {
  const { vm, nodes } = candidate;
  if (vm === undefined || row.azure === undefined) return [];
  const match = vm.vmId === "" ? "same" : compareVmId(row.azure.vmId, vm.vmId);
  const by = patchedByAzure(vm);
  const onboards = isNew || nodes.length === 0;
  const slot = isNew || row.azure.onboardingMethod === "customScript";
  return [
    ...(match === "same" ? [] : [about(candidate, "vm-id", `Azure's is ${vm.vmId}`, vmIdAdvice(match, vm.vmId))]),
    ...(onboards && slot && vm.otherScript !== undefined
      ? [about(candidate, "custom-script-taken", `by ${vm.otherScript}`)]
      : []),
    ...(onboards && vm.failedExtension !== undefined ? [about(candidate, "extension-failed", vm.failedExtension)] : []),
    ...(onboards && !vm.takesExtensions ? [about(candidate, "extensions-refused")] : []),
    ...(onboards && vm.running && vm.guestAgent !== undefined && vm.guestAgent !== "Ready"
      ? [about(candidate, "guest-agent-not-ready", vm.guestAgent)]
      : []),
    ...(by === "" ? [] : [about(candidate, "azure-patches", by)]),
  ];
}

function scalingFindings(candidate: Candidate, row: Server, sizes: boolean): readonly DiscoverFinding[] {
  const { members, size, tags } = candidate;
  const group = tags[scalingGroupTag];
  if (members === undefined)
    return group === undefined ? [] : [about(candidate, "scaling-group-member", `of ${group}`)];
  if (size === row.size || (sizes && size > 0)) return [];
  return [about(candidate, "scaling-group-size", `${counted(size, "runs", "run")}, ${String(row.size)} in its row`)];
}

/** What is amiss with a server of the file, or of a new row. */
export function serverFindings(
  plane: Plane,
  candidate: Candidate,
  row: Server,
  { isNew, sizes, selfUpgrading }: { isNew: boolean; sizes: boolean; selfUpgrading: ReadonlyMap<string, string> },
): readonly DiscoverFinding[] {
  // Whoever patches it elsewhere sees to it.
  if (plane.groups[row.patchGroup]?.kind === "elsewhere") return [];
  const tag = patchGroupOf(candidate.tags);
  // The tag of a hybrid node comes from its row: `tags` compares them.
  const ofTag = isNew || candidate.vm !== undefined ? [] : groupFindings(plane, candidate);
  const differs =
    !isNew &&
    candidate.vm === undefined &&
    tag !== undefined &&
    tag.group in plane.groups &&
    tag.group !== row.patchGroup;
  const [by] = candidate.nodes.flatMap(({ id }) => selfUpgrading.get(id) ?? []);
  return [
    ...ofTag,
    ...(differs ? [about(candidate, "patch-group-differs", `${tag.group}; its row: ${row.patchGroup}`)] : []),
    ...agentFindings(plane, candidate, isNew),
    ...vmFindings(candidate, row, isNew),
    ...(by === undefined ? [] : [about(candidate, "patches-itself", by)]),
    ...(isNew && isAutoScaling(row) ? [] : scalingFindings(candidate, row, sizes)),
  ];
}
