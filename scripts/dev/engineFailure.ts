/** What the engine says when it cannot go on, and what helps in a sandbox, where nothing is lost that cannot be made again. */
const waysOut: readonly (readonly [said: RegExp, wayOut: string])[] = [
  [
    /currently locked by|ConcurrentUpdate|conflict: Another update/i,
    "another run holds the stack, or one was killed: end it, or delete the sandbox's state/.pulumi/locks",
  ],
  [
    /pending.operations|pending creat/i,
    "a run was killed while it made something: run `npm run pulumi -- refresh`, or start anew as below; docs/recovery.md explains it",
  ],
  [
    /incorrect passphrase|incorrect salt|encryptionsalt|secrets (manager|provider)|message authentication failed|malformed.*salt/i,
    "the stack file's encryptionsalt is not the one that the state was written with: take that line out, or put the old one back",
  ],
  [
    /unexpected end of JSON|unexpected EOF|invalid character|could not (deserialize|unmarshal)|failed to (load|read).*(checkpoint|state)|snapshot integrity/i,
    "the state's file is cut off or damaged: put the .bak beside it in its place, or start anew as below",
  ],
];

/** The automation library joins exit code, output and errors; what the engine said as an error is after the last mark. */
function errorsIn(message: string): string {
  const said = message.split(/^ ?stderr: /m).at(-1) ?? message;
  return said.split(/^ ?err\?: /m)[0]?.trim() || message.trim();
}

/**
 * Why the engine ended, in its own words, and the way out.
 * @param message - of the automation library's error
 * @param folder - the sandbox's
 */
export function engineFailure(message: string, folder: string): string {
  const wayOut = waysOut.find(([said]) => said.test(message))?.[1];
  const anew = `To start anew, end the embedded cloud and delete ${folder}.`;
  return wayOut === undefined ? errorsIn(message) : `${errorsIn(message)}\n${wayOut}\n${anew}`;
}
