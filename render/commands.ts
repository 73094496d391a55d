import { value, type Span, type Words } from "./document.ts";

/** Where a command line is typed again: with what options it has to name the same stack. */
export interface Place {
  readonly stack: string;
  /** Given by `--cwd`, where it was. */
  readonly cwd?: string;
}

/** A command in a sentence, with the options that stand behind it. */
const inText = /(npx patchplane (?:advisories update|[a-z-]+)|pulumi (?:up|preview|refresh))((?: --[a-z-]+)*)/;

function optionsOf(line: string, { stack, cwd }: Place): string {
  const folder =
    cwd === undefined || line.startsWith("pulumi")
      ? ""
      : ` --cwd ${/^[\w./-]+$/.test(cwd) ? cwd : JSON.stringify(cwd)}`;
  return `${folder} --stack ${stack}`;
}

/** One command with what is typed behind it, as it can be pasted. */
export function pasted(command: string, rest: string, place: Place): Span {
  return value(`${command}${optionsOf(command, place)} ${rest}`);
}

/** A sentence in which every command can be pasted as it stands: it names its stack, and no line ends within it. */
export function withCommands(text: string, place: Place): Words {
  return text.split(new RegExp(inText, "g")).flatMap((part, index, parts) => {
    // Of every three parts one is prose, one the command, and one its options.
    if (index % 3 === 0) return part === "" ? [] : [part];
    return index % 3 === 1 ? [value(`${part}${optionsOf(part, place)}${parts[index + 1] ?? ""}`)] : [];
  });
}
