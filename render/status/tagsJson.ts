import type { TagDrift } from "../../domain/status/tagDrift.ts";

/** Name and version of the JSON's shape: a number is raised when a field goes or changes its meaning. */
const schema = "patchplane/tags/1" as const;

/** `patchplane tags` for programs; schemas/tags.schema.json is made of this. */
export type TagsJson = ReturnType<typeof tagsJson>;

/** Tag drift for programs. */
export function tagsJson(stack: string, drift: TagDrift, apply: boolean, exitCode: number) {
  const repairs = new Map(drift.repairs.map((repair) => [repair.nodeId, repair]));
  return {
    schema,
    stack,
    applied: apply,
    exitCode,
    checked: drift.checked,
    withoutNode: drift.withoutNode,
    locations: drift.locations.map(({ location, failure }) => ({
      name: location.name,
      accountId: location.accountId,
      region: location.region,
      failure: failure ?? null,
    })),
    unreadableSubscriptions: drift.unreadableSubscriptions,
    nodes: drift.nodes.map(({ server, location, nodeId, repairable, differences }) => {
      const repair = repairs.get(nodeId);
      return {
        id: server.id,
        name: server.name,
        location,
        nodeId,
        repairable,
        differences: differences.map(({ key, is, wanted }) => ({ key, is: is ?? null, wanted })),
        repaired: repair !== undefined && repair.failure === undefined,
        failure: repair?.failure ?? null,
      };
    }),
  };
}
