import { whichServers } from "../fleet/cohorts.ts";
import type { Finding } from "../fault.ts";
import { lookupKey } from "./location.ts";
import type { LiveAssociation, LiveLocation, LiveTargetEntry, LiveWindow } from "./location.ts";
import { isOwn, liveFinding, type LiveScope } from "./scope.ts";
import { productName } from "../stack/awsNames.ts";
import { isScanDocument } from "../stack/operatorDocuments.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import type { Server } from "../server.ts";
import { hookedKey } from "../stack/hookDocuments.ts";
import { byKey } from "../text.ts";

/** A document's name, without its ARN. */
function nameOf(document: string): string {
  return document.slice(document.lastIndexOf("/") + 1);
}

/**
 * Whether an SSM document scans or installs patches, by its name or ARN: AWS's own (`AWS-RunPatchBaseline` and its
 * kind, `AWS-InstallWindowsUpdates`, …), this product's that hold hooks and patching in one or scan, and others whose name
 * speaks of patches.
 */
export function isPatchDocument(document: string): boolean {
  const name = nameOf(document);
  // Before names carried their content's digest, the document that held hooks and patching was called guarded.
  if (name.startsWith(`${productName}-`))
    return isScanDocument(name) || new RegExp(`-(guarded|${hookedKey}-[0-9a-f]{8})$`).test(name);
  return /(?<!dis)patch|windowsupdate/i.test(name);
}

/** The windows of somebody else: enabled, with a name the stack does not give and without its tags. */
export function foreignWindows(planned: PlannedLocation, windows: readonly LiveWindow[]): readonly LiveWindow[] {
  return windows.filter(({ name, enabled, tags }) => enabled && !planned.windows.has(name) && !isOwn(planned, tags));
}

const inventoryDocument = "AWS-GatherSoftwareInventory";

/**
 * Whether an association gathers inventory where the stack's own does: AWS runs one of them for a node, beside one for
 * all nodes of the account.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-inventory-troubleshooting.html
 */
function takesInventory({ document, targets }: LiveAssociation): boolean {
  const isForAll = targets.some(({ key, values }) => key === "InstanceIds" && values.includes("*"));
  return nameOf(document) === inventoryDocument && !isForAll;
}

/** The associations of somebody else that patch, or that gather inventory in place of the stack's. */
export function foreignAssociations(
  planned: PlannedLocation,
  associations: readonly LiveAssociation[],
): readonly LiveAssociation[] {
  return associations.filter(
    (each) =>
      !planned.associations.has(each.name) &&
      (isPatchDocument(each.document) || takesInventory(each)) &&
      !isOwn(planned, each.tags),
  );
}

/** What one task or association of somebody else does, and to whom. */
interface ForeignAct {
  readonly document: string;
  readonly operation: string | undefined;
  /** Each list is one selection; its entries hold together. */
  readonly selections: readonly (readonly LiveTargetEntry[])[];
}

function actsOf({ tasks, targets }: LiveWindow): readonly ForeignAct[] {
  return tasks
    .filter(({ document }) => isPatchDocument(document))
    .map((task) => ({
      document: task.document,
      operation: task.parameters?.["Operation"]?.[0],
      selections: task.targets.flatMap((entry) =>
        entry.key === "WindowTargetIds"
          ? targets.filter(({ id }) => entry.values.includes(id)).map((target) => target.targets)
          : [[entry]],
      ),
    }));
}

const patchGroupTag = "tag:PatchGroup";

/** Selections by tags that only AWS can tell the nodes of. */
export function lookupsOf(
  windows: readonly LiveWindow[],
  associations: readonly LiveAssociation[],
): readonly { readonly key: string; readonly value: string }[] {
  const selections = [
    ...windows.flatMap(actsOf).flatMap((act) => act.selections),
    ...associations.map((a) => a.targets),
  ];
  const entries = selections.flat().filter(({ key }) => key !== patchGroupTag && /^tag(:|-key$)/.test(key));
  const pairs = entries.flatMap(({ key, values }) => values.map((value) => ({ key, value })));
  const unique = new Map(pairs.map((pair) => [lookupKey(pair.key, pair.value), pair]));
  return [...unique].toSorted(byKey).map(([, pair]) => pair);
}

/** Servers that an entry selects; undefined where nobody here can tell. */
function selected(live: LiveLocation, { key, values }: LiveTargetEntry): ReadonlySet<Server> | undefined {
  const all = live.servers;
  if (key === patchGroupTag) {
    return new Set(all.filter(({ server }) => values.includes(server.patchGroup)).map(({ server }) => server));
  }
  if (key === "InstanceIds") {
    const hit = all.filter(({ node }) => values.includes("*") || (node !== undefined && values.includes(node.id)));
    return new Set(hit.map(({ server }) => server));
  }
  const lists = values.map((value) => live.tagged.get(lookupKey(key, value)));
  if (lists.length === 0 || lists.includes(undefined)) return undefined;
  const ids = new Set(lists.flatMap((list) => list ?? []));
  return new Set(all.filter(({ node }) => ids.has(node?.id ?? "")).map(({ server }) => server));
}

function reached(live: LiveLocation, selection: readonly LiveTargetEntry[]): ReadonlySet<Server> | undefined {
  const sets = selection.map((entry) => selected(live, entry));
  const known = sets.filter((set) => set !== undefined);
  const [first, ...others] = known;
  const common =
    first === undefined ? undefined : new Set([...first].filter((server) => others.every((set) => set.has(server))));
  // What one entry rules out stays out, whatever the others would say.
  return common?.size === 0 || known.length === sets.length ? (common ?? new Set()) : undefined;
}

function actFinding(scope: LiveScope, path: string, who: string, act: ForeignAct): readonly Finding[] {
  const sets = act.selections.map((selection) => reached(scope.live, selection));
  const servers = [...new Set(sets.flatMap((set) => [...(set ?? [])]))].toSorted((a, b) => a.line - b.line);
  const name = nameOf(act.document);
  const isInventory = name === inventoryDocument;
  const patches = { Scan: "scans", Install: "patches" }[act.operation ?? ""] ?? "scans or patches";
  const does = isInventory ? "gathers the inventory of" : patches;
  const fix = isInventory
    ? "take the servers out of it: AWS runs one such association for a node and skips the other, so that packages in reports grow old"
    : "take the servers out of it, or say in the checks why both are wanted";
  if (servers.length > 0) {
    const message = `${who} ${does} ${whichServers(servers)} of the stack`;
    return [liveFinding("live-foreign", scope, { path, message, value: name, fix })];
  }
  if (!sets.includes(undefined)) return [];
  const message = `${who} ${does} what it selects by resource groups or the like: whether that reaches servers of the stack cannot be told`;
  return [liveFinding("live-foreign", scope, { path, message, value: name, fix: "look at what it selects" })];
}

/** Findings about windows and associations of somebody else that scan or patch servers of the stack. */
export function foreignFindings(scope: LiveScope): readonly Finding[] {
  const { planned, live } = scope;
  const windows = foreignWindows(planned, live.windows).flatMap((window) =>
    actsOf(window).flatMap((act) => actFinding(scope, window.id, `somebody's maintenance window ${window.name}`, act)),
  );
  const associations = foreignAssociations(planned, live.associations).flatMap((each) => {
    const act = { document: each.document, operation: each.parameters?.["Operation"]?.[0], selections: [each.targets] };
    const who = each.name === "" ? "somebody's association" : `somebody's association ${each.name}`;
    return actFinding(scope, each.id, who, act);
  });
  return [...windows, ...associations];
}
