import type { Command, SSMClient } from "@aws-sdk/client-ssm";
import type { Location } from "../../domain/plane.ts";
import { lostResult, nodeResult, reportedResult } from "../../domain/runs/nodeResult.ts";
import type { NodeResult } from "../../domain/runs/runRecord.ts";
import type { ServerReport } from "../../domain/runs/serversRun.ts";
import { isRebootDocument } from "../../domain/stack/operatorDocuments.ts";
import { counted } from "../../domain/text.ts";
import { invocationsOf } from "../aws/commands.ts";
import { awsFailure } from "../aws/failure.ts";
import { known } from "../aws/known.ts";
import { nodesById } from "../aws/nodes.ts";
import type { Follower } from "./follow.ts";
import { reportsSince } from "./reports.ts";
import type { RunRecord } from "./runRecords.ts";

/** Where a command was sent, and how long it is waited for. */
export interface CommandPlace {
  readonly client: SSMClient;
  readonly location: Location;
  readonly waitMinutes: number;
}

/** What the results of a command are worth, before they go on record. */
export type Judge = (sent: Command, results: readonly NodeResult[]) => Promise<readonly NodeResult[]>;

/** What a command tells a node, and whether that may reboot it. */
function toldBy({ DocumentName = "", Parameters = {} }: Command): { readonly told: string; readonly reboots: boolean } {
  if (isRebootDocument(DocumentName)) return { told: "to reboot", reboots: true };
  const reboots = Parameters["RebootOption"]?.[0] === "RebootIfNeeded";
  if (Parameters["Operation"]?.[0] === "Install")
    return { told: reboots ? "to install and reboot" : "to install", reboots };
  return { told: `to run ${DocumentName}`, reboots: false };
}

/**
 * What a command came to on each node, once it has ended or is not waited for any longer: 1 ListCommandInvocations for
 * 50 nodes, 1 GetCommandInvocation for each that failed, and 1 DescribeInstanceInformation where some gave no answer.
 * What the last two cannot tell takes nothing from what is known.
 */
export async function commandResults(
  { client, location, waitMinutes }: CommandPlace,
  follow: Follower,
  sent: Command,
): Promise<readonly NodeResult[]> {
  const ended = await follow.ended(sent);
  const invocations = await invocationsOf(client, location, ended ?? sent);
  const results = invocations.map((each) => nodeResult(location.name, each.sent, each.output));
  if (ended === undefined) {
    const reason = `still under way after ${counted(waitMinutes, "minute")}`;
    return results.map((each) => (each.outcome === "unknown" ? { ...each, reason } : each));
  }
  // AWS says no other thing of a server that was lost in its midst.
  const lost = new Set(
    invocations.flatMap(({ sent: { resourceId, statusDetails } }) =>
      statusDetails === "DeliveryTimedOut" ? resourceId : [],
    ),
  );
  if (lost.size === 0) return results;
  const now = await known(location, () => nodesById(client, [...lost]));
  const sentAt = sent.RequestedDateTime ?? new Date(0);
  return results.map((each) => {
    if (!lost.has(each.node)) return each;
    // It may have been lost in the midst of it: a rerun asks again.
    if ("unknown" in now)
      return { ...each, outcome: "unknown", reason: `${each.reason}; how it is now is not readable: ${now.unknown}` };
    return lostResult(each, sentAt, toldBy(sent), now.value.get(each.node));
  });
}

/** How results are judged by what servers report. */
export interface JudgedByReports extends Pick<CommandPlace, "client" | "location"> {
  readonly record: Pick<RunRecord, "write">;
  readonly installs: boolean;
  /** Whether a report that has not arrived is not waited for any longer. @default false */
  readonly isOver?: boolean;
  readonly show?: (line: string) => void;
  /** Takes the reports, by node id. */
  readonly reports: Map<string, ServerReport>;
}

/**
 * Judges those that have done as they were told by what they have reported since, with the calls of
 * {@link reportsSince}. Where that cannot be read it is on record that nobody knows, and the location has failed.
 */
export function judgedByReports(by: JudgedByReports): Judge {
  const { client, location, record, installs, isOver = false, show = () => undefined, reports } = by;
  return async ({ RequestedDateTime = new Date(0) }, results) => {
    const done = results.filter(({ outcome }) => outcome === "done").map(({ node }) => node);
    try {
      const since = await reportsSince(client, done, RequestedDateTime, { updates: true, waits: !isOver, show });
      for (const [node, report] of since) reports.set(node, report);
    } catch (error) {
      const reason = `the command succeeded, and what came of it could not be read: ${awsFailure(error, location)}`;
      for (const each of results)
        record.write({ line: "result", ...each, ...(each.outcome === "done" ? { outcome: "unknown", reason } : {}) });
      throw error;
    }
    return results.map((each) => reportedResult(each, reports.get(each.node), { installs, isOver }));
  };
}
