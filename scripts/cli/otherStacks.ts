import { assessPlaneFrom } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { environmentsOf, stackFileName } from "../../config/stackFile.ts";
import type { Plane } from "../../domain/plane.ts";
import { say } from "./output.ts";

/** The planes of the project's other stacks; one that cannot be read is said, because it is not looked at. */
export function otherStacks(root: string, stack: string): readonly Plane[] {
  const files = projectFiles(root);
  return environmentsOf(files)
    .filter((name) => name !== stack)
    .flatMap((name) => {
      const assessed = assessPlaneFrom(files, name);
      if (assessed !== "absent" && "plane" in assessed) return [assessed.plane];
      say(`${stackFileName(name)} cannot be read: what its stack has is not known here\n`);
      return [];
    });
}
