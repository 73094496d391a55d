import { createWriteStream } from "node:fs";
import * as stream from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { CollectionStore } from "./store.ts";

/** A file of a store that is no file of records: cut off, or damaged. */
export class BrokenFile extends Error {
  constructor(place: string, path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`${place}: ${path} cannot be read (${what}); remove its collection, or put it there again`, { cause });
    this.name = "BrokenFile";
  }
}

async function* linesOf(records: Iterable<object> | AsyncIterable<object>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

/** Writes records to a file of the store as gz JSON lines, one at a time: they need not fit into memory. */
export async function writeRecords(
  store: CollectionStore,
  path: string,
  records: Iterable<object> | AsyncIterable<object>,
): Promise<void> {
  await store.write(path, (file) => pipeline(Readable.from(linesOf(records)), createGzip(), createWriteStream(file)));
}

/** Lines by line feeds alone: whatever else begins a line somewhere may stand within a record. */
async function* linesFrom(input: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of input.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}

/**
 * The records of a file, one at a time, packed by gzip or plain as its name says.
 * @throws BrokenFile when it ends in the middle, or holds something else
 */
export async function* readRecords(store: CollectionStore, path: string): AsyncGenerator {
  const source = await store.read(path);
  // The unpacking stream fails with its source, so that one place hears of both.
  const input = path.endsWith(".gz") ? stream.pipeline(source, createGunzip(), () => undefined) : source;
  try {
    for await (const line of linesFrom(input)) if (line !== "") yield JSON.parse(line);
  } catch (error) {
    throw new BrokenFile(store.place, path, error);
  }
}
