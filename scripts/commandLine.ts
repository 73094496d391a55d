import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { exitCodes } from "../domain/exitCodes.ts";
import manifest from "../package.json" with { type: "json" };
import { addAccounts } from "./commands/accounts.ts";
import { addChanged } from "./commands/changed.ts";
import { addComment } from "./commands/comment.ts";
import { addCompletion } from "./commands/completion.ts";
import { addExplain } from "./commands/explain.ts";
import { addInit } from "./commands/init.ts";
import { UsageError } from "./cli/invocation.ts";
import { addPlan } from "./commands/plan.ts";
import { addStatus } from "./commands/status.ts";
import { addTags } from "./commands/tags.ts";

/* `npx patchplane <command>`: what operators do every week. */

const root = join(import.meta.dirname, "..");
const interrupted = 130;
const showCursor = "\u001B[?25h";

process.once("SIGINT", () => {
  if (process.stderr.isTTY) process.stderr.write(showCursor);
  process.exit(interrupted);
});

// `patchplane status | head` closes the pipe early: that is no fault of anybody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

const program = new Command("patchplane")
  .description("patches EC2 instances and Azure VMs through AWS Systems Manager: what operators do every week")
  .version(manifest.version)
  .exitOverride()
  .showHelpAfterError("(add --help for the options)")
  .addHelpText("after", "\nExample:\n  npx patchplane status --stack prod");

addPlan(program, root);
addStatus(program, root);
addTags(program, root);
addChanged(program, root);
addComment(program);
addAccounts(program, root);
addExplain(program, root);
addInit(program, root);
addCompletion(program, root);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version are no errors; commander has printed what is one.
    process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof Error && error.name === "ExitPromptError") {
    process.exitCode = interrupted;
  } else throw error;
}
