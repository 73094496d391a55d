import { opendir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Parser, type ReadEntry } from "tar";
import { isUrl, openSource } from "./source.ts";

/** One record of a source: its name, and its text. */
export type Visit = (name: string, text: string) => void;

/** Records are some kilobytes; what is bigger is none. */
const recordBytes = 2 ** 26;

const isRecord = (name: string): boolean => /\.json$/.test(name);

async function visitFolder(folder: string, visit: Visit): Promise<void> {
  const files: string[] = [];
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (entry.isFile() && isRecord(entry.name)) files.push(join(entry.parentPath, entry.name));
  }
  for (const file of files.sort()) visit(file, await readFile(file, "utf8"));
}

/** Reads an archive as it comes: nothing of it is written anywhere. */
async function visitArchive(source: string, visit: Visit): Promise<void> {
  let entries = 0;
  const archive = new Parser({
    strict: true,
    filter: (path) => isRecord(path),
    onReadEntry: (entry: ReadEntry) => {
      entries += 1;
      if (entry.size > recordBytes) {
        archive.abort(new Error(`${entry.path} has ${String(entry.size)} bytes`));
        return;
      }
      const chunks: Buffer[] = [];
      entry.on("data", (chunk) => chunks.push(chunk));
      entry.on("end", () => {
        visit(entry.path, Buffer.concat(chunks).toString("utf8"));
      });
    },
  });
  await pipeline(await openSource(source), archive as unknown as NodeJS.WritableStream);
  if (entries === 0) throw new Error(`${source} holds no record (*.json)`);
}

/**
 * Visits every OSV record of a folder, of a tar archive (packed or not; a file or an address), or of one file.
 * @throws whatever keeps it from being read whole
 */
export async function visitOsv(source: string, visit: Visit): Promise<void> {
  if (/\.zip$/i.test(source)) throw new Error(`${source} is a zip archive: unpack it, and name its folder`);
  if (!isUrl(source)) {
    if ((await stat(source)).isDirectory()) return visitFolder(source, visit);
    if (isRecord(source)) {
      visit(source, await readFile(source, "utf8"));
      return;
    }
  }
  return visitArchive(source, visit);
}
