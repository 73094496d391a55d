import { createHash } from "node:crypto";

/**
 * Git's id of a file's content, which `git hash-object` says too: of the content alone, so that a preview needs neither
 * a repository nor a network to know it. `git log --find-object=<id>` finds the commits that brought the content in or
 * took it away. In repositories of SHA-1 names, as GitHub's are.
 * @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
export function blobId(text: string): string {
  const content = Buffer.from(text);
  return createHash("sha1")
    .update(`blob ${String(content.length)}\0`)
    .update(content)
    .digest("hex");
}
