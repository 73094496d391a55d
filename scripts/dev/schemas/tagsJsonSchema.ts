import { z } from "zod";
import type { TagsJson } from "../../../render/status/tagsJson.ts";
import { count, text } from "./shapes.ts";

const tags: z.ZodType<TagsJson> = z.strictObject({
  schema: z.literal("patchplane/tags/1"),
  stack: text,
  applied: z.boolean().describe("with --apply"),
  exitCode: count,
  checked: count.describe("nodes whose tags were compared"),
  withoutNode: count.describe("servers of readable locations that have no node"),
  locations: z.array(z.strictObject({ name: text, accountId: text, region: text, failure: text.nullable() })),
  unreadableSubscriptions: z.array(z.strictObject({ name: text, failure: text })),
  nodes: z.array(
    z.strictObject({
      id: text.describe("of the fleet file"),
      name: text,
      location: text,
      nodeId: text,
      repairable: z.boolean().describe("false of an EC2 instance, whose tags belong to whoever makes it"),
      differences: z.array(
        z.strictObject({ key: text, is: text.nullable().describe("null where the node has no such tag"), wanted: text }),
      ),
      repaired: z.boolean(),
      failure: text.nullable().describe("why it could not be repaired"),
    }),
  ),
});

/** The JSON Schema of `patchplane/tags/1`. */
export function tagsJsonSchema(): object {
  return { title: "patchplane tags", ...z.toJSONSchema(tags) };
}
