/** Whether git refused a folder of another user, which it calls dubious ownership, whatever its language. */
export function isUntrusted(cause: unknown): boolean {
  return cause instanceof Error && "stderr" in cause && String(cause.stderr).includes("safe.directory");
}
