import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Folder of a user's caches: code is loaded from there, so an empty or relative `XDG_CACHE_HOME` or `HOME` never makes it
 * one of the current folder. Undefined where the system knows no home either.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ "All paths set in these environment variables must be
 * absolute. If an implementation encounters a relative path … it should consider the path invalid and ignore it."
 */
export function userCache(env: NodeJS.ProcessEnv): string | undefined {
  const named = env["XDG_CACHE_HOME"] ?? "";
  if (isAbsolute(named)) return named;
  const home = env["HOME"] ?? "";
  const absolute = isAbsolute(home) ? home : systemHome();
  return absolute === undefined ? undefined : join(absolute, ".cache");
}

function systemHome(): string | undefined {
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : undefined;
  } catch {
    // A user without an entry in the system's list.
    return undefined;
  }
}
