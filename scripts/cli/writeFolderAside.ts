import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Says that a folder is nothing but what a command wrote, and may be replaced as a whole. */
const marker = ".patchplane-written";

/** Whether the folder may be written: it is not there, is empty, or is what a command wrote before. */
export function isReplaceable(folder: string): boolean {
  return !existsSync(folder) || existsSync(join(folder, marker)) || readdirSync(folder).length === 0;
}

/**
 * Writes a folder of files beside its place and puts it there by renaming, in the place of what was written before: who
 * reads meanwhile has the one or the other, and a full disk leaves what was there.
 * @param files - texts by their paths in the folder, parted by slashes
 * @throws Error where the folder holds what no command wrote, and whatever the file system says
 */
export function writeFolderAside(folder: string, files: ReadonlyMap<string, string>): void {
  if (!isReplaceable(folder)) throw new Error(`${folder} holds other files`);
  const [aside, before] = ["new", "old"].map((word) => `${folder}.${String(process.pid)}.${word}`) as [string, string];
  try {
    for (const [path, text] of new Map([[marker, ""], ...files])) {
      const file = join(aside, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    if (existsSync(folder)) renameSync(folder, before);
    renameSync(aside, folder);
    rmSync(before, { recursive: true, force: true });
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (existsSync(before) && !existsSync(folder)) renameSync(before, folder);
    throw error;
  }
}
