import { paginateDescribeInstancePatches, SSMClient, UpdateMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { blobId } from "../domain/approvals/blobId.ts";
import { approvalText } from "../domain/approvals/approvalText.ts";
import { isGated } from "../domain/stack/windowTasks.ts";
import { packageFamily } from "../domain/stack/baselineFilters.ts";
import type { Approval, ApprovedPatch, Location, Plane } from "../domain/plane.ts";
import { atExpression } from "../domain/schedule/friendlySchedules.ts";
import { operatingSystemOf, type OperatingSystem } from "../domain/server.ts";
import { byName } from "../domain/text.ts";
import { dateText, day, instantText, minute } from "../domain/time.ts";
import type { Cloud, PatchingEntry, World } from "../simulator/index.ts";
import type { DeployedOutputs } from "./stack.ts";

/** A reviewer looks again so many days after the windows were opened. */
const daysBetweenReviews = 7;
/** Windows open so soon after they are told to; an approval lasts so long from then on. */
const minutesToOpening = 15;
const daysInForce = 2;

/** What a reviewer saw missing, by group, until it is approved. */
interface Review {
  readonly seenAt: Date;
  readonly approvals: Readonly<Record<string, Approval>>;
}

/** Somebody who reviews. */
export interface Reviewer {
  /**
   * Does what is due on a day: looks at the scans, or approves what was seen long enough ago.
   * @returns the plane with the approvals to deploy; undefined on most days
   */
  visit(): Promise<Plane | undefined>;
  /** Opens the windows of what was approved, once it is deployed. */
  open(outputs: DeployedOutputs): Promise<void>;
}

/** A client of the embedded cloud in a location. */
export function clientAt({ url }: Cloud, { accountId, region }: Pick<Location, "accountId" | "region">): SSMClient {
  const masterCredentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };
  const params = { RoleArn: `arn:aws:iam::${accountId}:role/reviewer`, RoleSessionName: "reviewer" };
  return new SSMClient({
    endpoint: url,
    region,
    credentials: fromTemporaryCredentials({ params, masterCredentials, clientConfig: { region, endpoint: url } }),
  });
}

async function missingOn(client: SSMClient, os: OperatingSystem, nodeId: string): Promise<readonly ApprovedPatch[]> {
  const found: ApprovedPatch[] = [];
  const filters = [{ Key: "State", Values: ["Missing"] }];
  for await (const { Patches = [] } of paginateDescribeInstancePatches(
    { client, pageSize: 100 },
    { InstanceId: nodeId, Filters: filters },
  )) {
    for (const { KBId: id = "", Title = "" } of Patches) {
      // On Linux the title is the id, a colon and the version.
      found.push(packageFamily(os) === "windows" ? { id } : { id, title: Title.slice(id.length + 1) });
    }
  }
  return found;
}

/** The last scan of every server of a group that left something missing. */
function lacking(cloud: Cloud, machines: ReadonlySet<string>): readonly PatchingEntry[] {
  const last = new Map<string, PatchingEntry>();
  for (const entry of cloud.journal.entries) {
    if (
      entry.kind === "patching" &&
      entry.counts !== undefined &&
      machines.has(entry.machine) &&
      entry.endsAt <= cloud.now()
    )
      last.set(entry.machine, entry);
  }
  return [...last.values()].filter(({ counts }) => (counts?.missing ?? 0) > 0);
}

/** Machines of the reviewed groups that have an on-demand window, with their operating systems, by group. */
function reviewedMachines(plane: Plane, world: World): ReadonlyMap<string, ReadonlyMap<string, OperatingSystem>> {
  const windows = Object.values(plane.windows).filter((window) => window.onDemand && isGated(plane.groups, window));
  const groupOf = new Map(plane.fleet.map(({ id, patchGroup }) => [id, patchGroup]));
  return new Map(
    windows
      .flatMap(({ groups }) => groups)
      .toSorted()
      .map((group) => {
        const own = world.machines.filter(({ id, tags }) => (groupOf.get(id) ?? tags["PatchGroup"]) === group);
        return [group, new Map(own.map((spec) => [spec.id, operatingSystemOf(spec)]))];
      }),
  );
}

function unique(patches: readonly ApprovedPatch[]): readonly ApprovedPatch[] {
  return [...new Map(patches.map((patch) => [`${patch.id} ${patch.title ?? ""}`, patch])).values()];
}

async function seen(
  cloud: Cloud,
  group: string,
  systems: ReadonlyMap<string, OperatingSystem>,
): Promise<Approval | undefined> {
  const scans = lacking(cloud, new Set(systems.keys()));
  const patches: Partial<Record<OperatingSystem, readonly ApprovedPatch[]>> = {};
  for (const [, ofPlace] of Map.groupBy(scans, ({ accountId, region }) => `${accountId} ${region}`)) {
    const [first] = ofPlace;
    if (first === undefined) continue;
    const client = clientAt(cloud, first);
    for (const { machine, nodeId } of ofPlace) {
      const os = systems.get(machine);
      if (os !== undefined) patches[os] = unique([...(patches[os] ?? []), ...(await missingOn(client, os, nodeId))]);
    }
    client.destroy();
  }
  if (Object.values(patches).flat().length === 0) return undefined;
  return {
    group,
    file: "",
    blob: "",
    scanId: scans[0]?.commandId ?? "",
    note: "approved by the rehearsal",
    expires: "",
    patches,
  };
}

/** Opens a reviewer who approves for every reviewed group all that its servers' scans showed missing some days before. */
export function openReviewer(plane: Plane, world: World, cloud: Cloud, days: number): Reviewer {
  const reviewed = reviewedMachines(plane, world);
  let pending: Review | undefined;
  let approved: Readonly<Record<string, Approval>> = {};
  let next = cloud.now();
  return {
    visit: async () => {
      const now = cloud.now();
      if (pending === undefined) {
        if (now < next) return undefined;
        const found: Approval[] = [];
        for (const [group, systems] of reviewed) found.push(...[(await seen(cloud, group, systems)) ?? []].flat());
        if (found.length > 0)
          pending = { seenAt: now, approvals: Object.fromEntries(found.map((each) => [each.group, each])) };
        return undefined;
      }
      if (now.getTime() < pending.seenAt.getTime() + days * day) return undefined;
      const expires = instantText(new Date(now.getTime() + daysInForce * day));
      approved = Object.fromEntries(
        Object.entries(pending.approvals).map(([group, approval]) => {
          const file = `approvals/${group}/${dateText(now)}.yaml`;
          const merged = { ...approval, file, expires };
          return [group, { ...merged, blob: blobId(approvalText(merged)) }];
        }),
      );
      pending = undefined;
      next = new Date(now.getTime() + daysBetweenReviews * day);
      return { ...plane, approvals: { ...plane.approvals, ...approved } };
    },
    open: async ({ locations }) => {
      const at = new Date(cloud.now().getTime() + minutesToOpening * minute);
      const windows = Object.values(plane.windows)
        .filter((window) => window.onDemand && window.groups.some((group) => approved[group] !== undefined))
        .toSorted(byName);
      for (const window of windows) {
        for (const name of window.locations) {
          const location = plane.locations[name];
          const id = locations[name]?.windowIds[window.name];
          if (location === undefined || id === undefined) continue;
          const client = clientAt(cloud, location);
          const Schedule = atExpression(at);
          await client.send(new UpdateMaintenanceWindowCommand({ WindowId: id, Schedule, Enabled: true }));
          client.destroy();
        }
      }
    },
  };
}
