import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  RemoveTagsFromResourceRequest,
} from "@aws-sdk/client-ssm";
import { ApiError } from "../http/apiError.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "./checked.ts";
import type { RegionState } from "./regionState.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const tagLimit = 50;

function exists(state: RegionState, type: string, id: string): boolean {
  switch (type) {
    case "PatchBaseline":
      return state.baselines.has(id) && !id.startsWith("arn:");
    case "MaintenanceWindow":
      return state.windows.has(id);
    case "Document":
      return state.documents.has(id);
    case "Association":
      return state.associations.has(id);
    case "ManagedInstance":
      return id.startsWith("mi-") && state.nodes.has(id);
    default:
      return false;
  }
}

function tagsOf(state: RegionState, type: string, id: string): Map<string, string> {
  if (type === "ManagedInstance") return state.nodes.get(id)?.tags ?? new Map<string, string>();
  const key = `${type}/${id}`;
  const known = state.tags.get(key) ?? new Map<string, string>();
  state.tags.set(key, known);
  return known;
}

function checkedTags(state: RegionState, type: string, id: string): Map<string, string> {
  if (!exists(state, type, id))
    throw new ApiError(
      "InvalidResourceId",
      "The resource ID is not valid. Verify that you entered the correct ID and try again.",
    );
  return tagsOf(state, type, id);
}

/** Puts tags on something just made. */
export function setTags(state: RegionState, type: string, id: string, tags: readonly Tag[] | undefined): void {
  const own = tagsOf(state, type, id);
  for (const tag of tags ?? []) own.set(tag.Key, tag.Value);
}

/** Forgets the tags of something deleted. */
export function dropTags(state: RegionState, type: string, id: string): void {
  state.tags.delete(`${type}/${id}`);
}

/** Tags as the API lists them. */
export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
export const tagOperations = {
  AddTagsToResource: (call: Call, request: Checked<AddTagsToResourceRequest>) => {
    const tags = checkedTags(call.region, request.ResourceType, request.ResourceId);
    const merged = new Map([...tags, ...request.Tags.map((tag) => [tag.Key, tag.Value] as const)]);
    if (merged.size > tagLimit)
      throw new ApiError("TooManyTagsError", `A resource can have at most ${String(tagLimit)} tags.`);
    for (const [key, value] of merged) tags.set(key, value);
    return {};
  },
  RemoveTagsFromResource: (call: Call, request: Checked<RemoveTagsFromResourceRequest>) => {
    const tags = checkedTags(call.region, request.ResourceType, request.ResourceId);
    for (const key of request.TagKeys) tags.delete(key);
    return {};
  },
  ListTagsForResource: (call: Call, request: Checked<ListTagsForResourceRequest>) => ({
    TagList: tagList(checkedTags(call.region, request.ResourceType, request.ResourceId)),
  }),
} satisfies OperationTable;
