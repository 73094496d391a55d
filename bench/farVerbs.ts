import {
  DescribeInstancePatchStatesCommand,
  ListInventoryEntriesCommand,
  paginateDescribeInstancePatches,
  paginateListComplianceItems,
  type InventoryFilter,
  type ListInventoryEntriesResult,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { packageOfPatch } from "../domain/packages/installed.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { ssmClient } from "../operations/aws/clients.ts";
import { collect } from "../operations/collect.ts";
import { openWork } from "../operations/collection/work.ts";
import type { RunSteps } from "../operations/progress.ts";
import { reviewGroups } from "../operations/review.ts";
import { reportsSince } from "../operations/runs/reports.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import { verifyGroup } from "../operations/verify.ts";
import type { FarVerb } from "./far.ts";

/** A fleet in a cloud that is far away. */
export interface FarFleet {
  readonly plane: Plane;
  /** Patch group of all of its servers. */
  readonly group: string;
  /** Packages were gathered and, where it is wanted, servers scanned between the two. */
  readonly begin: Date;
  readonly ready: Date;
}

interface Measured {
  readonly scanned: boolean;
  /** Does it as the command does, and tells of how many servers something was read. */
  readonly act: (fleet: FarFleet, folder: string) => Promise<number>;
  /** The same calls for nodes of one location, with nothing done with the answers. */
  readonly bare: (client: SSMClient, ids: readonly string[], nodesAtOnce: number) => Promise<void>;
}

/** The nodes of a fleet's locations. */
export function nodesOf({
  plane,
}: FarFleet): readonly { readonly location: Location; readonly ids: readonly string[] }[] {
  return Object.values(plane.locations).map((location) => {
    return { location, ids: plane.fleet.filter(({ site }) => site === location.name).map(({ id }) => id) };
  });
}

const runSteps: RunSteps = async (steps) => {
  const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
  return outcomes.map(({ value }) => value);
};

async function readPackages(client: SSMClient, InstanceId: string, Filters?: InventoryFilter[]): Promise<void> {
  let NextToken: string | undefined;
  do {
    const request = { InstanceId, TypeName: "AWS:Application", MaxResults: 50, Filters, NextToken };
    const page: ListInventoryEntriesResult = await client.send(new ListInventoryEntriesCommand(request));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

function slices<T>(items: readonly T[], size: number): readonly T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

const missing = ["MISSING", "FAILED"];
const open = [...missing, "AVAILABLE_SECURITY_UPDATE"];
const installed = ["INSTALLED", "INSTALLED_OTHER", "INSTALLED_PENDING_REBOOT", "INSTALLED_REJECTED"];

/** Patches in some states of the nodes that have some, with their compliance; and the versions of what is open. */
function readPatches(states: readonly string[], { all, versions }: { all: boolean; versions: boolean }) {
  const ofNode = async (client: SSMClient, InstanceId: string, isCompliant: boolean): Promise<void> => {
    const names = new Set<string>();
    const request = { InstanceId, Filters: [{ Key: "State", Values: [...states] }] };
    for await (const { Patches = [] } of paginateDescribeInstancePatches({ client, pageSize: 100 }, request)) {
      for (const { KBId = "", State = "" } of Patches) if (open.includes(State)) names.add(packageOfPatch(KBId).name);
    }
    if (!isCompliant) {
      const ResourceTypes = ["ManagedInstance"];
      const Filters = [
        { Key: "ComplianceType", Values: ["Patch"] },
        { Key: "Status", Values: ["NON_COMPLIANT"] },
      ];
      const items = { ResourceIds: [InstanceId], ResourceTypes, Filters };
      await Array.fromAsync(paginateListComplianceItems({ client, pageSize: 50 }, items));
    }
    for (const Values of versions ? slices([...names], 40) : [])
      await readPackages(client, InstanceId, [{ Key: "AWS:Application.Name", Values, Type: "Equal" }]);
  };
  return async (client: SSMClient, ids: readonly string[], nodesAtOnce: number): Promise<void> => {
    const options = { concurrency: nodesAtOnce };
    const stateOf = async (InstanceIds: string[]) =>
      (await client.send(new DescribeInstancePatchStatesCommand({ InstanceIds }))).InstancePatchStates ?? [];
    const found = (await pMap(slices(ids, 50), stateOf, options)).flat().map((state) => {
      const lacks = (state.MissingCount ?? 0) + (state.FailedCount ?? 0) > 0;
      const others = [
        state.InstalledPendingRebootCount,
        state.InstalledRejectedCount,
        state.AvailableSecurityUpdateCount,
      ];
      return { id: state.InstanceId ?? "", lacks, isCompliant: !lacks && others.every((each = 0) => each === 0) };
    });
    const read = found.filter(({ lacks }) => all || lacks);
    await pMap(read, ({ id, isCompliant }) => ofNode(client, id, isCompliant), options);
  };
}

/** What is measured of each verb, as its command does it and as the SDK alone. */
export const farVerbs: Readonly<Record<FarVerb, Measured>> = {
  collect: {
    scanned: false,
    act: async ({ plane, ready }, folder) => {
      const store = folderStore(`${folder}/collections`);
      const work = openWork(`${folder}/work`, ["bench"], ready, true);
      const { locations } = await collect(plane, { scope: { runSteps }, store, work });
      return locations.flatMap(({ servers }) => servers).filter((each) => each.inventoryCaptured !== "").length;
    },
    bare: async (client, ids, concurrency) => {
      await pMap(ids, (id) => readPackages(client, id), { concurrency });
    },
  },
  scan: {
    scanned: true,
    act: async (fleet) => {
      const read = nodesOf(fleet).map(async ({ location, ids }) => {
        const client = ssmClient(location);
        const reports = await reportsSince(client, ids, fleet.begin, { updates: true });
        client.destroy();
        return reports.size;
      });
      return (await Promise.all(read)).reduce((sum, count) => sum + count, 0);
    },
    bare: readPatches(missing, { all: false, versions: false }),
  },
  review: {
    scanned: true,
    act: async ({ plane, group, ready }, folder) => {
      const question = { groups: [group], store: folderStore(`${folder}/collections`), asOf: ready };
      const { reviews } = await reviewGroups(plane, { runSteps }, question);
      return reviews.flatMap(({ servers }) => servers).filter(({ lastScan }) => lastScan !== "").length;
    },
    bare: readPatches(open, { all: true, versions: true }),
  },
  verify: {
    scanned: true,
    act: async ({ plane, group, begin, ready }, folder) => {
      const store = folderStore(`${folder}/collections`);
      const { servers } = await verifyGroup(plane, { runSteps }, { group, store, asOf: ready, since: begin });
      return servers.filter(({ server }) => server.lastScan !== "").length;
    },
    bare: readPatches([...open, ...installed], { all: true, versions: true }),
  },
};
