import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { z } from "zod";
import type { Subscription } from "../../domain/plane.ts";
import { allPages } from "../pages.ts";
import { azureClient } from "./client.ts";
import type { AzureEndpoint } from "./endpoint.ts";

/** Largest page of Resource Graph. */
const rowsPerPage = 1000;

const text = z.string().nullish();
const image = z.object({ publisher: text, offer: text, sku: text }).nullish();

const vmRow = z.object({
  id: z.string(),
  name: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  vmId: text,
  size: text,
  osName: text,
  osVersion: text,
  power: text,
  image,
  linuxPatchMode: text,
  windowsPatchMode: text,
  automaticUpdates: text,
  takesExtensions: text,
});

/** A VM as Resource Graph has it. */
export type GraphVm = z.infer<typeof vmRow>;

const extensionRow = z.object({ id: z.string(), name: z.string() });

/** An extension, by its resource id. */
export type GraphExtension = z.infer<typeof extensionRow>;

const vmQuery = `resources
| where type =~ 'microsoft.compute/virtualmachines'
| project id, name, resourceGroup, location, tags, ${[
  "vmId = tostring(properties.vmId)",
  "size = tostring(properties.hardwareProfile.vmSize)",
  "osName = tostring(properties.extended.instanceView.osName)",
  "osVersion = tostring(properties.extended.instanceView.osVersion)",
  "power = tostring(properties.extended.instanceView.powerState.code)",
  "image = properties.storageProfile.imageReference",
  "linuxPatchMode = tostring(properties.osProfile.linuxConfiguration.patchSettings.patchMode)",
  "windowsPatchMode = tostring(properties.osProfile.windowsConfiguration.patchSettings.patchMode)",
  "automaticUpdates = tostring(properties.osProfile.windowsConfiguration.enableAutomaticUpdates)",
  "takesExtensions = tostring(properties.osProfile.allowExtensionOperations)",
].join(", ")}
| order by id asc`;

/** The handlers of which a VM takes one extension each: CustomScript of Linux and of Windows. */
const scriptQuery = `resources
| where type =~ 'microsoft.compute/virtualmachines/extensions'
| where properties.type in~ ('CustomScript', 'CustomScriptExtension')
| project id, name
| order by id asc`;

const failedQuery = `resources
| where type =~ 'microsoft.compute/virtualmachines/extensions'
| where properties.provisioningState =~ 'Failed'
| project id, name
| order by id asc`;

/** The reads of Resource Graph that the commands use. */
export interface ResourceGraph {
  /** Every VM of the subscription that the caller may read. */
  virtualMachines(): Promise<readonly GraphVm[]>;
  /** Their extensions for custom scripts. */
  scriptExtensions(): Promise<readonly GraphExtension[]>;
  /** Their extensions that have failed. */
  failedExtensions(): Promise<readonly GraphExtension[]>;
}

async function* pagesOf(client: ResourceGraphClient, subscriptionId: string, query: string) {
  let skipToken: string | undefined;
  do {
    const options = { top: rowsPerPage, resultFormat: "objectArray" as const };
    // One subscription a query: of several, Azure passes over those that it may not read, and says nothing.
    const page = await client.resources({
      query,
      subscriptions: [subscriptionId],
      options: { ...options, ...(skipToken === undefined ? {} : { skipToken }) },
    });
    skipToken = page.skipToken;
    yield { NextToken: skipToken, data: page.data as unknown };
  } while (skipToken !== undefined && skipToken !== "");
}

/**
 * Resource Graph over one subscription. It lags behind by seconds or minutes, and shows what the caller may read and no
 * more.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data#paging-results
 *
 * @throws what the credential or the request fails with; `azureFailure` puts it into words
 */
export async function openResourceGraph(subscription: Subscription, endpoint: AzureEndpoint): Promise<ResourceGraph> {
  const { ResourceGraphClient } = await import("@azure/arm-resourcegraph");
  const client = await azureClient(
    subscription,
    endpoint,
    (credential, options) => new ResourceGraphClient(credential, options),
  );
  const rows = async <Row>(query: string, row: z.ZodType<Row>): Promise<readonly Row[]> => {
    const pages = await allPages(pagesOf(client, subscription.subscriptionId, query));
    return pages.flatMap(({ data }) => z.array(row).parse(data));
  };
  return {
    virtualMachines: () => rows(vmQuery, vmRow),
    scriptExtensions: () => rows(scriptQuery, extensionRow),
    failedExtensions: () => rows(failedQuery, extensionRow),
  };
}
