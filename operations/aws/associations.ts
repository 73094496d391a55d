import { DescribeAssociationCommand, paginateListAssociations } from "@aws-sdk/client-ssm";
import type { Association, SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { isPatchDocument } from "../../domain/drift/foreign.ts";
import type { LiveAssociation } from "../../domain/drift/location.ts";
import { targetEntries } from "./windows.ts";
import { resourceTags } from "./nodes.ts";
import { allPages } from "../pages.ts";

/** Largest page of associations. */
const pageSize = 50;
/** Calls at a time in one location. */
const concurrency = 4;

/** Names by which associations of the stack are known. */
export interface AssociationNames {
  /** Those that the stack makes. */
  readonly own: ReadonlySet<string>;
  /** Beginning of every name the stack gives. */
  readonly prefix: string;
}

async function parametersOf(client: SSMClient, id: string): Promise<Pick<LiveAssociation, "parameters">> {
  const { AssociationDescription } = await client.send(new DescribeAssociationCommand({ AssociationId: id }));
  return { parameters: AssociationDescription?.Parameters ?? {} };
}

async function associationOf(
  client: SSMClient,
  { own, prefix }: AssociationNames,
  association: Association,
): Promise<LiveAssociation> {
  const { AssociationId: id = "", AssociationName: name = "", Name: document = "", InstanceId } = association;
  const { Failed: failed = 0 } = association.Overview?.AssociationStatusAggregatedCount ?? {};
  const asked = own.has(name) || isPatchDocument(document);
  const alike = !own.has(name) && name.startsWith(prefix);
  return {
    id,
    name,
    document,
    schedule: association.ScheduleExpression ?? "",
    // Associations of the oldest kind name one node beside the targets.
    targets:
      InstanceId === undefined ? targetEntries(association.Targets) : [{ key: "InstanceIds", values: [InstanceId] }],
    ...(failed > 0 ? { failed } : {}),
    ...(alike ? { tags: await resourceTags(client, "Association", id) } : {}),
    ...(asked ? await parametersOf(client, id) : {}),
  };
}

/** All State Manager associations of one account and Region; parameters of the stack's own and of those that patch. */
export async function liveAssociations(
  client: SSMClient,
  names: AssociationNames,
): Promise<readonly LiveAssociation[]> {
  const pages = await allPages(paginateListAssociations({ client, pageSize }, {}));
  const found = pages.flatMap((page) => page.Associations ?? []);
  return pMap(found, (association) => associationOf(client, names, association), { concurrency });
}
