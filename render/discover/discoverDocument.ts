import { isProposal, type DiscoveredPlace, type Discovery } from "../../domain/discover/discover.ts";
import { discoverFindings, type DiscoverFinding, type DiscoverFindingId } from "../../domain/discover/findings.ts";
import type { Server } from "../../domain/server.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { again, withCommands, type Place } from "../commands.ts";
import {
  heading,
  item,
  lines,
  paragraph,
  said,
  table,
  value,
  words,
  type Block,
  type Document,
  type Item,
  type Words,
} from "../document.ts";

const ids = Object.keys(discoverFindings) as readonly DiscoverFindingId[];
const rows = { noun: "rows", length: "rows" } as const;
const servers = { noun: "servers", length: "names" } as const;

function placeRow(discovery: Discovery, place: DiscoveredPlace): readonly (string | number | Words)[] {
  const { name, failure } = place;
  const count = (list: readonly { readonly site: string }[]): number => list.filter(({ site }) => site === name).length;
  const unread = failure === undefined ? undefined : said("not read");
  return [
    name,
    unread ?? place.servers,
    place.rows,
    count(discovery.added),
    count(discovery.gone),
    count(discovery.changed.map(({ server }) => server)),
  ];
}

/** A row in the words that a reviewer compares; an ARM id says nothing that its name does not. */
function rowWords({ id, name, cloud, site, os, release, arch, patchGroup, size }: Server): Words {
  const known = cloud === "azure" || id === name || id === `asg:${name}` ? said("") : words` ${id}`;
  const many = size === 1 ? "" : ` x ${String(size)}`;
  return words`${name}${known} (${site}): ${said(`${os} ${release} ${arch}${many}`)}, group ${patchGroup}`;
}

function findingItem(of: DiscoverFindingId, findings: readonly DiscoverFinding[], place: Place): Item {
  const { what, todo } = discoverFindings[of];
  const common = findings.every((each) => each.todo === undefined);
  const all = findings.map((each) => {
    const { name, site, detail } = each;
    const at = site === undefined || site === name ? said("") : words` (${site})`;
    const seen = detail === "" ? "" : `: ${detail}`;
    const own = each.todo === undefined ? said("") : [": ", ...withCommands(each.todo, place)];
    return words`${name}${at}${said(seen)}${own}`;
  });
  return item(
    words`${value(of)} (${findings.length}): ${said(what)}`,
    [],
    ...[...lines(all, servers), ...(common ? lines([words`to do: ${withCommands(todo, place)}`]) : [])],
  );
}

function proposalBlocks({ added, gone, changed }: Discovery): readonly Block[] {
  return [
    ...heading(`Added (${String(added.length)})`, lines(added.map(rowWords), rows)),
    ...heading(`Gone (${String(gone.length)})`, lines(gone.map(rowWords), rows)),
    ...heading(
      `Changed (${String(changed.length)})`,
      lines(
        changed.map(({ server, columns }) => {
          const parts = columns.map(({ column, is, becomes }) => `${column} ${is} -> ${becomes}`).join(", ");
          return words`${server.name} (${server.site}): ${said(parts)}`;
        }),
        rows,
      ),
    ),
  ];
}

function summary(discovery: Discovery, file: string, written: boolean, place: Place): readonly Words[] {
  const { kept, added, gone, changed, findings, places } = discovery;
  const unread = places.filter(({ failure }) => failure !== undefined);
  const elsewhere = kept + gone.length + changed.length - places.reduce((sum, { rows: own }) => sum + own, 0);
  const stay = kept - elsewhere;
  const counts = withCounts([
    [stay, `${counted(stay, "row")} ${stay === 1 ? "stays" : "stay"}`],
    [added.length, `${String(added.length)} added`],
    [gone.length, `${String(gone.length)} gone`],
    [changed.length, `${String(changed.length)} changed`],
    [elsewhere, `${counted(elsewhere, "row")} of other places not looked at`],
    [findings.length, counted(findings.length, "finding")],
  ]);
  const none = unread.length === places.length ? "nothing could be read" : "there are no servers, and no rows";
  const first = said(counts === "" ? none : counts);
  if (!isProposal(discovery) && unread.length > 0) {
    const rest = `of ${counted(unread.length, "place")} nothing is known`;
    return [first, words`${file} stays as it is: ${said(rest)}`];
  }
  const of = elsewhere === 0 ? "" : " of these places";
  if (!isProposal(discovery)) return [first, words`${file} has every server${said(of)} that can have a row`];
  return written
    ? [first, words`${file} is written: commit it, and open a pull request, which shows what it changes`]
    : [first, words`to write ${file}: ${again("npx patchplane discover", "--write", place)}`];
}

/**
 * The fleet file that the clouds propose against the one there is, and what is amiss with the servers.
 * @param file - its path, from the project's root
 * @param written - whether it was written
 */
export function discoverDocument(place: Place, discovery: Discovery, file: string, written: boolean): Document {
  const byId = Map.groupBy(discovery.findings, ({ id }) => id);
  const found = ids.flatMap((id) => {
    const all = byId.get(id);
    return all === undefined ? [] : [findingItem(id, all, place)];
  });
  const unread = discovery.places.filter(({ failure }) => failure !== undefined);
  return {
    title: words`stack ${place.stack}: ${file} against what the clouds have`,
    blocks: [
      ...heading(
        "Not readable",
        lines(
          unread.map(
            (each) =>
              words`${each.name} (${each.where}): ${said(each.failure ?? "")}; its ${said(counted(each.rows, "row"))} stay as they are`,
          ),
        ),
      ),
      ...table(
        ["place", "servers|", "rows|", "added|", "gone|", "changed|"],
        discovery.places.map((each) => placeRow(discovery, each)),
      ),
      ...proposalBlocks(discovery),
      ...heading("Findings", lines(found)),
      ...summary(discovery, file, written, place).map(paragraph),
    ],
  };
}
