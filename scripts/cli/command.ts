import { NoPlainFile } from "../../config/projectFiles.ts";
import { resolve } from "node:path";
import { CommanderError, type Argument, type Command, type Option } from "commander";
import { withoutSubjects, type Fault } from "../../domain/fault.ts";
import type { Document } from "../../render/document.ts";
import { wordsText } from "../../render/writers/text.ts";
import { withCommands } from "../../render/commands.ts";
import { writers, type Format } from "../../render/writers/writers.ts";
import { CloudError } from "./cloudError.ts";
import { exitCodes } from "./exitCodes.ts";
import { unforeseen } from "./failures.ts";
import { answerFaults } from "./faultAnswer.ts";
import { helpText } from "./helpText.ts";
import { answer, answerJson, say } from "./output.ts";
import { UsageError } from "./usageError.ts";

/** Exit code of a command that a person interrupts. */
export const interrupted = 130;

/** What was typed after a command's name. */
export interface Call<Options> {
  /** The project's folder, absolute: that of `--cwd`, or this project's own. */
  readonly root: string;
  readonly options: Options;
  /** Its arguments, without those left out. */
  readonly names: readonly string[];
}

/** What a command has to say, and how it ends. */
export interface Answer {
  /** @default `exitCodes.fine` */
  readonly exitCode?: number;
  /** A text, or documents for the writer of the format that is asked for. */
  readonly shown: string | ((format: Format) => readonly Document[]);
  /** Whether a terminal shows background too. */
  readonly all?: boolean;
  /** Printed instead, and with nothing beside it, where JSON is asked for. */
  readonly json?: (exitCode: number) => object;
}

/** A command's words and what it does. */
export interface CommandSpec<Options> {
  readonly name: string;
  readonly arguments?: readonly Argument[];
  /** One line, in the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** In the order in which the help shows them. */
  readonly options: readonly Option[];
  /** A paragraph of the help before its exit codes. */
  readonly note?: string;
  /** The help's words on exit codes. */
  readonly exitCodes: string;
  /** Lines of the help. */
  readonly examples: readonly string[];
  /** @throws UsageError when the command line or the configuration has to be corrected: exit code 2 */
  readonly run: (call: Call<Options>) => Answer | Promise<Answer>;
}

interface OutputOptions {
  readonly cwd?: string;
  readonly stack?: string;
  readonly format?: Format | "json";
  readonly json?: boolean;
}

/** Whether JSON is asked for: then nothing else is said. */
export function wantsJson({ json, format }: Pick<OutputOptions, "json" | "format">): boolean {
  return json === true || format === "json";
}

function written({ shown, json, all = false }: Answer, options: OutputOptions, exitCode: number): string {
  if (json !== undefined && wantsJson(options)) return `${JSON.stringify(json(exitCode), withoutSubjects, 2)}\n`;
  if (typeof shown === "string") return shown;
  const format = options.format === undefined || options.format === "json" ? "text" : options.format;
  // Undefined where standard output is no terminal: a pipe and a file get whole lines.
  const width = process.stdout.columns as number | undefined;
  return writers[format](shown(format), { all, ...(width === undefined ? {} : { width }) });
}

const isPlace = ({ flags }: Option): boolean => /<(?:file|folder|path|place|source)>/.test(flags);

/** What was given, and is empty where a file, a folder or a name has to be: a variable of a script that is not set. */
function emptyFaults(options: readonly Option[], given: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const message = "is empty";
  const ofOptions = options.filter((option) => isPlace(option) && [given[option.attributeName()]].flat().includes(""));
  const faults: readonly Fault[] = ofOptions.map(({ long, flags }) => {
    return {
      path: long ?? flags,
      message,
      allowed: /<[^>]+>/.exec(flags)?.[0] ?? "",
      fix: "name one, or leave it out",
    };
  });
  return names.includes("") ? [...faults, { path: "command line", message: "an argument is empty" }] : faults;
}

/** What has to be corrected, with the commands that mend it as they can be pasted where one was typed. */
function pastable(error: unknown, { stack, cwd }: OutputOptions): unknown {
  if (!(error instanceof UsageError) || stack === undefined) return error;
  const place = { stack, ...(cwd === undefined ? {} : { cwd }) };
  return error.with(({ fix, ...fault }) =>
    fix === undefined ? fault : { ...fault, fix: wordsText(withCommands(fix, place)) },
  );
}

/**
 * Adds a command: it reads the command line, runs, prints the answer on standard output and sets the exit code.
 * @param projectRoot - where this project is
 */
export function command<Options>(
  program: Command,
  projectRoot: string,
  spec: CommandSpec<Options & OutputOptions>,
): void {
  const added = program
    .command(spec.name)
    .summary(spec.summary)
    .description(spec.description)
    .addHelpText("after", () => helpText(spec, process.stdout.columns));
  for (const argument of spec.arguments ?? []) added.addArgument(argument);
  for (const option of spec.options) added.addOption(option);
  added.action(async () => {
    const options = added.opts<Options & OutputOptions>();
    const empty = emptyFaults(spec.options, added.opts(), added.args);
    if (empty.length > 0) throw new UsageError(empty);
    const root = options.cwd === undefined ? projectRoot : resolve(options.cwd);
    let answered: Answer;
    try {
      answered = await spec.run({ root, options, names: added.args });
    } catch (error) {
      throw pastable(error, options);
    }
    const exitCode = answered.exitCode ?? exitCodes.fine;
    process.exitCode = exitCode;
    const text = written(answered, options, exitCode);
    if (answered.json !== undefined && wantsJson(options)) answerJson(text);
    else answer(text);
  });
}

/** Runs the command that the command line names, says what is wrong with it, and gives every end its exit code. */
export async function runCommandLine(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version are no errors; commander has printed what is one.
      process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
      if (error.exitCode !== 0)
        answerFaults([{ path: "command line", message: error.message.replace(/^error: /, "") }]);
    } else if (error instanceof NoPlainFile || error instanceof UsageError) {
      const { message, faults } = error instanceof UsageError ? error : new UsageError([error.fault]);
      say(`${message}\n`);
      answerFaults(faults);
      process.exitCode = exitCodes.usage;
    } else if (error instanceof CloudError) {
      say(`${error.message}\n`);
      answerFaults(error.faults, exitCodes.cloud);
      process.exitCode = exitCodes.cloud;
    } else if (error instanceof Error && error.name === "ExitPromptError") {
      process.exitCode = interrupted;
    } else {
      process.exitCode = unforeseen(error);
    }
  }
}
