/** A node of which something had to be asked, because the synced files do not tell it. */
export interface AskedNode {
  readonly resourceId: string;
  /** What the files lack, in words. */
  readonly lack: string;
}

/** What a location was read of from the files that a resource data sync has written. */
export interface SyncedUse {
  /** The folder in words: `s3://bucket/sync/`. */
  readonly place: string;
  readonly filesRead: number;
  /** Calls of Systems Manager that the same rows would have taken. */
  readonly callsSaved: number;
  /** Sorted by node; a node is there once for each thing. */
  readonly asked: readonly AskedNode[];
  /** Nodes that the folder has files of and Systems Manager does not know any more, sorted: they are left out. */
  readonly gone: readonly string[];
}
