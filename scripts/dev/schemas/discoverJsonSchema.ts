import { z } from "zod";
import { discoverFindings, type DiscoverFindingId } from "../../../domain/discover/findings.ts";
import type { DiscoverJson } from "../../../render/discover/discoverJson.ts";
import { count, text } from "./shapes.ts";

const row = z.strictObject({
  id: text,
  name: text,
  cloud: z.enum(["aws", "azure"]),
  site: text,
  region: text,
  os: text,
  release: text,
  arch: text,
  patchGroup: text,
  size: count,
});

const discovery: z.ZodType<DiscoverJson> = z.strictObject({
  schema: z.literal("patchplane/discover/1"),
  stack: text,
  exitCode: count,
  file: text.describe("the fleet file, from the project's folder"),
  written: z.boolean(),
  kept: count.describe("rows that stay as they are, those of places that were not read included"),
  places: z.array(
    z.strictObject({
      kind: z.enum(["location", "subscription"]),
      name: text,
      servers: count.nullable().describe("instances or VMs; null where it was not read"),
      rows: count,
      failure: text.nullable(),
    }),
  ),
  added: z.array(row),
  gone: z.array(row),
  changed: z.array(
    z.strictObject({
      id: text,
      name: text,
      columns: z.array(
        z.strictObject({
          column: z.enum(["region", "os", "release", "arch", "size"]),
          is: text,
          becomes: text,
        }),
      ),
    }),
  ),
  findings: z.array(
    z.strictObject({
      id: z.enum(Object.keys(discoverFindings) as [DiscoverFindingId, ...DiscoverFindingId[]]),
      what: text,
      site: text.nullable().describe("null where it is about several"),
      server: text.nullable().describe("id of the server's row, or of the one it would have"),
      name: text.describe("of the server, the node or the site"),
      detail: text,
      todo: text,
    }),
  ),
});

/** The JSON Schema of `patchplane/discover/1`. */
export function discoverJsonSchema(): object {
  return { title: "patchplane discover", ...z.toJSONSchema(discovery) };
}
