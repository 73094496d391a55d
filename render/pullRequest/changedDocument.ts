import type { ChangedEnvironment } from "../../domain/pullRequest/changedEnvironments.ts";
import { lines, names, paragraph, words, type Document } from "../document.ts";

/** Environments that a change touches, each with the files by which it does. */
export function changedDocument(changed: readonly ChangedEnvironment[]): Document {
  return {
    blocks:
      changed.length === 0
        ? [paragraph("no environment is touched")]
        : lines(changed.map(({ environment, files }) => words`${environment}: ${names(files, "files")}`)),
  };
}
