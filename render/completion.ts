/** What may follow an option or stand as an argument: names from the files, fixed words, a folder, or anything. */
export type ValueKind =
  | { readonly names: "stacks" | "locations" | "groups" | "windows" | "subjects" }
  | { readonly words: readonly string[] }
  | "folder"
  | "anything";

/** An option as it may be typed. */
export interface CompletedOption {
  /** `-s` and `--stack`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Left out of an option without a value. */
  readonly value?: ValueKind;
}

/** A command as it may be typed. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** Left out of a command without an argument. */
  readonly argument?: ValueKind;
}

/** What a completion script is made of. */
export interface Completion {
  readonly commands: readonly CompletedCommand[];
  /** Path of the program that runs TypeScript. */
  readonly node: string;
  /** Path of the file that prints names. */
  readonly namer: string;
  /** Absolute folder in which Node.js keeps what it compiled: without that the names take three times as long. */
  readonly cache?: string;
  /** Path of the project. */
  readonly project: string;
}

/** The shells there is a script for. */
export const shells = ["bash", "zsh", "fish"] as const;

/** A shell there is a script for. */
export type Shell = (typeof shells)[number];

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A value's kind as one word of the scripts' tables: `names:groups`, `words:bash zsh`, `folder`, `anything`. */
function kindWord(kind: ValueKind): string {
  if (typeof kind === "string") return kind;
  return "names" in kind ? `names:${kind.names}` : `words:${kind.words.join(" ")}`;
}

/** `<command> <flag>) echo <kind>;;` for each value, and `<command>) echo <flags>;;` for each command. */
function tables({ commands }: Completion): { readonly values: readonly string[]; readonly flags: readonly string[] } {
  const values = commands.flatMap(({ name, options, argument }) => [
    ...options.flatMap(({ flags, value }) =>
      value === undefined
        ? []
        : [`    ${flags.map((flag) => quoted(`${name} ${flag}`)).join("|")}) echo ${quoted(kindWord(value))};;`],
    ),
    ...(argument === undefined ? [] : [`    ${quoted(`${name} `)}) echo ${quoted(kindWord(argument))};;`]),
  ]);
  const flags = commands.map(
    ({ name, options }) => `    ${name}) echo ${quoted(options.flatMap((option) => option.flags).join(" "))};;`,
  );
  return { values, flags };
}

/** The part that bash and zsh share: what may stand at the end of the words that they were given. */
function candidates(completion: Completion): string {
  const { values, flags } = tables(completion);
  const { node, namer, project, cache } = completion;
  const kept = cache === undefined ? "" : `NODE_COMPILE_CACHE=${quoted(cache)} `;
  return `_patchplane_value() {
  case "$1" in
${values.join("\n")}
  esac
}

_patchplane_flags() {
  case "$1" in
${flags.join("\n")}
    *) echo ${quoted(`${completion.commands.map(({ name }) => name).join(" ")} --help --version`)};;
  esac
}

# Prints one candidate a line. First the word that is being typed, then all words before it.
_patchplane_candidates() {
  local current="$1" command="" previous="" kind="" word=""
  shift
  for word in "$@"; do
    case "$word" in -*) ;; *) [ -n "$command" ] || command="$word";; esac
    previous="$word"
  done
  [ -n "$command" ] && kind="$(_patchplane_value "$command $previous")"
  case "$current" in
    -*) ;;
    *) [ -n "$kind" ] || [ -z "$command" ] || kind="$(_patchplane_value "$command ")";;
  esac
  case "$kind" in
    names:*) ${kept}${quoted(node)} ${quoted(namer)} ${quoted(project)} "\${kind#names:}" "$current" "$@" 2>/dev/null;;
    words:*) printf '%s\\n' "\${kind#words:}" | tr ' ' '\\n';;
    folder) echo '<folder>';;
    anything) ;;
    *) _patchplane_flags "$command" | tr ' ' '\\n';;
  esac
}
`;
}

