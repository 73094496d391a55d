import type { Review, ReviewedUpdate } from "../../domain/approvals/review.ts";
import { selectUpdates } from "../../domain/approvals/selection.ts";
import type { Fault } from "../../domain/fault.ts";
import { installLists, type InstallList } from "../../domain/runs/installPlan.ts";
import {
  leftOutOf,
  type FailedLocation,
  type LeftOut,
  type Reachable,
  type WhyLeftOut,
} from "../../domain/runs/serversRun.ts";
import { firstOf } from "../../domain/text.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import { unreadScans } from "../cli/cloudError.ts";
import type { FleetCall } from "../cli/fleetCommand.ts";
import type { Invocation } from "../cli/invocation.ts";
import { UsageError } from "../cli/usageError.ts";
import { openedStore } from "./review.ts";

/** Servers of a fault that are named with why. */
const mostNamed = 10;

/** Options of `install` that choose single updates. */
export interface ChoiceOptions {
  readonly package?: readonly string[];
  readonly cve?: readonly string[];
  readonly store: string;
}

/** What each server gets of single packages, undefined for all, and the servers that get some. */
interface Chosen {
  readonly lists: readonly InstallList[] | undefined;
  readonly found: FoundServers;
  /** Servers that get none of it, and why. */
  readonly leftOut: readonly LeftOut[];
}

/** Why a server gets none of what is meant: it has no fresh scan, nothing of it can be installed, or it lacks none of it. */
function whyNot(reviews: readonly Review[], meant: readonly ReviewedUpdate[]): (placed: Reachable) => WhyLeftOut {
  const unscanned = new Map(
    reviews.flatMap(({ servers }) => servers.map(({ resourceId, why }) => [resourceId, why] as const)),
  );
  const unapprovable = new Map(
    meant.flatMap(({ id, unapprovable: why, on }) =>
      why === "" ? [] : on.map(({ server }) => [server.resourceId, `${id}: ${why}`] as const),
    ),
  );
  return ({ node: { id } }) => {
    const why = (unscanned.get(id) ?? "") || (unapprovable.get(id) ?? "");
    return why === "" ? { why: "its last scan shows none of it", settled: true } : { why, settled: false };
  };
}

/**
 * What each server gets of the updates that are meant, by name or by CVE: what its own last scan shows. A location whose
 * scans cannot be read fails, and the others go on.
 * @throws UsageError where no scan shows what is meant
 * @throws CloudError where none that could be read does
 */
export async function chosenLists(
  { plane, scope }: Invocation,
  { root, options, asOf }: FleetCall<ChoiceOptions>,
  found: FoundServers,
): Promise<Chosen> {
  const { package: packages, cve, store } = options;
  if (packages === undefined && cve === undefined) return { lists: undefined, found, leftOut: [] };
  const { reviewGroups } = await import("../../operations/review.ts");
  const { withFailures } = await import("../../operations/runs/servers.ts");
  const groups = [...new Set(found.placed.map(({ server }) => server.patchGroup))];
  const question = { groups, store: await openedStore(plane, root, store), asOf };
  const { reviews, failures } = await reviewGroups(plane, scope, question);
  const selection = {
    ...(packages === undefined ? {} : { packages }),
    ...(cve === undefined ? {} : { cves: cve }),
  };
  const selected = reviews.map((review) => selectUpdates(review, selection));
  // A group may well lack nothing of what another one does: only what no group shows is a slip.
  const unknown = (selected[0]?.faults ?? []).filter(({ path, value }) =>
    selected.every(({ faults }) => faults.some((other) => other.path === path && other.value === value)),
  );
  const fault = (faults: readonly Fault[]): Error =>
    failures.length > 0 ? unreadScans(failures) : new UsageError(faults);
  if (unknown.length > 0) throw fault(unknown);
  const chosen = new Set(found.placed.flatMap(({ node }) => node?.id ?? []));
  const lists = installLists(
    selected
      .flatMap((each) => each.updates)
      .filter(({ unapprovable }) => unapprovable === "")
      .map(({ os, id, version, on }) => {
        const nodes = on.map(({ server }) => server.resourceId).filter((node) => chosen.has(node));
        return { os, id, version, nodes };
      }),
  );
  const lacking = new Set(lists.flatMap(({ nodes }) => nodes));
  const meant = selected.flatMap(({ updates }) => updates);
  const unread = found.reads.flatMap(({ location, ...read }): readonly FailedLocation[] => {
    const failed = failures.find((each) => each.location === location.name);
    return failed === undefined || "failure" in read ? [] : [{ location, failure: failed.failure }];
  });
  const read = withFailures(found, unread);
  const leftOut = leftOutOf(read.placed, ({ node }) => lacking.has(node?.id ?? ""), whyNot(reviews, meant));
  const message = "no scan of these servers shows an update of it that can be installed";
  if (lists.length === 0)
    throw fault([
      {
        path: packages === undefined ? "--cve" : "--package",
        message,
        fix: firstOf([...new Set(leftOut.map(({ name, why }) => `${name}: ${why}`))], mostNamed),
      },
    ]);
  const placed = read.placed.filter(({ node, readable }) => lacking.has(node?.id ?? "") || !readable);
  return { lists, found: { ...read, placed }, leftOut };
}
