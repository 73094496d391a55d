import { getSystemErrorMessage } from "node:util";
import { exitCodes } from "./exitCodes.ts";
import { answerFaults } from "./faultAnswer.ts";
import { say } from "./output.ts";

interface FileSystemError extends Error {
  readonly errno: number;
  readonly code: string;
  /** Left out where it is the writing itself that fails: Node.js knows then no more than the number of an open file. */
  readonly path?: string;
  readonly dest?: string;
}

/** What a disk says that takes no more. */
const diskCodes: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"];

/** Other calls than a file system's carry no path. */
function isFileSystemError(error: unknown): error is FileSystemError {
  return (
    error instanceof Error &&
    "errno" in error &&
    typeof error.errno === "number" &&
    "code" in error &&
    (("path" in error && typeof error.path === "string") || diskCodes.includes(error.code))
  );
}

/**
 * Says what ended a command that nobody foresaw, and gives its exit code: what the file system refuses a person can
 * mend, and anything else is a fault of this program.
 */
export function unforeseen(error: unknown): number {
  if (isFileSystemError(error)) {
    const { path = "output", dest, errno, code } = error;
    // What is written aside first is what the person knows by its own name.
    const known = (dest ?? path).replace(/\.\d+\.new$/, "");
    const fault = { path: known, message: `${getSystemErrorMessage(errno)} (${code})` };
    say(`${fault.path}: ${fault.message}\n`);
    // A disk that took no answer takes no word of that either.
    if (error.path !== undefined) answerFaults([fault]);
    return exitCodes.usage;
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(`patchplane ended by a fault of its own, and said nothing about your servers:\n${told}\n`);
  return exitCodes.unexpected;
}
