import { operatingSystemOf, productNames } from "./operatingSystems.ts";
import { aptDrafts } from "./aptTable.ts";
import { usualTraits } from "./traits.ts";
import type { MachineKind } from "./traits.ts";
import { windowsDrafts } from "./windowsTable.ts";
import { yumDrafts } from "./yumTable.ts";
import type { RowDraft, PackageTable } from "./packageRow.ts";

function draftsOf(kind: MachineKind, traits: readonly string[]): readonly RowDraft[] {
  switch (kind.os) {
    case "ubuntu":
    case "debian":
      return aptDrafts(kind, traits);
    case "amazon-linux":
      return yumDrafts(kind, traits);
    case "windows-server":
      return windowsDrafts(kind.release);
  }
}

const tables = new Map<string, PackageTable>();

/** The packages of a kind of machine with some traits, made once; the traits of its cloud's image when left out. */
export function packageTable(kind: MachineKind, traits: readonly string[] = usualTraits(kind)): PackageTable {
  const key = [kind.os, kind.release, kind.arch, ...traits].join("/");
  const known = tables.get(key);
  if (known !== undefined) return known;
  const drafts = draftsOf(kind, traits);
  const positions = new Map(drafts.map((draft, index) => [draft.name, index]));
  const rows = drafts.map(({ needsNames, ...draft }) => ({
    ...draft,
    needs: needsNames.flatMap((name) => positions.get(name) ?? []),
  }));
  const table = { os: operatingSystemOf(kind), products: productNames(kind), rows };
  tables.set(key, table);
  return table;
}
