import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A command line that a reader is told to type, or that a workflow runs. */
export interface CommandLine {
  /** File and line it stands in. */
  readonly at: string;
  readonly program: "npm" | "patchplane" | "pulumi";
  /** What follows the program, or `npm run`, up to the end of the command; a sentence's words may come after. */
  readonly words: readonly string[];
}

const root = join(import.meta.dirname, "..", "..");
const rooms =
  "bench,bootstrap,components,config,demo,domain,engine,fleet,functions,operations,policy,rehearsal,render,scripts,simulator";

/** Up to what ends a command in a shell, its code or its sentence. */
const command = /(?<![\w/.@-])(npx patchplane|patchplane|npm run(?: --silent| -s)?|pulumi) ((?:(?!, )[^`|&#;()"\n])+)/g;

/** A page's code: outside of it, a program's name is a word like any other. */
function codeOf(page: string): string {
  let fenced = false;
  return page
    .split("\n")
    .map((line) => {
      if (/^\s*```/.test(line)) fenced = !fenced;
      return fenced ? line : [...line.matchAll(/`[^`]+`/g)].join(" ");
    })
    .join("\n");
}

/** What a source has between backticks on one line, and what is plainly typed; after two spaces a note begins. */
function typedIn(source: string): string {
  return source
    .split("\n")
    .map((line) => {
      const spans = [...line.matchAll(/`([^`$]+)`/g)].map(([, span = ""]) => span.replace(/\\$/, ""));
      const typed = line.replaceAll(/`([^`$]+)`/g, "").match(/(?:npx patchplane|npm run|(?<=\brun )pulumi) [^`"]+/g);
      return [...spans, ...(typed ?? []).map((text) => text.split(/ {2,}/, 1)[0])].join(" ` ");
    })
    .join("\n");
}

const kinds: readonly { readonly files: readonly string[]; readonly read: (text: string) => string }[] = [
  { files: ["*.md", "docs/**/*.md", "approvals/**/*.md"], read: codeOf },
  { files: ["*.ts", `{${rooms}}/**/*.{ts,sh,ps1,yaml}`], read: typedIn },
  { files: [".github/workflows/*.yml"], read: (text) => text },
];

/** Every command line of the pages, of the sources with their comments, and of the workflows. */
export function commandLines(program: CommandLine["program"]): readonly CommandLine[] {
  return kinds.flatMap(({ files, read }) =>
    globSync([...files], { cwd: root }).flatMap((file) => {
      const text = read(readFileSync(join(root, file), "utf8"));
      const joined = text.replaceAll(/\\\n */g, (ends) => " ".repeat(ends.length));
      return [...joined.matchAll(command)]
        .filter(([, called = ""]) => called.replace(/^npx /, "").split(" ")[0] === program)
        .map(({ index, 2: rest = "" }) => ({
          at: `${file}:${String(text.slice(0, index).split("\n").length)}`,
          program,
          words: rest.trim().split(/\s+/),
        }));
    }),
  );
}

/** The options among words: `--stack`, of `--stack=prod` as well; short ones too. */
export function optionsOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => /^(?:--[a-z][a-z-]*|-[a-zA-Z]\b)/.exec(word) ?? []);
}
