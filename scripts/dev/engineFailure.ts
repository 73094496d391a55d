interface Way {
  readonly said: RegExp;
  /** What it means and what helps. */
  readonly wayOut: (run: SandboxRun) => string;
}

/** What was run, and where. */
export interface SandboxRun {
  /** The sandbox's folder. */
  readonly folder: string;
  readonly stack: string;
  /** Whether its state was written after every step. */
  readonly checkpoints: boolean;
}

/**
 * What the engine says when it cannot go on, and what helps in a sandbox, where nothing is lost that cannot be made again.
 * What it says was recorded from the engine that the project uses (`tests/scripts/dev/engineFailures.json`).
 */
const ways: readonly Way[] = [
  {
    said: /was killed with SIG/,
    wayOut: ({ checkpoints }) =>
      checkpoints
        ? "the engine was killed. Its state was written after every step: go on as docs/recovery.md says"
        : "the engine was killed, so its state does not know what it had made. " +
          "The next run would find it locked, and then what is there already",
  },
  {
    said: /stack is currently locked by/,
    wayOut: ({ stack }) =>
      `another run holds the stack: wait for its end. Where one was killed, \`npm run pulumi -- cancel --stack ${stack} --yes\` takes the ` +
      "lock away; what it made is in no state, unless it ran with --checkpoints (docs/recovery.md)",
  },
  {
    said: /secrets manager: (incorrect passphrase|malformed state value|unknown state version)/,
    wayOut: ({ folder }) =>
      "the encryptionsalt of the sandbox's stack file is not the one that this state was written with: " +
      `take that line out of the file in ${folder}/work, and the engine writes it anew`,
  },
  {
    said: /failed to load checkpoint/,
    wayOut: ({ folder }) =>
      "the state's file is cut off or damaged: put the .json.bak beside it in its place " +
      `(${folder}/state/.pulumi/stacks/patchplane), or start anew`,
  },
  {
    said: /BucketAlreadyOwnedByYou|EntityAlreadyExists/,
    wayOut: () =>
      "the embedded cloud has what the state does not know, as after a killed run or a state that was deleted",
  },
];

/**
 * What helps after the engine's own words; undefined where nothing more is known.
 * @param said - what the engine wrote, or that it was killed
 */
export function wayOut(said: string, run: SandboxRun): string | undefined {
  const way = ways.find((each) => each.said.test(said));
  return way === undefined
    ? undefined
    : `${way.wayOut(run)}.\nTo start anew, end the embedded cloud and delete ${run.folder}.`;
}
