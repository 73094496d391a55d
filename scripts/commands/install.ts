import { Option, type Command } from "commander";
import { z } from "zod";
import type { Fault } from "../../domain/fault.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { chosenBy } from "../../domain/runs/choice.ts";
import { breakGlassFaults, isOfReviewedGroup, type BreakGlass } from "../../domain/runs/breakGlass.ts";
import { installFaults, type InstallList, type Overruling } from "../../domain/runs/installPlan.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { groupOf, reachable, type LeftOut } from "../../domain/runs/serversRun.ts";
import { locationsOf } from "../../domain/status/placedServers.ts";
import type { InstallLimits } from "../../operations/install.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import { breakGlassNotice } from "../../render/runs/breakGlassNotice.ts";
import { installDocument } from "../../render/runs/installDocument.ts";
import { agreementFaults, reasonFaults } from "../cli/agreement.ts";
import type { Answer } from "../cli/command.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import type { Invocation } from "../cli/invocation.ts";
import { repeatable, shared } from "../cli/options.ts";
import { refuseOthers } from "../cli/otherRuns.ts";
import {
  counting,
  openServers,
  runOnServers,
  serversOptions,
  unchosenFaults,
  withServers,
  type Again,
  type Beginning,
  type ServersOptions,
} from "../cli/serversRun.ts";
import { UsageError } from "../cli/usageError.ts";
import { chosenLists, type ChoiceOptions } from "./installChoice.ts";

interface InstallOptions extends ServersOptions, ChoiceOptions {
  readonly canary: number;
  readonly concurrency: number;
  readonly maxErrors: number;
  readonly reboot?: "if-needed" | "never";
  readonly reason?: string;
  readonly inFreeze?: string;
  readonly breakGlass?: string;
  readonly anyway?: boolean;
}

const usualWaitMinutes = 240;
const mostServers = 100_000;

function resolve(call: FleetCall<InstallOptions>): Invocation {
  const { options } = call;
  const faults: readonly Fault[] = [
    ...(options.breakGlass === undefined
      ? reasonFaults("--reason", options.reason ?? "")
      : reasonFaults("--break-glass", options.breakGlass)),
    ...agreementFaults(options),
    ...unchosenFaults(options),
    ...(options.reboot === undefined
      ? [{ path: "--reboot", message: "say whether servers may reboot", allowed: "if-needed, never" }]
      : []),
  ];
  if (faults.length > 0) throw new UsageError(faults);
  return openServers(call);
}

function limitsOf({ canary, concurrency, maxErrors, reboot }: InstallOptions): InstallLimits {
  return { canary, concurrency, maxErrors, reboot: reboot === "never" ? "NoReboot" : "RebootIfNeeded" };
}

/** Refuses what may not be installed now, and what somebody else is at. */
async function refuse(
  invocation: Invocation,
  root: string,
  found: FoundServers,
  options: Overruling & Pick<InstallOptions, "anyway">,
  asOf: Date,
): Promise<void> {
  const { plane } = invocation;
  const groups = [...new Set(found.placed.flatMap((each) => [groupOf(each), each.server.patchGroup]))];
  const faults = installFaults(plane, groups, asOf, options);
  if (faults.length > 0) throw new UsageError(faults);
  await refuseOthers(invocation, root, found, options.anyway);
}

/**
 * Who passes over the approvals in each location.
 * @throws UsageError where somebody is another than the location's break-glass role
 */
async function glassBreakers(plane: Plane, locations: readonly Location[]): Promise<BreakGlass["callers"]> {
  const { siteCallers } = await import("../../operations/runs/breakGlass.ts");
  const callers = await siteCallers(locations);
  const faults = breakGlassFaults(plane, callers);
  if (faults.length > 0) throw new UsageError(faults);
  return callers.map(({ location, caller }) => ({ location: location.name, arn: caller.arn ?? "" }));
}

/**
 * The approvals that are passed over for a reason that was given; undefined where none was.
 * @throws UsageError where no server has any
 */
function passedOver(
  plane: Plane,
  { placed }: FoundServers,
  glass: Omit<BreakGlass, "servers"> | undefined,
): BreakGlass | undefined {
  if (glass === undefined) return undefined;
  const servers = placed.filter((each) => isOfReviewedGroup(plane, each)).map(({ server }) => server.id);
  if (servers.length > 0 || placed.length === 0) return { ...glass, servers: [...new Set(servers)] };
  const message = "none of the servers is of a reviewed group";
  throw new UsageError([{ path: "--break-glass", message, fix: "leave it out, and say why by --reason" }]);
}

/** What is installed, and what is passed over for it. */
interface Order {
  readonly limits: InstallLimits;
  /** What each server gets of single packages; undefined for everything that its baseline approves. */
  readonly lists: readonly InstallList[] | undefined;
  readonly glass: BreakGlass | undefined;
  readonly leftOut: readonly LeftOut[];
}

async function beginningOf(
  { plane, scope, place }: Invocation,
  found: FoundServers,
  wait: number,
  { limits, lists, glass, leftOut }: Order,
): Promise<Omit<Beginning, "why">> {
  const { installOn } = await import("../../operations/install.ts");
  const { runSteps } = scope;
  const only = lists === undefined ? {} : { lists };
  const noticed =
    glass === undefined ? {} : { noticeOf: (run: Run, location: Location) => breakGlassNotice(run, location, glass) };
  return {
    verb: "install",
    command: "install",
    found,
    leftOut,
    options: {
      ...limits,
      lists: lists === undefined ? null : z.json().parse(lists),
      breakGlass: glass === undefined ? null : z.json().parse(glass),
    },
    ask: installDocument(place, {
      servers: reachable(found.placed),
      ...limits,
      ...only,
      leftOut,
      ...(glass === undefined ? {} : { breakGlass: glass }),
    }),
    act: (record, signal) =>
      installOn(plane, found, { ...limits, ...only, ...noticed, record, runSteps, waitMinutes: wait, signal }),
  };
}

