import { Option, type Command } from "commander";
import { verifiedOutcome } from "../../domain/approvals/verification.ts";
import { isReviewed, managed } from "../../domain/plane.ts";
import { glassBroken } from "../../domain/runs/breakGlass.ts";
import { recordLines } from "../../domain/runs/runRecord.ts";
import { day } from "../../domain/time.ts";
import { takes } from "../../domain/values.ts";
import type { RunRecord } from "../../operations/runs/runRecords.ts";
import type { VerifyTask } from "../../operations/verify.ts";
import { verifyDocument, type ShownVerification } from "../../render/verify/verifyDocument.ts";
import { verifyJson } from "../../render/verify/verifyJson.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { instant, placeOf, shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { begunRecord, recorded, sayUnkept, sayUnreadRecords } from "../cli/recorded.ts";
import { UsageError } from "../cli/usageError.ts";
import { openedStore } from "./review.ts";

interface VerifyOptions extends Omit<SharedOptions, "group"> {
  readonly group: string;
  readonly since?: Date;
  /** False where `--no-scan` was given. */
  readonly scan: boolean;
  readonly store: string;
}

function resolveVerify(call: FleetCall<VerifyOptions>): Invocation {
  const { group } = call.options;
  const invocation = openInvocation({ ...call, options: { ...call.options, group: [group] } });
  if (managed(invocation.plane, group) !== undefined) return invocation;
  const message = "this stack does not patch its servers";
  throw new UsageError([{ path: "--group", message, value: group }]);
}

/** Whether a scan was asked for of any server: of none where no location answers, or none has a node of the group. */
function hasAsked(record: RunRecord): boolean {
  return recordLines(record.text())?.some(({ line }) => line === "asked") ?? false;
}

async function run({ stack, plane, scope }: Invocation, call: FleetCall<VerifyOptions>): Promise<Answer> {
  const { verifyGroup } = await import("../../operations/verify.ts");
  const records = await import("../../operations/runs/runRecords.ts");
  const { root, options, asOf } = call;
  const { group, since, scan } = options;
  const store = await openedStore(plane, root, options.store);
  const task: VerifyTask = { group, store, asOf, ...(since === undefined ? {} : { since }) };
  const at = Object.keys(plane.locations).filter((name) => takes(options.location, name));
  const withRecord = async (record: RunRecord) => {
    const { done, unkept } = await recorded(plane, {
      record,
      locations: at,
      sayEnd: () => {
        say(
          `the scans that were sent go on to their end and change nothing; ${records.recordPath(record.id)} has them\n`,
        );
      },
      does: (signal) => verifyGroup(plane, scope, { ...task, rescan: { record, signal } }),
    });
    sayUnkept(unkept);
    return done;
  };
  const begun = scan
    ? await begunRecord(plane, root, {
        stack,
        verb: "verify",
        why: "",
        at,
        options: { group },
      })
    : undefined;
  const record = begun?.record;
  const verified = record === undefined ? await verifyGroup(plane, scope, task) : await withRecord(record);
  const commands = new Set(
    verified.servers.flatMap(({ changes }) =>
      changes.flatMap(({ kind, command }) => (kind === "unapproved" && command !== undefined ? [command] : [])),
    ),
  );
  const read =
    commands.size === 0
      ? { runs: [], broken: [], unread: [] }
      : await records.readRuns(root, stack, plane, {
          verb: "install",
          // A run begins before what it installs.
          since: new Date(verified.since.getTime() - day),
          locations: at,
        });
  sayUnreadRecords(read);
  const shown: ShownVerification = {
    ...verified,
    breakGlass: glassBroken(read.runs, commands),
    group,
    approval: isReviewed(plane, group) ? plane.approvals[group] : undefined,
    ...(record === undefined ? {} : { record: { path: records.recordPath(record.id), isAsked: hasAsked(record) } }),
  };
  return {
    exitCode: exitCodeOf[verifiedOutcome(verified.servers, verified.failures.length)],
    json: (exitCode) => verifyJson(stack, shown, exitCode),
    shown: () => [verifyDocument(placeOf(stack, options), shown)],
  };
}

/** Adds `patchplane verify`. */
export function addVerify(program: Command, root: string): void {
  fleetCommand<VerifyOptions, Invocation>(program, root, {
    name: "verify",
    summary: "scans a group's servers anew and judges what is installed, against what was approved",
    description:
      "Judges the servers of a group after a run by their own state, not by how the command ended: patched, failed and " +
      "why, pending reboot, or somebody has to look. Of a reviewed group it says for each approved patch whether it is " +
      "there, and names what was installed without approval. Installs nothing.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      new Option("-g, --group <name>", "the patch group").makeOptionMandatory(),
      new Option("--no-scan", "judge by the last scans and installations, without a new scan"),
      new Option(
        "--since <instant>",
        "what was installed before is no business of this (default: since the scan that was approved by, else 7 days)",
      ).argParser(instant),
      new Option("--store <place>", "folder, or s3://bucket/prefix, of collections").default("collections"),
      shared.asOf("what counts as the present (default: now)"),
      ...shared.format(),
    ],
    exitCodes:
      "0 every server is patched or had nothing to do; 1 one has failed, waits for a reboot, or needs a look; 2 usage " +
      "or configuration; 3 a location could not be read; the rest was judged.",
    examples: [
      "npx patchplane verify --stack prod --group prod-sensitive",
      "npx patchplane verify --stack prod --group prod-sensitive --no-scan --format markdown",
    ],
    resolve: resolveVerify,
    run,
  });
}
