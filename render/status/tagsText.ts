import { remainingDrift, type NodeTagDrift, type TagDrift } from "../../domain/status/tagDrift.ts";
import { counted } from "../../domain/text.ts";
import { section } from "../listing.ts";

function difference({ server, location, nodeId, differences }: NodeTagDrift): readonly string[] {
  return [
    `${server.name} (${nodeId}, ${location})`,
    ...differences.map(({ key, is, wanted }) => {
      const now = is === undefined ? (server.azure === undefined ? "none of this stack's" : "no tag") : `"${is}"`;
      return `  ${key}: ${now} -> "${wanted}"`;
    }),
  ];
}

/** The line that tags EC2 instances of one account and Region alike; a patch group holds no quote. */
function createTags(drift: TagDrift, nodes: readonly NodeTagDrift[]): readonly string[] {
  const same = Map.groupBy(nodes, ({ location, server }) => JSON.stringify([location, server.patchGroup]));
  return [...same.values()].flatMap((members) => {
    const [first] = members;
    const place = drift.locations.find(({ location }) => location.name === first?.location)?.location;
    if (first === undefined || place === undefined) return [];
    const ids = members.map(({ nodeId }) => nodeId).join(" ");
    const command = `aws ec2 create-tags --region ${place.region} --resources ${ids}`;
    return [`in account ${place.accountId}:`, `  ${command} --tags 'Key=PatchGroup,Value=${first.server.patchGroup}'`];
  });
}

function unreadable({ locations, unreadableSubscriptions }: TagDrift): readonly string[] {
  return [
    ...locations.flatMap(({ location, failure }) => (failure === undefined ? [] : [`${location.name}: ${failure}`])),
    ...unreadableSubscriptions.map(({ name, failure }) => `Azure subscription ${name}: ${failure}`),
  ];
}

function summary(drift: TagDrift, apply: boolean): string {
  const left = remainingDrift(drift);
  const repairable = left.filter((node) => node.repairable).length;
  const repaired = drift.nodes.length - left.length;
  const parts = [
    `${counted(drift.checked, "node")} compared`,
    ...(apply ? [`${String(repaired)} repaired`] : []),
    left.length === 0 ? "no difference" : `${String(left.length)} with other tags`,
    ...(drift.withoutNode === 0
      ? []
      : [`${counted(drift.withoutNode, "server")} without a node (see npx patchplane status)`]),
  ];
  const next =
    !apply && repairable > 0 ? `\n\nrepair ${counted(repairable, "hybrid node")}: npx patchplane tags --apply` : "";
  return `${parts.join(", ")}${next}`;
}

/** Tag drift as an operator reads it: every difference, what cannot be repaired from here, and one line of summary. */
export function tagsText(stack: string, drift: TagDrift, apply: boolean): string {
  const hybrid = drift.nodes.filter(({ repairable }) => repairable);
  const instances = drift.nodes.filter(({ repairable }) => !repairable);
  const failures = drift.repairs.flatMap(({ server, nodeId, failure }) =>
    failure === undefined ? [] : [`${server.name} (${nodeId}): ${failure}`],
  );
  return `${[
    `stack ${stack}`,
    ...section("Not readable:", unreadable(drift)),
    ...section("Hybrid nodes:", hybrid.flatMap(difference)),
    ...section("EC2 instances, whose tags Systems Manager cannot set:", [
      ...instances.flatMap(difference),
      ...createTags(drift, instances),
    ]),
    ...section("Not repaired:", failures),
    summary(drift, apply),
  ].join("\n\n")}\n`;
}
