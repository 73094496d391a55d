import { Option, type Command } from "commander";
import { environmentsOf } from "../../config/stackFile.ts";
import { readPlaneFrom } from "../../config/file.ts";
import { accountsFile, readAccounts } from "../../config/accounts.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { accountsFindings } from "../../domain/checks/accounts.ts";
import type { Plane } from "../../domain/plane.ts";
import { accountsDocument } from "../../render/accounts/accountsDocument.ts";
import { command, type Answer, type Call } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { shared } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";

interface AccountsOptions {
  readonly list: string;
}

function run({ root, options }: Call<AccountsOptions>): Answer {
  const files = projectFiles(root);
  const list = files.read(options.list);
  if (list === undefined) {
    throw new UsageError([{ path: "--list", message: "there is no such file", value: options.list }]);
  }
  const accounts = readAccounts(list, options.list);
  const planes = environmentsOf(files).map((environment) => readPlaneFrom(files, environment));
  const faults = [
    ...("faults" in accounts ? accounts.faults : []),
    ...planes.flatMap((each) => ("faults" in each ? each.faults : [])),
  ];
  if (faults.length > 0 || "faults" in accounts) throw new UsageError(faults);
  const read: readonly Plane[] = planes.flatMap((each) => ("plane" in each ? [each.plane] : []));
  const findings = accountsFindings(read, accounts.accounts, options.list);
  return {
    exitCode: findings.length === 0 ? exitCodes.fine : exitCodes.findings,
    json: (exitCode) => ({ schema: "patchplane/accounts/1", exitCode, findings }),
    shown: () => [accountsDocument(findings, accounts.accounts.length)],
  };
}

/** Adds `patchplane accounts`. */
export function addAccounts(program: Command, root: string): void {
  command<AccountsOptions>(program, root, {
    name: "accounts",
    summary: "which accounts of the organisation lack the bootstrap or a location",
    description:
      "Compares the list of the organisation's accounts with every stack file. Asks no cloud: the list is a file that " +
      "is reviewed like the others.",
    options: [
      shared.cwd(),
      new Option("--list <file>", "the list, from that folder").default(accountsFile),
      ...shared.format(),
    ],
    exitCodes: "0 every account has what it needs; 1 one does not; 2 usage, or a file that cannot be read.",
    examples: ["npx patchplane accounts"],
    run,
  });
}
