/** Folder of a location's bucket that its resource data sync writes to, and that `collect --from-sync` reads. */
export const syncFolder = "sync";
