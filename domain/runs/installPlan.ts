import type { Fault } from "../fault.ts";
import { isReviewed, type ApprovedPatch, type Plane } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";
import { stretchOf } from "../schedule/freezes.ts";
import { contentKey } from "../stack/awsNames.ts";
import { overrideList } from "../stack/overrideList.ts";
import type { PublishedObject } from "../stack/publications.ts";
import { byText } from "../text.ts";

/** The first ones alone, then twice as many each time: each wave begins only when the one before is verified. */
export function wavesOf<T>(all: readonly T[], canary: number): readonly (readonly T[])[] {
  const waves: (readonly T[])[] = [];
  let size = canary;
  for (let at = 0; at < all.length; size *= 2) {
    waves.push(all.slice(at, at + size));
    at += size;
  }
  return waves;
}

/** An update that was chosen; its version counts everywhere but on Windows. */
export interface ChosenUpdate {
  readonly os: OperatingSystem;
  readonly id: string;
  readonly version: string;
}

/** What is to be installed of the updates that were chosen, as the object that nodes read; its key is of its content. */
export function installObject(updates: readonly ChosenUpdate[]): PublishedObject {
  const patches: Partial<Record<OperatingSystem, ApprovedPatch[]>> = {};
  for (const { os, id, version } of updates)
    (patches[os] ??= []).push(os === "WINDOWS" ? { id } : { id, title: version });
  const content = overrideList({ patches });
  return { key: contentKey("installs", content, "yaml"), content, contentType: "application/yaml" };
}

/** What some nodes are told to install. */
export interface InstallList {
  readonly list: PublishedObject;
  readonly nodes: readonly string[];
}

/**
 * Lists of updates by which each node installs what its own scan shows, and nothing that only another's does: a list
 * counts on every node that it is given to, whatever its system. Nodes that lack the same share one; the list of most
 * nodes comes first.
 */
export function installLists(
  updates: readonly (ChosenUpdate & { readonly nodes: readonly string[] })[],
): readonly InstallList[] {
  const byNode = new Map<string, number[]>();
  for (const [at, { nodes }] of updates.entries())
    for (const node of nodes) {
      const own = byNode.get(node);
      if (own === undefined) byNode.set(node, [at]);
      else own.push(at);
    }
  // The text of a list is made once for all nodes that lack the same, and not for each of thousands.
  const alike = Map.groupBy(byNode, ([, own]) => own.join());
  const lists = [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const [node, own] = first;
    const list = installObject(own.flatMap((at) => updates[at] ?? []));
    return [{ list, nodes: [node, ...others.map(([other]) => other)] }];
  });
  // What is told in another order may be one content all the same.
  return [...Map.groupBy(lists, ({ list }) => list.key).values()]
    .flatMap((same) =>
      same[0] === undefined ? [] : [{ list: same[0].list, nodes: same.flatMap(({ nodes }) => nodes) }],
    )
    .toSorted((a, b) => b.nodes.length - a.nodes.length || byText(a.list.key, b.list.key));
}

/** What was said to overrule what holds an installation back. */
export interface Overruling {
  /** Why it has to be in a freeze. */
  readonly inFreeze?: string;
  /** Why it has to be without an approval. */
  readonly breakGlass?: string;
}

/**
 * Why nothing may be installed on some groups now: reviewed ones get what is approved and nothing else, and a freeze
 * holds until somebody says why it does not.
 */
export function installFaults(
  plane: Plane,
  groups: readonly string[],
  asOf: Date,
  { inFreeze, breakGlass }: Overruling,
): readonly Fault[] {
  const reviewed = breakGlass === undefined ? groups.filter((group) => isReviewed(plane, group)) : [];
  const frozen = plane.freezes.filter((freeze) => {
    const [from, to] = stretchOf(freeze, plane.timezone);
    const holds = groups.some((group) => freeze.groups?.includes(group) ?? true);
    return holds && from <= asOf.getTime() && asOf.getTime() < to;
  });
  return [
    ...reviewed.map((value) => ({
      path: "--group",
      message: "is reviewed: its servers get what is approved, and nothing else",
      value,
      fix: 'approve it, and open its window: npx patchplane open-window; in an emergency, with the break-glass role: --break-glass "why"',
    })),
    ...(inFreeze === undefined ? frozen : []).map(({ from, to, reason }) => ({
      path: "freezes",
      message: `nothing is installed from ${from} to ${to}: ${reason}`,
      fix: 'say why it has to be: --in-freeze "..."',
    })),
  ];
}
