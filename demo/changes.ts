import type { ServerRecord } from "../domain/collection/records.ts";
import { storedFiles } from "../domain/collection/stored.ts";
import type { Cell, ReportDocument } from "../domain/report/report.ts";
import { readRecords } from "../operations/store/records.ts";
import type { CollectionStore } from "../operations/store/store.ts";
import type { JournalEntry } from "../simulator/index.ts";
import { made } from "./run.ts";

/** What became of a package on a node: `openssl 1.1.1f-1 → 1.1.1f-2`; an rpm's epoch of 0 is the same as none. */
function changeText(name: string, from: Cell, to: Cell): string {
  const [before, after] = [from, to].map((version) => String(version ?? "").replace(/^0:/, ""));
  return `${name} ${before} → ${after}`;
}

type Changes = ReadonlyMap<string, ReadonlySet<string>>;

type InstallEntry = Extract<JournalEntry, { readonly kind: "patching" | "foreignPatching" }>;

/** When the inventory of each node of a collection was captured. */
export async function capturesOf(store: CollectionStore, stamp: string): Promise<ReadonlyMap<string, Date>> {
  const captures = new Map<string, Date>();
  const files = storedFiles(await store.paths("Patchplane:Server")).filter(({ collected }) => collected === stamp);
  for (const { path } of files) {
    for await (const record of readRecords(store, path)) {
      const { resourceId, inventoryCaptured } = record as ServerRecord;
      if (inventoryCaptured !== "") captures.set(resourceId, new Date(inventoryCaptured));
    }
  }
  return captures;
}

/** Windows knows updates by their numbers, each of which takes the place of the one before. */
function isWindowsUpdate({ to }: { readonly to: string }): boolean {
  return to.startsWith("KB");
}

/**
 * What truly changed on each node after its packages were captured, on Windows after its updates were read: of several
 * changes of a package the first "from" and the last "to".
 */
export function trueChanges(
  entries: readonly JournalEntry[],
  captures: ReadonlyMap<string, Date>,
  read: Date,
): Changes {
  const nodeOf = new Map(
    entries.flatMap((entry) => (entry.kind === "patching" ? [[entry.machine, entry.nodeId]] : [])),
  );
  const installs = entries
    .filter((entry): entry is InstallEntry => entry.kind === "patching" || entry.kind === "foreignPatching")
    .map((entry) => ({ ...entry, ended: entry.kind === "patching" ? entry.endsAt : entry.at }))
    .sort((a, b) => a.ended.getTime() - b.ended.getTime());
  const byNode = Map.groupBy(installs, ({ machine }) => nodeOf.get(machine) ?? machine);
  return new Map(
    [...byNode].map(([node, own]) => {
      const net = new Map<string, { readonly from: string; readonly to: string }>();
      const captured = captures.get(node) ?? read;
      for (const { ended, packages } of own) {
        for (const { name, from, to } of packages.filter((each) => ended > (isWindowsUpdate(each) ? read : captured)))
          net.set(name, { from: net.get(name)?.from ?? from, to });
      }
      const texts = [...net].map(([name, { from, to }]) =>
        isWindowsUpdate({ to }) ? changeText(to, "", to) : changeText(name, from, to),
      );
      return [node, new Set(texts)];
    }),
  );
}

/** The values of columns of a table, row by row. */
export function cells(document: ReportDocument, table: string, keys: readonly string[]): readonly (readonly Cell[])[] {
  const { columns, rows } = made(
    document.tables.find(({ id }) => id === table),
    `the table ${table}`,
  );
  const places = keys.map((key) => columns.findIndex((column) => column.key === key));
  return rows.map((row) => places.map((place) => row[place] ?? null));
}

export function reportedChanges(document: ReportDocument): Changes {
  const rows = cells(document, "changes", ["node", "package", "before", "after"]);
  const byNode = Map.groupBy(rows, ([node]) => String(node));
  return new Map(
    [...byNode].map(([node, own]) => [
      node,
      new Set(own.map(([, name, before, after]) => changeText(String(name), before ?? null, after ?? null))),
    ]),
  );
}

/** Where two accounts of what changed differ, on nodes that both speak of. */
export function differences(truth: Changes, reported: Changes, except: ReadonlySet<string>): readonly string[] {
  const nodes = [...new Set([...truth.keys(), ...reported.keys()])].filter((node) => !except.has(node)).sort();
  return nodes.flatMap((node) => {
    const was = truth.get(node) ?? new Set<string>();
    const said = reported.get(node) ?? new Set<string>();
    return [
      ...[...was.difference(said)].map((change) => `${node}: ${change} is not in the report`),
      ...[...said.difference(was)].map((change) => `${node}: ${change} never happened`),
    ];
  });
}
