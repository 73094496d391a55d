import { fstatSync, writeFileSync } from "node:fs";
import { escapedInJson } from "../../domain/text.ts";

/*
 * The one way of a command's words to the outside. Documents are clean by their writers; here counts whatever else came
 * together on the way: names from the command line, messages of Git, of AWS and of the file system.
 */

/** What acts on a terminal, whoever wrote it: control characters and marks that turn the direction of writing. */
const acting = /(?![\t\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
/** What a runner of GitHub Actions takes for a command: two colons that begin a line, or the older form anywhere. */
const runnerCommand = /^([^\S\n]*):(?=:)|##(?=\[)/gm;

/** Text as it may leave the process: nothing acts on the terminal or on the workflow that reads it. */
export function outgoing(text: string): string {
  return text
    .replace(acting, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(runnerCommand, (command, indent: string | undefined) =>
      command.endsWith(":") ? `${indent ?? ""}\\u{3a}` : "#\\u{23}",
    );
}

/** Writes to standard error. */
export function say(text: string): void {
  process.stderr.write(outgoing(text));
}

/** Shows the cursor again that a list or a question has hidden. */
export function showCursor(): void {
  if (process.stderr.isTTY) process.stderr.write("\u001B[?25h");
}

/**
 * Writes to standard output. Into a file Node.js writes once, and takes it for done where a full disk took a part.
 * @throws what the file system says
 */
function put(text: string): void {
  const { fd } = process.stdout;
  if (fstatSync(fd).isFile()) writeFileSync(fd, text);
  else process.stdout.write(text);
}

/** Writes a command's answer to standard output. */
export function answer(text: string): void {
  put(outgoing(text));
}

/** JSON as it may leave the process: the same value, its lines begin with no command, and nothing in it acts. */
export function jsonOutgoing(json: string): string {
  return escapedInJson(json).replaceAll("##[", "#\\u0023[");
}

/** Writes a command's JSON to standard output. */
export function answerJson(json: string): void {
  put(jsonOutgoing(json));
}
