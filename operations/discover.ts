import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Discovery } from "../domain/discover/discover.ts";
import type { Found, FoundLocation, FoundSubscription, FoundVm } from "../domain/discover/evidence.ts";
import { isHybrid, type ManagedNode } from "../domain/fleet/managedNode.ts";
import { vmIdOf } from "../domain/fleet/nodeJoin.ts";
import { onboardingResourceName } from "../domain/onboarding/payload.ts";
import type { Location, Plane, Subscription } from "../domain/plane.ts";
import type { Server } from "../domain/server.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { counted } from "../domain/text.ts";
import { editFleet } from "../fleet/edit.ts";
import { readFleet, type FleetContext } from "../fleet/read.ts";
import { writeFleet } from "../fleet/write.ts";
import { ec2Client, ssmClient } from "./aws/clients.ts";
import { ec2Instances } from "./aws/ec2.ts";
import { awsFailure } from "./aws/failure.ts";
import { nodesWithPackage } from "./aws/inventory.ts";
import { activations, hybridNodeTags, managedNodes } from "./aws/nodes.ts";
import { openCompute, type Compute } from "./azure/compute.ts";
import type { AzureEndpoint } from "./azure/endpoint.ts";
import { azureFailure } from "./azure/failure.ts";
import { openResourceGraph, type GraphExtension, type GraphVm } from "./azure/resourceGraph.ts";
import type { Scope } from "./fleetNodes.ts";
import type { Step } from "./progress.ts";

/** Longest that a location may be read for, whatever its calls. */
const readingLimit = 30 * 60_000;
/** VMs asked for by themselves at a time. */
const concurrency = 8;
/** The packages by which Debian and Ubuntu, Amazon Linux 2023 and Amazon Linux 2 patch themselves. */
const selfUpgrades = ["unattended-upgrades", "dnf-automatic", "yum-cron"] as const;

const noTags: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map();

type LocationAnswer = Found["locations"][number];
type SubscriptionAnswer = Found["subscriptions"][number];

/** What every hybrid node's activation, or else its own tags, say of its VM. */
async function hybridFacts(
  client: SSMClient,
  nodes: FoundLocation["nodes"],
): Promise<Pick<FoundLocation, "vmIds" | "environments">> {
  const hybrid = nodes.filter(({ id }) => isHybrid(id));
  if (hybrid.length === 0) return { vmIds: new Map(), environments: new Map() };
  const byActivation = { activations: await activations(client), hybridTags: noTags };
  const untold = hybrid.filter((node) => vmIdOf(node, byActivation) === undefined).map(({ id }) => id);
  const facts = { ...byActivation, hybridTags: await hybridNodeTags(client, untold) };
  const told = (of: (node: ManagedNode) => string | undefined): ReadonlyMap<string, string> =>
    new Map(hybrid.map((node) => [node.id, of(node) ?? ""] as const).filter(([, value]) => value !== ""));
  return {
    vmIds: told((node) => vmIdOf(node, facts)),
    environments: told(
      ({ id, activationId = "" }) =>
        facts.activations.get(activationId)?.tags["Environment"] ?? facts.hybridTags.get(id)?.["Environment"],
    ),
  };
}

/** Name of the package by which it patches itself, by id of the node. */
async function selfUpgradingNodes(client: SSMClient): Promise<ReadonlyMap<string, string>> {
  const found = await pMap(selfUpgrades, async (name) => {
    const nodes = await nodesWithPackage(client, name);
    return nodes.map((id) => [id, name] as const);
  });
  return new Map(found.flat());
}

async function readLocation(location: Location, show: (line: string) => void): Promise<FoundLocation> {
  const [ssm, ec2] = [ssmClient(location, readingLimit), ec2Client(location, readingLimit)];
  try {
    show("managed nodes");
    const nodes = await managedNodes(ssm);
    show(`${String(nodes.length)} managed nodes; instances`);
    const managed = new Set(nodes.map(({ id }) => id));
    const [instances, hybrid, selfUpgrading] = await Promise.all([
      ec2Instances(ec2, (id) => managed.has(id)),
      hybridFacts(ssm, nodes),
      selfUpgradingNodes(ssm),
    ]);
    return { location, instances, nodes, ...hybrid, selfUpgrading };
  } finally {
    ssm.destroy();
    ec2.destroy();
  }
}