function bash(completion: Completion): string {
  return `# bash completion for patchplane. In ~/.bashrc: eval "$(npx patchplane completion bash)"
${candidates(completion)}
_patchplane() {
  local words current line found
  # Bash takes words apart at colons, which names such as asg:web have.
  read -r -a words <<< "\${COMP_LINE:0:COMP_POINT}"
  case "\${COMP_LINE:0:COMP_POINT}" in *' ') words+=('');; esac
  [ "\${words[0]##*/}" = npx ] && words=("\${words[@]:1}")
  current="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  found="$(_patchplane_candidates "$current" "\${words[@]:1:\${#words[@]}-2}")"
  if [ "$found" = '<folder>' ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$current")
    return
  fi
  while IFS= read -r line; do
    case "$line" in "$current"*) [ -n "$line" ] && COMPREPLY+=("$(printf '%q' "$line")");; esac
  done <<< "$found"
  case "$current" in
    *:*)
      case "$COMP_WORDBREAKS" in *:*) COMPREPLY=("\${COMPREPLY[@]#"\${current%:*}:"}");; esac;;
  esac
}
complete -F _patchplane patchplane

_patchplane_npx() {
  if [ "\${COMP_WORDS[1]}" = patchplane ] && [ "$COMP_CWORD" -gt 1 ]; then _patchplane; fi
}
# Whoever completes npx already goes on doing so.
complete -p npx >/dev/null 2>&1 || complete -o default -F _patchplane_npx npx
`;
}

function zsh(completion: Completion): string {
  return `#compdef patchplane
# zsh completion for patchplane. In ~/.zshrc, after compinit: eval "$(npx patchplane completion zsh)"
${candidates(completion)}
_patchplane() {
  local found
  local -a before
  before=("\${(@)words[2,CURRENT-1]}")
  found="$(_patchplane_candidates "\${words[CURRENT]}" "\${before[@]}")"
  if [ "$found" = '<folder>' ]; then _files -/; return; fi
  [ -n "$found" ] && compadd -- "\${(@f)found}"
}
compdef _patchplane patchplane

_patchplane_npx() {
  if [ "\${words[2]}" = patchplane ] && (( CURRENT > 2 )); then
    shift words
    (( CURRENT -= 1 ))
    _patchplane
  else
    _default
  fi
}
# Whoever completes npx already goes on doing so.
(( \${+_comps[npx]} )) || compdef _patchplane_npx npx
`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function fishValue(kind: ValueKind): string {
  if (kind === "folder") return " -x -a '(__fish_complete_directories)'";
  if (kind === "anything") return " -x";
  return "words" in kind ? ` -x -a ${fishQuoted(kind.words.join(" "))}` : ` -x -a '(__patchplane_names ${kind.names})'`;
}

function fish(completion: Completion): string {
  const { commands, node, namer, project, cache } = completion;
  const kept = cache === undefined ? "" : `env NODE_COMPILE_CACHE=${fishQuoted(cache)} `;
  const lines = commands.flatMap(({ name, description, options, argument }) => {
    const at = `-n '__patchplane_at ${name}'`;
    return [
      `complete -c $program -f -n '__patchplane_at ""' -a ${name} -d ${fishQuoted(description)}`,
      ...(argument === undefined || argument === "anything"
        ? []
        : [`complete -c $program ${at}${fishValue(argument).replace(" -x", " -f")}`]),
      ...options.map(({ flags, description: words, value }) => {
        const named = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const follows = value === undefined ? " -f" : fishValue(value);
        return `complete -c $program ${at} ${named.join(" ")}${follows} -d ${fishQuoted(words)}`;
      }),
    ];
  });
  return `# fish completion for patchplane. In config.fish: npx patchplane completion fish | source
function __patchplane_words
  set -l words (commandline -opc)
  if test (basename -- $words[1]) = npx
    test "$words[2]" = patchplane; or return 1
    set -e words[1]
  end
  string join \\n -- $words[2..]
  return 0
end

# Whether the command is the given one; without one, whether there is none yet.
function __patchplane_at
  set -l words (__patchplane_words); or return 1
  set -l command ""
  for word in $words
    if not string match -q -- '-*' $word
      set command $word
      break
    end
  end
  test "$command" = "$argv[1]"
end

function __patchplane_names
  set -l words (__patchplane_words)
  ${kept}${fishQuoted(node)} ${fishQuoted(namer)} ${fishQuoted(project)} $argv[1] (commandline -ct) $words 2>/dev/null
end

for program in patchplane npx
  ${lines.join("\n  ")}
end
`;
}

/** The completion script of a shell. */
export function completionScript(shell: Shell, completion: Completion): string {
  return { bash, zsh, fish }[shell](completion);
}
