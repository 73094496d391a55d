import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { CollectionRecords } from "../../domain/collection/records.ts";
import type { PackagesRead } from "../../domain/collection/serverRecords.ts";
import { byText } from "../../domain/text.ts";

/** Types whose records are read node by node. */
export const nodeTypes = ["AWS:Application", "AWS:Tag", "AWS:ComplianceItem", "Patchplane:Missing"] as const;

type NodeType = (typeof nodeTypes)[number];

/** Everything that was read of one node. */
export type NodeRecords = { readonly [Type in NodeType]: readonly CollectionRecords[Type][] };

/** A node that has been read. */
export interface NodeDone extends PackagesRead {
  readonly resourceId: string;
}

/** Bytes of each type's file, once the node is in it. */
type Line = NodeDone & { readonly bytes: Readonly<Record<NodeType, number>> };

/** What a location has been read of, on disk: nothing that was read is lost when the process ends, however it ends. */
export interface LocationJournal {
  /** By node id: those of an earlier process too. */
  readonly done: ReadonlyMap<string, NodeDone>;
  readonly add: (node: NodeDone, records: NodeRecords) => void;
  /**
   * The records of a type, of one node at a time, sorted by node and within it: nodes are read side by side, and which
   * one is done first tells nothing.
   */
  readonly chunks: (type: NodeType) => AsyncIterable<{ readonly resourceId: string; readonly lines: string }>;
}

function linesOf(records: readonly object[]): readonly string[] {
  return records.map((record) => `${JSON.stringify(record)}\n`);
}

/** Whole lines of a journal's list; the last one may have been cut off. */
function earlier(list: string): readonly Line[] {
  if (!existsSync(list)) return [];
  return readFileSync(list, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/**
 * Opens the journal of a location in a folder. A node counts when its line is in the list, which is written last; what
 * stands behind the last one's records was cut off, and is taken away.
 */
export function locationJournal(folder: string): LocationJournal {
  mkdirSync(folder, { recursive: true });
  const list = join(folder, "nodes.jsonl");
  const fileOf = (type: NodeType): string => join(folder, `${type.replace(":", "-")}.jsonl`);
  const before = earlier(list);
  const bytes = Object.fromEntries(nodeTypes.map((type) => [type, before.at(-1)?.bytes[type] ?? 0]));
  for (const type of nodeTypes) {
    appendFileSync(fileOf(type), "");
    truncateSync(fileOf(type), bytes[type]);
  }
  truncateSync(ensured(list), Buffer.byteLength(linesOf(before).join("")));
  const read = [...before];
  const done = new Map<string, NodeDone>(before.map((line) => [line.resourceId, line]));
  return {
    done,
    add: (node, records) => {
      for (const type of nodeTypes) {
        const text = linesOf(records[type]).toSorted(byText).join("");
        if (text === "") continue;
        appendFileSync(fileOf(type), text);
        bytes[type] = (bytes[type] ?? 0) + Buffer.byteLength(text);
      }
      const line = { ...node, bytes: { ...bytes } as Line["bytes"] };
      appendFileSync(list, linesOf([line]).join(""));
      read.push(line);
      done.set(node.resourceId, node);
    },
    chunks: async function* (type) {
      const parts = read.map((line, index) => {
        const start = read[index - 1]?.bytes[type] ?? 0;
        return { resourceId: line.resourceId, start, length: line.bytes[type] - start };
      });
      await using file = await open(fileOf(type));
      for (const { resourceId, start, length } of parts.toSorted((a, b) => byText(a.resourceId, b.resourceId))) {
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
        yield { resourceId, lines: buffer.toString("utf8") };
      }
    },
  };
}

function ensured(file: string): string {
  appendFileSync(file, "");
  return file;
}
