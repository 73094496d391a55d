import { value, type Span, type Words } from "./document.ts";

/** Where a command line is typed again: with what options it has to name the same stack. */
export interface Place {
  readonly stack: string;
  /** Given by `--cwd`, where it was. */
  readonly cwd?: string;
  /** The options that chose what the command was about, for a line that types the same command again. */
  readonly chosen?: string;
}

/** A command in a sentence, with the options that stand behind it. */
const inText =
  /(npx patchplane (?:advisories update|[a-z-]+)|pulumi (?:up|preview|refresh))(?![a-z-]| --stack)((?: --[a-z-]+)*)/;

/** One word as a POSIX shell reads it back. */
function typed(word: string): string {
  return /^[\w./:@,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Options with their values as they are typed again; those without a value are left out. */
export function typedOptions(options: Readonly<Record<string, readonly string[] | boolean | undefined>>): string {
  return Object.entries(options)
    .flatMap(([name, given = false]) => {
      if (typeof given === "boolean") return given ? [name] : [];
      return given.map((each) => `${name} ${typed(each)}`);
    })
    .join(" ");
}

function optionsOf(line: string, { stack, cwd }: Place): string {
  const folder = cwd === undefined || line.startsWith("pulumi") ? "" : ` --cwd ${typed(cwd)}`;
  return `${folder} --stack ${stack}`;
}

/** One command with what is typed behind it, as it can be pasted. */
export function pasted(command: string, rest: string, place: Place): Span {
  return value(`${command}${optionsOf(command, place)} ${rest}`);
}

/** The same command once more, about the same choice, with what is typed behind it. */
export function again(command: string, rest: string, place: Place): Span {
  return pasted(command, [place.chosen ?? "", rest].filter((part) => part !== "").join(" "), place);
}

/** A sentence in which every command can be pasted as it stands: it names its stack, and no line ends within it. */
export function withCommands(text: string, place: Place): Words {
  return text.split(new RegExp(inText, "g")).flatMap((part, index, parts) => {
    // Of every three parts one is prose, one the command, and one its options.
    if (index % 3 === 0) return part === "" ? [] : [part];
    return index % 3 === 1 ? [value(`${part}${optionsOf(part, place)}${parts[index + 1] ?? ""}`)] : [];
  });
}
