import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** One of AWS's partitions as the SDK in use has it. */
export interface SdkPartition {
  readonly id: string;
  /** What the names of its endpoints end in. */
  readonly dnsSuffix: string;
  /** Names of its Regions that the SDK knows. */
  readonly regions: readonly string[];
}

interface Table {
  readonly partitions: readonly {
    readonly id: string;
    readonly outputs: { readonly dnsSuffix: string };
    readonly regions: Readonly<Record<string, unknown>>;
  }[];
}

/** AWS's partitions as the SDK in use has them. */
export function sdkPartitions(): readonly SdkPartition[] {
  const core = dirname(createRequire(import.meta.url).resolve("@aws-sdk/core/package.json"));
  const text = readFileSync(join(core, "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js"), "utf8");
  const { partitions } = JSON.parse(text.slice(text.indexOf("{"), text.indexOf("};") + 1)) as Table;
  return partitions.map(({ id, outputs, regions }) => ({
    id,
    dnsSuffix: outputs.dnsSuffix,
    regions: Object.keys(regions).filter((name) => !name.endsWith("-global")),
  }));
}
