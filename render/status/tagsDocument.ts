import { remainingDrift, type NodeTagDrift, type TagDrift } from "../../domain/status/tagDrift.ts";
import { counted } from "../../domain/text.ts";
import { heading, item, lines, paragraph, said, words, type Document, type Item, type Sentence } from "../document.ts";
import { again, withCommands, type Place } from "../commands.ts";
import { unreadableLines } from "./statusDocument.ts";

function difference({ server, location, nodeId, differences }: NodeTagDrift): Item {
  return item(
    words`${server.name} (${nodeId}, ${location})`,
    differences.map(({ key, is, wanted }) => {
      const none = server.azure === undefined ? "none of this stack's" : "no tag";
      return words`${key}: ${is === undefined ? said(none) : `"${is}"`} -> ${`"${wanted}"`}`;
    }),
  );
}

/** The line that tags EC2 instances of one account and Region alike; a patch group holds no quote. */
function createTags(drift: TagDrift, nodes: readonly NodeTagDrift[]): readonly Item[] {
  const same = Map.groupBy(nodes, ({ location, server }) => JSON.stringify([location, server.patchGroup]));
  return [...same.values()].flatMap((members) => {
    const [first] = members;
    const place = drift.locations.find(({ location }) => location.name === first?.location)?.location;
    if (first === undefined || place === undefined) return [];
    const ids = members.map(({ nodeId }) => nodeId).join(" ");
    const command = `aws ec2 create-tags --region ${place.region} --resources ${ids}`;
    const tags = `--tags 'Key=PatchGroup,Value=${first.server.patchGroup}'`;
    return [item(words`in account ${place.accountId}:`, [words`${`${command} ${tags}`}`])];
  });
}

function summary(drift: TagDrift, apply: boolean, place: Place): readonly Sentence[] {
  const left = remainingDrift(drift);
  const repairable = left.filter((node) => node.repairable).length;
  const repaired = drift.nodes.length - left.length;
  const parts = [
    `${counted(drift.checked, "node")} compared`,
    ...(apply ? [`${String(repaired)} repaired`] : []),
    left.length === 0 ? "no difference" : `${String(left.length)} with other tags`,
    ...(drift.withoutNode === 0
      ? []
      : [`${counted(drift.withoutNode, "server")} without a node: npx patchplane status`]),
  ];
  const next = words`to repair ${said(counted(repairable, "hybrid node"))}: ${again("npx patchplane tags", "--apply", place)}`;
  return [withCommands(parts.join(", "), place), ...(!apply && repairable > 0 ? [next] : [])];
}

/** Tag drift: every difference, what cannot be repaired from here, and one line of summary. */
export function tagsDocument(place: Place, drift: TagDrift, apply: boolean): Document {
  const hybrid = drift.nodes.filter(({ repairable }) => repairable);
  const instances = drift.nodes.filter(({ repairable }) => !repairable);
  const failures = drift.repairs.flatMap(({ server, nodeId, failure }) =>
    failure === undefined ? [] : [words`${server.name} (${nodeId}): ${said(failure)}`],
  );
  return {
    title: words`stack ${place.stack}`,
    blocks: [
      ...heading("Not readable", unreadableLines(drift)),
      ...heading("Hybrid nodes", lines(hybrid.map(difference))),
      ...heading(
        "EC2 instances, whose tags Systems Manager cannot set",
        lines([...instances.map(difference), ...createTags(drift, instances)]),
      ),
      ...heading("Not repaired", lines(failures)),
      ...summary(drift, apply, place).map(paragraph),
    ],
  };
}