const recordedOptions = z.object({
  canary: z.int(),
  concurrency: z.int(),
  maxErrors: z.int(),
  reboot: z.enum(["RebootIfNeeded", "NoReboot"]),
  lists: z
    .array(
      z.object({
        list: z.object({ key: z.string(), content: z.string(), contentType: z.string() }),
        nodes: z.array(z.string()),
      }),
    )
    .nullable(),
  breakGlass: z.object({ reason: z.string() }).nullish(),
});

/**
 * The same installation, for servers that an earlier run missed: what may not be installed by now is refused, and where
 * that run passed over approvals, so may only who could begin it.
 */
export async function installAgain(
  invocation: Invocation,
  found: FoundServers,
  { options, why }: Run,
  { root, wait, anyway }: Again,
): Promise<Beginning> {
  const { plane } = invocation;
  const { lists, breakGlass, ...limits } = recordedOptions.parse(options);
  const reason = found.placed.some((each) => isOfReviewedGroup(plane, each)) ? breakGlass?.reason : undefined;
  const callers =
    reason === undefined
      ? []
      : await glassBreakers(
          plane,
          found.reads.map(({ location }) => location),
        );
  const overruling = { anyway, ...(reason === undefined ? {} : { breakGlass: reason }) };
  await refuse(invocation, root, found, overruling, new Date());
  const glass = passedOver(plane, found, reason === undefined ? undefined : { reason, callers });
  return {
    ...(await beginningOf(invocation, found, wait, {
      limits,
      lists: lists ?? undefined,
      glass,
      leftOut: [],
    })),
    why,
  };
}

/** Every reason that was given, for the record. */
function whyOf({ reason = "", inFreeze, breakGlass }: InstallOptions): string {
  return [
    reason.trim(),
    ...(inFreeze === undefined ? [] : [`in a freeze: ${inFreeze.trim()}`]),
    ...(breakGlass === undefined ? [] : [`without approval: ${breakGlass.trim()}`]),
  ]
    .filter((part) => part !== "")
    .join("; ");
}

async function run(invocation: Invocation, call: FleetCall<InstallOptions>): Promise<Answer> {
  const { options, asOf } = call;
  const { plane, scope } = invocation;
  const reason = options.breakGlass?.trim();
  const broken =
    reason === undefined ? undefined : { reason, callers: await glassBreakers(plane, locationsOf(plane, scope)) };
  return withServers(invocation, scope, chosenBy(options.servers), async (found) => {
    await refuse(invocation, call.root, found, options, asOf);
    const { lists, found: meant, leftOut } = await chosenLists(invocation, call, found);
    const order = {
      limits: limitsOf(options),
      lists,
      glass: passedOver(plane, meant, broken),
      leftOut,
    };
    return runOnServers(invocation, call, {
      ...(await beginningOf(invocation, meant, options.wait, order)),
      why: whyOf(options),
    });
  });
}

/** Adds `patchplane install`. */
export function addInstall(program: Command, root: string): void {
  fleetCommand<InstallOptions, Invocation>(program, root, {
    name: "install",
    summary: "installs now, out of cycle: chosen servers, everything approved or single packages and CVEs; in waves",
    description:
      "Installs outside of any window: a few servers first, then waves that double, each when the one before has " +
      "reported. Shows beforehand what it installs where, and asks. Servers of reviewed groups get nothing by it: what " +
      "is approved for them goes through their window; in an emergency the break-glass role passes over that, and the " +
      "topic of each location is told first. Keeps a record in runs/ and in the buckets of the locations.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      serversOptions.servers(),
      repeatable("--package <name>", "only this package, or update, that their last scans show; may be repeated"),
      repeatable("--cve <id>", "only what mends it, by the advisories that are kept; may be repeated"),
      new Option("--store <place>", "folder, or s3://bucket/prefix, of collections and advisories").default(
        "collections",
      ),
      new Option("--reboot <rule>", "needed: whether servers reboot after anything was installed").choices([
        "if-needed",
        "never",
      ]),
      new Option("--canary <servers>", "servers of the first wave").argParser(counting(mostServers)).default(1),
      new Option("--concurrency <servers>", "at a time in one location").argParser(counting(mostServers)).default(50),
      new Option("--max-errors <servers>", "that may fail before no more are begun")
        .argParser((text: string) => (text === "0" ? 0 : counting(mostServers)(text)))
        .default(0),
      new Option("--reason <text>", "why: it goes on record; needed without --break-glass"),
      new Option("--in-freeze <reason>", "why it has to be although a freeze holds"),
      new Option(
        "--break-glass <reason>",
        "why it has to be on reviewed groups without an approval; by the break-glass role alone, and it is told at once",
      ),
      new Option("--anyway", "although somebody else's run goes on"),
      serversOptions.wait(usualWaitMinutes),
      shared.asOf("decides freezes, and how old scans are (default: now)"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      ...shared.format(),
    ],
    exitCodes:
      "0 every server that needs it has done it and reported so; 1 the answer was no, some have not, or could not be " +
      "judged; " +
      "2 usage or configuration, a reviewed group, a freeze, somebody else's run; 3 a location failed.",
    examples: [
      'npx patchplane install --stack prod --group prod-auto --reboot if-needed --reason "CVE-2026-1234"',
      'npx patchplane install --stack prod --servers web-* --package openssl --reboot never --reason "CVE-2026-1234" --yes',
    ],
    resolve,
    run,
  });
}