function foundVm(vm: GraphVm, otherScript: string | undefined, failedExtension: string | undefined): FoundVm {
  const { publisher, offer, sku } = vm.image ?? {};
  const image = { publisher: publisher ?? "", offer: offer ?? "", sku: sku ?? "" };
  const { linuxPatchMode, windowsPatchMode } = vm;
  return {
    id: vm.id.toLowerCase(),
    name: vm.name,
    resourceGroup: vm.resourceGroup,
    region: vm.location,
    vmId: vm.vmId?.toLowerCase() ?? "",
    size: vm.size ?? "",
    running: vm.power?.toLowerCase() === "powerstate/running",
    osName: vm.osName ?? "",
    osVersion: vm.osVersion ?? "",
    ...(image.publisher === "" ? {} : { image }),
    patchMode: [linuxPatchMode, windowsPatchMode].find((mode) => (mode ?? "") !== "") ?? "",
    automaticUpdates: vm.automaticUpdates?.toLowerCase() === "true",
    // Left out by Azure it is true.
    takesExtensions: vm.takesExtensions?.toLowerCase() !== "false",
    tags: vm.tags ?? {},
    ...(otherScript === undefined ? {} : { otherScript }),
    ...(failedExtension === undefined ? {} : { failedExtension }),
  };
}

/** Extensions that are not this project's, by the lower-cased id of their VM. */
function othersOf(extensions: readonly GraphExtension[]): ReadonlyMap<string, string> {
  const others = extensions.filter(({ name }) => name.toLowerCase() !== onboardingResourceName);
  return new Map(others.map(({ id, name }) => [id.toLowerCase().split("/extensions/")[0] ?? "", name]));
}

/** What Azure says of a guest agent that tells Resource Graph nothing of its system. */
async function withGuestAgent(compute: Compute, vm: FoundVm): Promise<FoundVm> {
  if (!vm.running || vm.osName !== "") return vm;
  const seen = await compute.virtualMachine(vm.resourceGroup, vm.name);
  const guestAgent = seen?.instanceView?.vmAgent?.statuses?.at(-1)?.displayStatus ?? "Not Ready";
  return { ...vm, guestAgent };
}

/**
 * Reads a subscription. What Resource Graph does not show of the rows is asked of Azure Compute before it counts as
 * gone: a role that covers a part of the subscription makes it show that part, and say nothing of the rest.
 */
async function readSubscription(
  subscription: Subscription,
  rows: readonly Server[],
  endpoint: AzureEndpoint,
): Promise<FoundSubscription> {
  const graph = await openResourceGraph(subscription, endpoint);
  const listed = await graph.virtualMachines();
  const scripts = othersOf(await graph.scriptExtensions());
  const failed = othersOf(await graph.failedExtensions());
  const known = listed.map((vm) => {
    const id = vm.id.toLowerCase();
    return foundVm(vm, scripts.get(id), failed.get(id));
  });
  const ids = new Set(known.map(({ id }) => id));
  const missing = rows.filter(({ id }) => !ids.has(id));
  const compute = await openCompute(subscription, endpoint);
  const isThere = async ({ id, azure }: Server): Promise<readonly string[]> => {
    const vm = azure === undefined ? undefined : await compute.virtualMachine(azure.resourceGroup, azure.vmName);
    return vm === undefined ? [] : [id];
  };
  const unlisted = (await pMap(missing, isThere, { concurrency })).flat();
  const vms = await pMap(known, (vm) => withGuestAgent(compute, vm), { concurrency });
  return { subscription, vms, unlisted: new Set(unlisted) };
}

type Read =
  | { readonly kind: "location"; readonly answer: LocationAnswer }
  | { readonly kind: "subscription"; readonly answer: SubscriptionAnswer };

