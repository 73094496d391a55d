import {
  GetDefaultPatchBaselineCommand,
  GetPatchBaselineCommand,
  GetPatchBaselineForPatchGroupCommand,
  paginateDescribePatchBaselines,
  paginateDescribePatchGroups,
  type PatchBaselineIdentity,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { apiBaselineFields } from "../../domain/stack/baselineFields.ts";
import { pairKey, type LiveBaseline, type LiveRegistration } from "../../domain/drift/location.ts";
import type { PlannedRegistration } from "../../domain/stack/plannedLocation.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import { resourceTags } from "./nodes.ts";
import { allPages } from "../pages.ts";

/** Largest page of baselines and of patch groups. */
const pageSize = 100;
/** Calls at a time in one location. */
const concurrency = 4;

async function baselineOf(client: SSMClient, own: boolean, identity: PatchBaselineIdentity): Promise<LiveBaseline> {
  const { BaselineId: id = "", BaselineName: name = "", OperatingSystem: operatingSystem = "" } = identity;
  const common = { id, name, operatingSystem };
  if (!own) return { ...common, tags: await resourceTags(client, "PatchBaseline", id) };
  const fields = apiBaselineFields(await client.send(new GetPatchBaselineCommand({ BaselineId: id })));
  return { ...common, fields };
}

/**
 * The account's own patch baselines.
 * @param own - names of the baselines that the stack makes: those are read whole, of any other the tags
 */
export async function liveBaselines(client: SSMClient, own: ReadonlySet<string>): Promise<readonly LiveBaseline[]> {
  const filter = { Filters: [{ Key: "OWNER", Values: ["Self"] }] };
  const pages = await allPages(paginateDescribePatchBaselines({ client, pageSize }, filter));
  const found = pages.flatMap((page) => page.BaselineIdentities ?? []);
  return pMap(found, (identity) => baselineOf(client, own.has(identity.BaselineName ?? ""), identity), { concurrency });
}

/** Which baseline is registered for which patch group, whoever did it. */
export async function liveRegistrations(client: SSMClient): Promise<readonly LiveRegistration[]> {
  const pages = await allPages(paginateDescribePatchGroups({ client, pageSize }, {}));
  return pages
    .flatMap((page) => page.Mappings ?? [])
    .map(({ PatchGroup: group = "", BaselineIdentity: { BaselineId = "", OperatingSystem = "" } = {} }) => ({
      group,
      operatingSystem: OperatingSystem,
      baselineId: BaselineId,
    }));
}

/** The baseline that a group's nodes use, by group and operating system; the default where none is registered. */
export async function usedBaselines(
  client: SSMClient,
  pairs: readonly PlannedRegistration[],
): Promise<ReadonlyMap<string, string>> {
  const read = async ({ group, operatingSystem }: PlannedRegistration) => {
    const request = { PatchGroup: group, OperatingSystem: operatingSystem };
    const { BaselineId = "" } = await client.send(new GetPatchBaselineForPatchGroupCommand(request));
    return [pairKey(group, operatingSystem), BaselineId] as const;
  };
  return new Map(await pMap(pairs, read, { concurrency }));
}

/** Default baselines by operating system. */
export async function defaultBaselines(
  client: SSMClient,
  systems: readonly OperatingSystem[],
): Promise<ReadonlyMap<string, string>> {
  const read = async (system: OperatingSystem) => {
    const { BaselineId = "" } = await client.send(new GetDefaultPatchBaselineCommand({ OperatingSystem: system }));
    return [system, BaselineId] as const;
  };
  return new Map(await pMap(systems, read, { concurrency }));
}
