import type { Finding } from "../fault.ts";
import type { Plane } from "../plane.ts";
import { ownTags } from "../stack/awsNames.ts";
import { finding } from "./checkTable.ts";

/**
 * Findings about ignored tags that the stack sets itself: the provider never reads them back, and so sets them anew in
 * every deployment.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/42638
 */
export function checkIgnoredTags({ environment, ignoredTags, locations }: Plane): readonly Finding[] {
  if (ignoredTags === undefined) return [];
  const own = [...new Set(Object.values(locations).flatMap((each) => Object.keys(ownTags(environment, each))))].sort();
  const found = (key: keyof typeof ignoredTags, isMeant: (name: string, entry: string) => boolean) =>
    ignoredTags[key].flatMap((entry) => {
      const meant = own.filter((name) => isMeant(name, entry));
      if (meant.length === 0) return [];
      return [
        finding("ignored-tags", {
          path: `ignoredTags.${key}`,
          message: `the stack sets such a tag itself: ${meant.join(", ")}`,
          value: entry,
          fix: "take the entry out, or say more of the name; a tag of `tags` that others change belongs in one of the two",
        }),
      ];
    });
  return [
    ...found("keys", (name, entry) => name === entry),
    ...found("keyPrefixes", (name, entry) => name.startsWith(entry)),
  ];
}
