import type { Fault } from "../../domain/fault.ts";
import type { Document } from "../../render/document.ts";
import { wordsText } from "../../render/writers/text.ts";
import { writers } from "../../render/writers/writers.ts";
import { wantsJson } from "./command.ts";
import type { SharedOptions } from "./options.ts";
import { outgoing, say } from "./output.ts";

/** What a command that changes something is told beside its subject. */
export interface AgreementOptions extends Pick<SharedOptions, "format" | "json"> {
  readonly yes?: boolean;
}

/** The fault of a command that can ask nobody and was not told `--yes`. */
export function agreementFaults(options: AgreementOptions): readonly Fault[] {
  const asks = process.stdin.isTTY && process.stderr.isTTY && !wantsJson(options);
  if (options.yes === true || asks) return [];
  return [{ path: "--yes", message: "is needed where there is no terminal to ask at, and with JSON" }];
}

/**
 * Shows what will be done and, where `--yes` has not said so before, asks.
 * @param all - whether to show every row of a long list, which whoever agrees to a change of servers has to see
 */
export async function agreed(shown: Document, options: AgreementOptions, { all = true } = {}): Promise<boolean> {
  // Undefined where standard error is no terminal.
  const width = process.stderr.columns as number | undefined;
  if (!wantsJson(options)) say(writers.text([shown], { all, ...(width === undefined ? {} : { width }) }));
  if (options.yes === true) return true;
  const { confirm } = await import("@inquirer/prompts");
  // What it is about has scrolled away where the list was long.
  const about = shown.title === undefined ? "" : `${wordsText(shown.title)}. `;
  try {
    return await confirm({ message: outgoing(`${about}Do that?`), default: false }, { output: process.stderr });
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") say("nothing was done: nobody answered\n");
    throw error;
  }
}

/** The fault of a command that goes on record and was not told why. */
export function reasonFaults(option: string, reason: string): readonly Fault[] {
  if (reason.trim() !== "") return [];
  return [{ path: option, message: "is needed: it goes on record", fix: 'say why: "..."' }];
}
