import type { Plane } from "../plane.ts";
import { differences } from "./differences.ts";
import type { PolicyChange } from "./report.ts";

const named = ["locations", "subscriptions", "baselines", "groups", "checks"] as const;
const plain = ["environment", "timezone", "notifications", "reports", "nodes", "freezes"] as const;

function namedChanges(section: (typeof named)[number], before: Plane, after: Plane): readonly PolicyChange[] {
  const [old, now]: readonly Readonly<Record<string, unknown>>[] = [before[section], after[section]];
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].sort();
  return names.flatMap((name): readonly PolicyChange[] => {
    const [was, is] = [old?.[name], now?.[name]];
    if (was === undefined) return [{ section, name, state: "added", differences: [] }];
    if (is === undefined) return [{ section, name, state: "removed", differences: [] }];
    const changes = differences(was, is);
    return changes.length === 0 ? [] : [{ section, name, state: "changed", differences: changes }];
  });
}

/** What differs in the stack file beside its windows, fleet and approvals, with the presets that it goes by. */
export function policyChanges(before: Plane, after: Plane): readonly PolicyChange[] {
  return [
    ...named.flatMap((section) => namedChanges(section, before, after)),
    ...plain.flatMap((section): readonly PolicyChange[] => {
      const changes = differences({ [section]: before[section] }, { [section]: after[section] });
      return changes.length === 0 ? [] : [{ section, name: "", state: "changed", differences: changes }];
    }),
  ];
}
