import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isMapping } from "../../domain/values.ts";

/** A resource as the engine tells of it in a preview. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** Name of the provider; empty of a provider itself and of a component. */
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** File that the whole program's resources are kept in, in a measured project's folder. */
export const bareFile = "bare.json";

/** How the engine's JSON shows what is not known before a deployment, what is secret, and what is an archive or a file. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = "[secret]";
const signature = "4dabf18193072939515e22adb298388d";

class BareProvider extends pulumi.ProviderResource {}
class BareResource extends pulumi.CustomResource {}
class BareComponent extends pulumi.ComponentResource {}

/** Inputs as they were, where something is not known with an output that is not known either. */
function restored(value: unknown, anchor: pulumi.Output<unknown>): unknown {
  if (value === unknown) return anchor;
  if (value === secret) return pulumi.secret(anchor);
  if (Array.isArray(value)) return value.map((item) => restored(item, anchor));
  if (!isMapping(value)) return value;
  if (signature in value) return new pulumi.asset.AssetArchive({});
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restored(inner, anchor)]));
}

/**
 * The least that any program can do for the resources of the whole one: as many of the same types, with the same inputs
 * and in the same providers' processes, and neither components' work nor SDK classes nor options.
 */
export function registerBare(root: string): void {
  const resources = JSON.parse(readFileSync(join(root, bareFile), "utf8")) as readonly Registered[];
  const providers = new Map<string, pulumi.ProviderResource>();
  for (const { type, name, inputs } of resources.filter((each) => each.type.startsWith("pulumi:providers:"))) {
    providers.set(name, new BareProvider(type.split(":").at(-1) ?? "", name, { ...inputs }));
  }
  const [first] = providers.values();
  if (first === undefined) throw new Error("the whole program has no provider");
  for (const { type, name, custom, provider, inputs } of resources) {
    if (providers.has(name)) continue;
    if (!custom) new BareComponent(type, name);
    else {
      const own = providers.get(provider) ?? first;
      new BareResource(type, name, restored(inputs, first.id) as pulumi.Inputs, { provider: own });
    }
  }
}
