import { ApiError, validationError } from "../../http/apiError.ts";
import type { OperationTable } from "./call.ts";
import type { RegionState } from "../../state/region.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, as is the prefix `aws:`. */
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

/**
 * Refuses the tags of something about to be made: more than 50 (`TooManyTagsError`, or `ValidationException` where the
 * operation does not declare that), and keys that begin with `aws:`.
 */
export function checkTags(tags: readonly Tag[] | undefined, old: ReadonlyMap<string, string> = new Map()): void {
  const reserved = tags?.find(({ Key }) => Key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined)
    throw validationError(`Tag key ${reserved.Key} begins with aws:, which is reserved for AWS's own use.`);
  const keys = new Set([...old.keys(), ...(tags ?? []).map(({ Key }) => Key)]);
  if (keys.size > tagLimit)
    throw new ApiError("TooManyTagsError", `A resource can have at most ${String(tagLimit)} tags.`);
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
  AddTagsToResource: (call, request) => {
    const tags = checkedTags(call.region, request.ResourceType, request.ResourceId);
    checkTags(request.Tags, tags);
    for (const { Key, Value } of request.Tags) tags.set(Key, Value);
    return {};
  },
  RemoveTagsFromResource: (call, request) => {
    const tags = checkedTags(call.region, request.ResourceType, request.ResourceId);
    for (const key of request.TagKeys) tags.delete(key);
    return {};
  },
  ListTagsForResource: (call, request) => ({
    TagList: tagList(checkedTags(call.region, request.ResourceType, request.ResourceId)),
  }),
} satisfies OperationTable;
