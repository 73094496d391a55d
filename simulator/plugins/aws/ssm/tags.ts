import type { ResourceTypeForTagging, SSM, Tag } from "@aws-sdk/client-ssm";
import { textMapOf } from "../../fields.ts";
import type { Value, Values } from "../../values.ts";
import { attempt } from "../resourceType.ts";

/** The provider keeps tags of AWS's own to itself, without a word: the next preview shows them as missing. */
function ownTags(values: Values): readonly (readonly [key: string, value: string])[] {
  return Object.entries(textMapOf(values, "tags")).filter(([key]) => !key.startsWith("aws:"));
}

/** Tags in the API's form; nothing when there are none. */
export function tagsIn(values: Values): Tag[] | undefined {
  const tags = ownTags(values).map(([Key, Value_]) => ({ Key, Value: Value_ }));
  return tags.length === 0 ? undefined : tags;
}

/** Tags in the state's form; nothing when there are none. */
export function tagsOut(tags: readonly Tag[] | undefined): Readonly<Record<string, Value>> | undefined {
  const pairs = (tags ?? []).map(({ Key = "", Value: value = "" }) => [Key, value] as const);
  return pairs.length === 0
    ? undefined
    : Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The tags of a resource. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
export async function readTags(
  ssm: SSM,
  resourceType: ResourceTypeForTagging,
  id: string,
): Promise<Readonly<Record<string, Value>> | undefined> {
  const answer = await attempt(`listing tags for SSM ${resourceType} (${id})`, () =>
    ssm.listTagsForResource({ ResourceType: resourceType, ResourceId: id }),
  );
  return tagsOut(answer.TagList);
}

/** Makes the tags of a resource what they are to be: what went is removed, what is new or changed is added. */
export async function changeTags(
  ssm: SSM,
  resourceType: ResourceTypeForTagging,
  id: string,
  old: Values,
  new_: Values,
): Promise<void> {
  const before = textMapOf(old, "tags");
  const after = textMapOf(new_, "tags");
  const gone = Object.keys(before).filter((key) => after[key] === undefined);
  const changed = ownTags(new_).filter(([key, value]) => before[key] !== value);
  const resource = { ResourceType: resourceType, ResourceId: id };
  if (gone.length > 0) {
    await attempt(`untagging resource (${id})`, () => ssm.removeTagsFromResource({ ...resource, TagKeys: gone }));
  }
  if (changed.length > 0) {
    const added = changed.map(([Key, value]) => ({ Key, Value: value }));
    await attempt(`tagging resource (${id})`, () => ssm.addTagsToResource({ ...resource, Tags: added }));
  }
}
