import type { Plane } from "../plane.ts";
import type { Server } from "../server.ts";
import { hybridVmName } from "../stack/awsNames.ts";
import { onboardingResourceName } from "./payload.ts";

/** One resource of an import file. */
export interface ImportedResource {
  readonly type: string;
  readonly name: string;
  /** Azure's id of it, as Azure wrote it. */
  readonly id: string;
  /** Keys of the file's name table. */
  readonly parent: string;
  readonly provider: string;
}

/**
 * What `pulumi import --file` reads.
 * @see https://www.pulumi.com/docs/iac/cli/commands/pulumi_import/
 */
export interface ImportFile {
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly ImportedResource[];
}

/** How azure-native refuses what it finds on a VM. */
const refusal = /cannot create already existing resource '([^']+)'/g;

const kinds: Readonly<Record<string, { readonly type: string; readonly ending: string }>> = {
  extensions: { type: "azure-native:compute:VirtualMachineExtension", ending: "extension" },
  runcommands: { type: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine", ending: "run-command" },
};

function imported(server: Server, kind: string, id: string): ImportedResource | undefined {
  const known = kinds[kind.toLowerCase()];
  if (known === undefined || server.azure === undefined) return undefined;
  const name = hybridVmName(server.site, server.azure);
  return { type: known.type, name: `${name}-${known.ending}`, id, parent: name, provider: `azure of ${server.site}` };
}

/**
 * The onboarding of VMs that an `up` found there already and was refused, as the file by which one import takes all of
 * them into the state. That `up` has made the components and the providers that they belong to.
 *
 * @param stack - the Pulumi stack's name
 * @param output - what the refused `up` printed
 * @returns the file, and ids that it could not place: no row of the fleet file has their VM, or they are no onboarding
 */
export function adoption(
  plane: Plane,
  stack: string,
  output: string,
): { readonly file: ImportFile; readonly unknown: readonly string[] } {
  const ids = [...new Set([...output.matchAll(refusal)].map(([, id = ""]) => id))].sort();
  const servers = new Map(plane.fleet.map((server) => [server.id.toLowerCase(), server]));
  const found = ids.map((id) => {
    const [, vm = "", kind = "", name = ""] = /^(.*)\/([^/]+)\/([^/]+)$/.exec(id) ?? [];
    const server = servers.get(vm.toLowerCase());
    const own = server !== undefined && name.toLowerCase() === onboardingResourceName;
    return { id, server, resource: own ? imported(server, kind, id) : undefined };
  });
  const urn = (path: string, name: string): string => `urn:pulumi:${stack}::patchplane::${path}::${name}`;
  const parent = "patchplane:azure:SubscriptionOnboarding$patchplane:azure:HybridVm";
  const names = found.flatMap(({ server, resource }): (readonly [string, string])[] => {
    if (server === undefined || resource === undefined) return [];
    const { subscriptionId = "" } = plane.subscriptions[server.site] ?? {};
    return [
      [resource.parent, urn(parent, resource.parent)],
      [resource.provider, urn("pulumi:providers:azure-native", `azure-${subscriptionId}`)],
    ];
  });
  return {
    file: { nameTable: Object.fromEntries(names), resources: found.flatMap(({ resource }) => resource ?? []) },
    unknown: found.filter(({ resource }) => resource === undefined).map(({ id }) => id),
  };
}
