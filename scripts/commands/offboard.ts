import { Option, type Command } from "commander";
import { offboardingOf } from "../../domain/discover/offboard.ts";
import { openRunsSince, runState } from "../../domain/runs/openRun.ts";
import { takes } from "../../domain/values.ts";
import { offboardedDocument, offboardPlanDocument, type Offboarded } from "../../render/offboard/offboardDocument.ts";
import { offboardJson } from "../../render/offboard/offboardJson.ts";
import { agreed, agreementFaults, reasonFaults, type AgreementOptions } from "../cli/agreement.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { commaSeparated, choicePlace, shared, type SharedOptions } from "../cli/options.ts";
import { openRunFault } from "../cli/otherRuns.ts";
import { otherStacks } from "../cli/otherStacks.ts";
import { say } from "../cli/output.ts";
import { begunRecord, recorded, sayUnreadRecords } from "../cli/recorded.ts";
import { UsageError } from "../cli/usageError.ts";

interface OffboardOptions extends SharedOptions, AgreementOptions {
  readonly nodes?: readonly string[];
  readonly alive?: boolean;
  readonly apply?: boolean;
  readonly reason?: string;
  readonly anyway?: boolean;
}

type OffboardCall = FleetCall<OffboardOptions>;

const nodeForm = /^mi-[0-9a-f]{17}$/;

function resolve(call: OffboardCall): Invocation {
  const { nodes = [], apply = false, reason = "" } = call.options;
  const faults = [
    ...nodes
      .filter((id) => !nodeForm.test(id))
      .map((value) => ({ path: "--nodes", message: "no hybrid node", value, allowed: "mi- and 17 hex digits" })),
    ...(apply ? [...reasonFaults("--reason", reason), ...agreementFaults(call.options)] : []),
  ];
  if (faults.length > 0) throw new UsageError(faults);
  return openInvocation(call);
}

async function run({ stack, plane, scope }: Invocation, { root, options, asOf }: OffboardCall): Promise<Answer> {
  // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
  const { readClouds } = await import("../../operations/discover.ts");
  const { deregisterNodes } = await import("../../operations/offboard.ts");
  const records = await import("../../operations/runs/runRecords.ts");
  const place = choicePlace(stack, options, {
    "--nodes": options.nodes === undefined ? [] : [options.nodes.join()],
    "--alive": options.alive,
  });
  // Every subscription, whatever --location says: a VM that was not looked for is not gone.
  const { azure, runSteps } = scope;
  const found = await readClouds(plane, { azure, runSteps });
  const { nodes, alive = false } = options;
  const elsewhere = otherStacks(root, stack).flatMap(({ fleet }) => fleet);
  const all = offboardingOf(plane, found, { ...(nodes === undefined ? {} : { nodes }), alive, elsewhere, asOf });
  const inScope = ({ location }: { readonly location: string }): boolean => takes(options.location, location);
  const offboarding = { leaving: all.leaving.filter(inScope), staying: all.staying.filter(inScope) };
  const unread = [
    ...found.locations.flatMap((at) => ("failure" in at ? [{ name: at.location.name, failure: at.failure }] : [])),
    ...found.subscriptions.flatMap((at) =>
      "failure" in at ? [{ name: at.subscription.name, failure: at.failure }] : [],
    ),
  ];
  const { leaving } = offboarding;
  const plan = offboardPlanDocument(place, offboarding, unread);
  const shown = (findings: number): Answer => ({
    exitCode: unread.length > 0 ? exitCodes.cloud : findings,
    json: (exitCode) => offboardJson(stack, offboarding, undefined, unread, exitCode),
    shown: () => [plan],
  });
  if (options.apply !== true || leaving.length === 0)
    return shown(leaving.length > 0 ? exitCodes.findings : exitCodes.fine);
  if (options.anyway !== true) {
    const now = new Date();
    const { runs, ...unreadRecords } = await records.readRuns(root, stack, plane, {
      verb: "offboard",
      since: openRunsSince(now),
    });
    sayUnreadRecords(unreadRecords);
    const open = runs.filter((each) => runState(each, now, records.isGone) === "open");
    if (open.length > 0) throw new UsageError(open.map((each) => openRunFault(each, now)));
  }
  if (!(await agreed(plan, options))) return shown(exitCodes.findings);

  const at = [...new Set(leaving.map(({ location }) => location))];
  const { record } = await begunRecord(plane, root, {
    stack,
    verb: "offboard",
    why: (options.reason ?? "").trim(),
    at,
    options: { alive, nodes: [...(nodes ?? [])] },
  });
  const path = records.recordPath(record.id);
  const { done: results, unkept } = await recorded(plane, {
    record,
    locations: at,
    sayEnd: () => {
      say(`${path} says what was deregistered; nothing goes on in AWS, call again for the rest\n`);
    },
    does: (signal) => deregisterNodes(plane, leaving, scope, record, signal),
  });
  const done: Offboarded = { results, record: path, unkept };
  const failed = unread.length > 0 || done.unkept.length > 0 || results.some(({ outcome }) => outcome !== "done");
  return {
    exitCode: failed ? exitCodes.cloud : exitCodes.fine,
    json: (exitCode) => offboardJson(stack, offboarding, done, unread, exitCode),
    shown: () => [offboardedDocument(place, offboarding, done, unread)],
  };
}

/** Adds `patchplane offboard`. */
export function addOffboard(program: Command, root: string): void {
  fleetCommand<OffboardOptions, Invocation>(program, root, {
    name: "offboard",
    summary: "deregisters hybrid nodes that no server stands behind: of VMs that left, that are gone, or have two",
    description:
      "Compares the hybrid nodes of every location with the fleet files and with what Azure has, and shows those of VMs " +
      "that left the fleet, of VMs that are gone, and of VMs that were registered anew. A dry run unless --apply is " +
      "given. Never takes the node of a VM that a fleet file has, and leaves what it is not sure of.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      new Option(
        "--nodes <ids>",
        "only these nodes, by commas; also such as another environment's tag protects",
      ).argParser(commaSeparated),
      new Option("--alive", "also nodes that were heard of within 24 hours"),
      new Option("--apply", "deregister them"),
      new Option("--reason <text>", "why: it goes on record; needed with --apply"),
      new Option("--anyway", "although another offboarding of this stack has not ended"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      shared.asOf("the present (default: now)"),
      ...shared.format(),
    ],
    note:
      "A node that is deregistered cannot be brought back: its VM has to be onboarded anew. Nothing is run on a VM; what " +
      "stays on it, and how it is taken off, is in docs/onboarding.md.",
    exitCodes:
      "0 nothing is to go, or it is gone; 1 there are nodes that may go, or the answer was no; 2 usage or configuration; " +
      "3 a place could not be read, or a node not be deregistered; the rest was done.",
    examples: [
      "npx patchplane offboard --stack prod",
      'npx patchplane offboard --stack prod --apply --reason "VMs of the old shop"',
    ],
    resolve,
    run,
  });
}
