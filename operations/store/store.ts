import type { Readable } from "node:stream";

/** A place for collections: a folder, or a prefix of a bucket. Paths in it are relative, with `/` between their parts. */
export interface CollectionStore {
  /** The place in words: a path, or `s3://bucket/prefix`. */
  readonly place: string;
  /** Paths of the files below a folder, sorted; none where it is not there. `""` is the whole store. */
  readonly paths: (folder: string) => Promise<readonly string[]>;
  /** Opens a file that is there. */
  readonly read: (path: string) => Promise<Readable>;
  /**
   * Puts a file in its place whole, or not at all.
   * @param fill - writes the content to a file of the machine that it is given the path of
   */
  readonly write: (path: string, fill: (file: string) => Promise<void>) => Promise<void>;
  /** Removes a file; one that is not there is fine. */
  readonly remove: (path: string) => Promise<void>;
}