function locationStep(location: Location): Step<Read> {
  return {
    title: `${location.name} (${location.accountId}, ${location.region})`,
    act: async (show) => {
      try {
        const answer = await readLocation(location, show);
        const line = `${location.name}: ${counted(answer.instances.length, "instance")}, ${counted(answer.nodes.length, "node")}`;
        return { value: { kind: "location", answer }, line, failed: false };
      } catch (error) {
        const failure = awsFailure(error, location);
        const value = { kind: "location", answer: { location, failure } } as const;
        return { value, line: `${location.name}: ${failure}`, failed: true };
      }
    },
  };
}

function subscriptionStep(subscription: Subscription, rows: readonly Server[], endpoint: AzureEndpoint): Step<Read> {
  const { name, subscriptionId } = subscription;
  return {
    title: `${name} (Azure subscription ${subscriptionId})`,
    act: async () => {
      try {
        const answer = await readSubscription(subscription, rows, endpoint);
        const line = `${name}: ${counted(answer.vms.length, "VM")}`;
        return { value: { kind: "subscription", answer }, line, failed: false };
      } catch (error) {
        const failure = azureFailure(error);
        const value = { kind: "subscription", answer: { subscription, failure } } as const;
        return { value, line: `${name}: ${failure}`, failed: true };
      }
    },
  };
}

/**
 * Reads every location of the scope and every subscription that registers there, side by side; one that fails is an
 * answer like the others. For _i_ instances, _n_ nodes and _v_ VMs of one place: i/1000 DescribeInstances, i/200
 * DescribeImages of those without an agent, n/50 DescribeInstanceInformation, v/1000 queries of Resource Graph and one
 * more call for each VM whose guest agent is silent or whose row it does not show.
 */
export async function readClouds(plane: Plane, { azure, runSteps, ...scope }: Scope): Promise<Found> {
  const locations = locationsOf(plane, scope);
  const places = new Set(locations.map(({ name }) => name));
  const subscriptions = Object.values(plane.subscriptions).filter(({ location }) => places.has(location));
  const bySite = Map.groupBy(plane.fleet, ({ site }) => site);
  const reads = await runSteps<Read>([
    ...locations.map(locationStep),
    ...subscriptions.map((subscription) => subscriptionStep(subscription, bySite.get(subscription.name) ?? [], azure)),
  ]);
  return {
    locations: reads.flatMap((read) => (read.kind === "location" ? [read.answer] : [])),
    subscriptions: reads.flatMap((read) => (read.kind === "subscription" ? [read.answer] : [])),
  };
}

/** Takes out new rows that reading would refuse, for what the clouds call them or tag them with; each is a finding. */
export function readableRows(plane: Plane, discovery: Discovery): Discovery {
  const context: FleetContext = {
    locations: new Map(Object.entries(plane.locations)),
    subscriptions: new Map(Object.entries(plane.subscriptions)),
  };
  const read = discovery.added.map((server) => {
    const { faults } = readFleet(writeFleet([server], plane.subscriptions), "", context);
    return { server, faults };
  });
  const refused = read.flatMap(({ server, faults }) => {
    if (faults.length === 0) return [];
    const detail = faults.map(({ path, message, value }) => `${path} ${JSON.stringify(value)}: ${message}`).join("; ");
    return [{ id: "row-refused" as const, site: server.site, server: server.id, name: server.name, detail }];
  });
  return {
    ...discovery,
    added: read.flatMap(({ server, faults }) => (faults.length === 0 ? [server] : [])),
    findings: [...discovery.findings, ...refused],
  };
}

/** The fleet file's text after what a discovery proposes. */
export function proposedText(plane: Plane, text: string, { added, changed, gone }: Discovery): string {
  const edits = changed.map(({ server, columns }) => {
    return [server, Object.fromEntries(columns.map(({ column, becomes }) => [column, becomes]))] as const;
  });
  return editFleet(text, { added, removed: gone, changed: new Map(edits) }, plane.subscriptions);
}
