import type { JournalEntry, PatchingEntry } from "../simulator/index.ts";
import { plainTable } from "../render/plainTable.ts";
import { paper } from "./options.ts";
import { byText } from "../domain/text.ts";

interface Counted {
  readonly what: string;
  readonly servers: number;
}

function counted(groups: ReadonlyMap<string, readonly { readonly machine: string }[]>): readonly Counted[] {
  return [...groups]
    .map(([what, entries]) => ({ what, servers: new Set(entries.map(({ machine }) => machine)).size }))
    .sort((a, b) => byText(a.what, b.what));
}

function howItEnded({ operation, outcome, missed, detail }: PatchingEntry): string {
  const reason = missed ?? detail;
  return `${operation.toLowerCase()} ${outcome}${reason === "" ? "" : `: ${reason}`}`;
}

/** What truly went wrong, and nothing where nothing did, from the journal: faults by kind, and operations that missed a server or failed on it. */
export function wrongsTable(entries: readonly JournalEntry[]): string {
  const faults = entries.filter((entry) => entry.kind === "fault").filter(({ phase }) => phase === "began");
  const operations = entries
    .filter((entry) => entry.kind === "patching")
    .filter(({ outcome, detail }) => outcome === "missed" || outcome === "failed" || detail !== "");
  const rows = [
    ...counted(Map.groupBy(faults, ({ fault }) => `fault: ${fault}`)),
    ...counted(Map.groupBy(operations, howItEnded)),
  ];
  if (rows.length === 0) return "";
  return plainTable<Counted>(
    [
      { title: "what went wrong", align: "left", cell: ({ what }) => what },
      { title: "servers", align: "right", cell: ({ servers }) => servers },
    ],
    rows,
    paper,
  );
}
