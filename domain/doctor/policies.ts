import type { PolicyDocument } from "../stack/policyDocument.ts";
import { byText } from "../text.ts";
import { canonicalJson, isMapping } from "../values.ts";

/** Names of condition keys have no case; Lambda writes `AWS:SourceArn`. */
function nameOf(key: string): string {
  return key.includes(":") ? key.toLowerCase() : key;
}

/** AWS keeps no order within an element, and shows a list of one as its value. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const parts = value.map(settled);
    return parts.length === 1 ? parts[0] : parts.toSorted((a, b) => byText(canonicalJson(a), canonicalJson(b)));
  }
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [nameOf(key), settled(part)] as const);
  // Everybody has two spellings.
  const isEverybody = entries.length === 1 && value["AWS"] === "*";
  return isEverybody ? "*" : Object.fromEntries(entries);
}

function bySid(statements: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    statements.map((statement) => {
      const { Sid, ...rest } = statement as { readonly Sid?: string };
      return [Sid ?? "a statement without a name", canonicalJson(settled(rest))] as const;
    }),
  );
}

/**
 * How a policy in AWS is another than the stack's, by the names of its statements; undefined where it says the same.
 * @param text - JSON, as AWS shows it
 */
export function policyDifference(planned: PolicyDocument, text: string): string | undefined {
  const { Statement } = JSON.parse(text) as { readonly Statement?: unknown };
  const live = bySid([Statement ?? []].flat());
  const wanted = bySid(planned.Statement);
  const lacks = [...wanted.keys()].filter((sid) => !live.has(sid));
  const more = [...live.keys()].filter((sid) => !wanted.has(sid));
  const changed = [...wanted].flatMap(([sid, content]) => (live.has(sid) && live.get(sid) !== content ? [sid] : []));
  const parts = (
    [
      ["lacks", lacks],
      ["has another", changed],
      ["has besides", more],
    ] as const
  ).flatMap(([words, sids]) => (sids.length === 0 ? [] : [`${words} ${sids.join(", ")}`]));
  return parts.length === 0 ? undefined : parts.join("; ");
}
