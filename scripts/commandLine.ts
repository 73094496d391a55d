import { join } from "node:path";
import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addAccounts } from "./commands/accounts.ts";
import { addAdopt } from "./commands/adopt.ts";
import { addAdvisories } from "./commands/advisories.ts";
import { addApprove } from "./commands/approve.ts";
import { addChanged } from "./commands/changed.ts";
import { addCollect } from "./commands/collect.ts";
import { addComment } from "./commands/comment.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDiscover } from "./commands/discover.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExplain } from "./commands/explain.ts";
import { addInstall } from "./commands/install.ts";
import { addInit } from "./commands/init.ts";
import { runCommandLine } from "./cli/command.ts";
import { unforeseen } from "./cli/failures.ts";
import { addOffboard } from "./commands/offboard.ts";
import { addOpenWindow } from "./commands/openWindow.ts";
import { freeTerminal, interrupt } from "./cli/interruption.ts";
import { answer, say } from "./cli/output.ts";
import { addPlan } from "./commands/plan.ts";
import { addReboot } from "./commands/reboot.ts";
import { addRecordApprovals } from "./commands/recordApprovals.ts";
import { addRehearse } from "./commands/rehearse.ts";
import { addReport } from "./commands/report.ts";
import { addRetry } from "./commands/retry.ts";
import { addReview } from "./commands/review.ts";
import { addRerun } from "./commands/rerun.ts";
import { addRuns } from "./commands/runs.ts";
import { addScan } from "./commands/scan.ts";
import { addStatus } from "./commands/status.ts";
import { addStop } from "./commands/stop.ts";
import { addTags } from "./commands/tags.ts";
import { addVerify } from "./commands/verify.ts";

/* `npx patchplane <command>`: what operators do every week. */

const root = join(import.meta.dirname, "..");

process.on("SIGINT", () => {
  void interrupt();
});

process.on("uncaughtException", (error) => {
  void freeTerminal().then(() => process.exit(unforeseen(error)));
});

/** What a system says of an output whose reader has gone: a pipe is broken, a socket that was not read to its end reset. */
const readerGone = new Set(["EPIPE", "ECONNRESET"]);

// `patchplane status | head` closes the pipe early: that is no fault of anybody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!readerGone.has(error.code ?? "")) throw error;
    process.exit();
  });
}

const program = new Command("patchplane")
  .description("patches EC2 instances and Azure VMs through AWS Systems Manager: what operators do every week")
  .version(manifest.version)
  // The default leaves what is said of an option whole beside long names, such as those of init.
  .configureHelp({ minWidthToWrap: 24 })
  .configureOutput({ writeOut: answer, writeErr: say })
  .exitOverride()
  .showHelpAfterError("(add --help for the options)")
  .addHelpText("after", "\nExample:\n  npx patchplane status --stack prod");

// In the order in which --help shows them: what is typed at night stands near the top.
program.commandsGroup("Every week:");
addStatus(program, root);
addDoctor(program, root);
addScan(program, root);
addReview(program, root);
addApprove(program, root);
addOpenWindow(program, root);
addVerify(program, root);
addCollect(program, root);
addReport(program, root);
addAdvisories(program, root);
program.commandsGroup("In an emergency, or out of cycle:");
addStop(program, root);
addInstall(program, root);
addReboot(program, root);
addRerun(program, root);
addRuns(program, root);
program.commandsGroup("Before a change is merged:");
addPlan(program, root);
addRehearse(program, root);
addExplain(program, root);
program.commandsGroup("Servers that come and go:");
addDiscover(program, root);
addTags(program, root);
addRetry(program, root);
addAdopt(program, root);
addOffboard(program, root);
program.commandsGroup("What the workflows use:");
addChanged(program, root);
addComment(program, root);
addRecordApprovals(program, root);
addAccounts(program, root);
program.commandsGroup("Once:");
addInit(program, root);
addCompletion(program, root);

await runCommandLine(program);
