import { readFileSync } from "node:fs";
import type { ProjectFile } from "../../config/file.ts";
import { UsageError } from "./usageError.ts";
import { writeAside } from "./writeAside.ts";

/**
 * Writes a file of the project that was read before the clouds were, if it is still as it was.
 * @param path - where it is
 * @throws UsageError where somebody has changed it meanwhile
 */
export function writeUnchanged(path: string, before: ProjectFile, text: string): void {
  if (readFileSync(path, "utf8") !== before.text) {
    const message = "was changed while the clouds were read, and is not written";
    throw new UsageError([{ path: before.path, message, fix: "run it again" }]);
  }
  writeAside(path, text);
}
