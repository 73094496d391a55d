import { lstatSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Whether something is there that is no plain file, such as a pipe or /dev/stdout: a renaming would put a file there. */
function isSpecial(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

/**
 * Writes a file beside its place and puts it there by renaming, so that nobody ever reads half of it and a full disk
 * leaves what was there.
 * @throws whatever the file system says
 */
export function writeAside(path: string, text: string): void {
  if (isSpecial(path)) {
    writeFileSync(path, text);
    return;
  }
  const aside = `${path}.${String(process.pid)}.new`;
  try {
    writeFileSync(aside, text);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
