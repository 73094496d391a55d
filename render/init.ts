/** What `patchplane init` made, or would make. */
export interface Made {
  readonly environment: string;
  readonly dryRun: boolean;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What is worth knowing of it. */
  readonly notes: readonly string[];
  /** Accounts whose deployment role has to be there. */
  readonly accounts: readonly string[];
  /** A group to look at. */
  readonly group: string;
}

function steps({ environment, files, accounts, group }: Made): readonly string[] {
  const [stackFile, fleet] = files.map(({ path }) => path);
  return [
    `say in ${stackFile ?? ""} who owns the groups`,
    `make the deployment's role in ${accounts.join(", ")} (docs/getting-started.md, Bootstrap)`,
    `npx patchplane discover --stack ${environment} --write: finds the servers, and writes ${fleet ?? ""}`,
    `npx patchplane explain ${group} --stack ${environment}: what the presets do, and when`,
    `pulumi stack init ${environment} && pulumi preview --stack ${environment}`,
    `commit ${files.map(({ path }) => path).join(", ")}; a workflow finds an environment by its stack file`,
  ];
}

/** What was made, or each file that would be, and what to do next. */
export function initText(made: Made): string {
  const { files, dryRun, notes } = made;
  const list = dryRun
    ? files.map(({ path, text }) => `--- ${path}\n${text}`).join("\n")
    : `written:\n${files.map(({ path }) => `  ${path}\n`).join("")}`;
  const remarks = notes.length === 0 ? "" : `\nnote:\n${notes.map((note) => `  ${note}\n`).join("")}`;
  const next = steps(made).map((step, index) => `  ${String(index + 1)}. ${step}\n`);
  return `${list}${remarks}\n${dryRun ? "nothing is written; without --dry-run, then" : "next"}:\n${next.join("")}`;
}

/** The same for programs; docs/commands.md describes it. */
export function initJson(made: Made): object {
  const { environment, dryRun, files, notes } = made;
  return { schema: "patchplane/init/1", environment, dryRun, exitCode: 0, files, notes, next: steps(made) };
}
