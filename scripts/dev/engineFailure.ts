interface Way {
  readonly said: RegExp;
  /** What it means and what helps. */
  readonly wayOut: (folder: string) => string;
}

/**
 * What the engine says when it cannot go on, and what helps in a sandbox, where nothing is lost that cannot be made again.
 * What it says was recorded from the engine that the project uses (`tests/scripts/dev/engineFailures.json`).
 */
const ways: readonly Way[] = [
  {
    said: /was killed with SIG/,
    wayOut: () =>
      "the engine was killed, so its state does not know what it had made. " +
      "The next run would find it locked, and then what is there already",
  },
  {
    said: /stack is currently locked by/,
    wayOut: (folder) =>
      "another run holds the stack: wait for its end. Where one was killed, " +
      `what it made is in no state: start anew, or delete ${folder}/state/.pulumi/locks if it had made nothing yet`,
  },
  {
    said: /secrets manager: (incorrect passphrase|malformed state value|unknown state version)/,
    wayOut: (folder) =>
      "the encryptionsalt of the sandbox's stack file is not the one that this state was written with: " +
      `take that line out of the file in ${folder}/work, and the engine writes it anew`,
  },
  {
    said: /failed to load checkpoint/,
    wayOut: (folder) =>
      "the state's file is cut off or damaged: put the .json.bak beside it in its place " +
      `(${folder}/state/.pulumi/stacks/patchplane), or start anew`,
  },
  {
    said: /BucketAlreadyOwnedByYou|EntityAlreadyExists/,
    wayOut: () =>
      "the embedded cloud has what the state does not know, as after a killed run or a state that was deleted",
  },
];

/** The automation library joins exit code, output and errors, some of it twice; the errors are told once. */
function errorsIn(message: string): string {
  const said = message.split(/^ ?stderr: /m)[1]?.split(/^ ?err\?: /m)[0] ?? message;
  const lines = said.split("\n");
  const found = lines.flatMap((line, index) => {
    if (!/^\s*error: /.test(line)) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((each) => !each.startsWith("  "));
    return line.startsWith("error:") ? [line, ...rest.slice(0, Math.max(end, 0))] : [line.trim()];
  });
  // Without an error of its own the engine was ended from outside: the rest of that line is the command's.
  return found.length > 0 ? [...new Set(found)].join("\n") : (lines[0]?.split(": /")[0] ?? "").trim();
}

/**
 * Why the engine ended, in its own words, and the way out.
 * @param message - of the automation library's error
 * @param folder - the sandbox's
 */
export function engineFailure(message: string, folder: string): string {
  const way = ways.find(({ said }) => said.test(message));
  const errors = errorsIn(message);
  if (way === undefined) return errors;
  return `${errors}\n${way.wayOut(folder)}.\nTo start anew, end the embedded cloud and delete ${folder}.`;
}
