import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { CollectionStore } from "./store.ts";

/** Ending of what is not yet in its place. */
const aside = ".new";

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(aside))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** Folders that a removal has emptied, upwards; one that is not empty ends it. */
async function removeEmptied(folder: string, root: string): Promise<void> {
  for (let at = folder; at.startsWith(root + sep); at = dirname(at)) {
    const entries = await readdir(at).catch(() => ["not there"]);
    if (entries.length > 0) return;
    await rm(at, { recursive: true });
  }
}

/** Collections in a folder of this machine, made when something is written. */
export function folderStore(folder: string): CollectionStore {
  const root = resolve(folder);
  return {
    place: folder,
    paths: async (below) => {
      const files = await filesBelow(join(root, below));
      return files.map((file) => relative(root, file).replaceAll(sep, "/")).sort();
    },
    read: (path) => Promise.resolve(createReadStream(join(root, path))),
    write: async (path, fill) => {
      const file = join(root, path);
      const made = `${file}.${String(process.pid)}${aside}`;
      await mkdir(dirname(file), { recursive: true });
      try {
        await fill(made);
        await rename(made, file);
      } catch (error) {
        await rm(made, { force: true });
        throw error;
      }
    },
    remove: async (path) => {
      const file = join(root, path);
      await rm(file, { force: true });
      await removeEmptied(dirname(file), root);
    },
  };
}
