import { longestWave, type LeftRow, type RaisedRow, type Retry } from "../../domain/onboarding/retry.ts";
import { counted } from "../../domain/text.ts";
import { again, withCommands, type Place } from "../commands.ts";
import {
  heading,
  item,
  lines,
  paragraph,
  said,
  words,
  type Block,
  type Document,
  type Item,
  type Words,
} from "../document.ts";
import { unreadBlocks, type Unread } from "../unread.ts";

function raisedItem({ server, status, attempt, first }: RaisedRow): Item {
  return item(
    words`${server.name} (${server.site}): attempt ${attempt - 1} -> ${attempt}`,
    [status.detail, ...(first === "" ? [] : [`before: ${first}`])].map(said),
  );
}

function leftWords({ server, status }: LeftRow, place: Place): Words {
  if (server.azure === undefined) return words`${server.name} (${server.site}): no Azure VM: nothing onboards it`;
  if (status === undefined) return words`${server.name} (${server.site}): not known, because its location is not`;
  const { state, detail, todo } = status;
  const next: Words = todo === undefined ? said("") : ["; ", ...withCommands(todo, place)];
  return words`${server.name} (${server.site}), ${said(state)}: ${said(detail)}${next}`;
}

function waves(raised: readonly RaisedRow[]): readonly Words[] {
  return [...Map.groupBy(raised, ({ server }) => server.site)].flatMap(([site, rows]) =>
    rows.length <= longestWave
      ? []
      : [
          words`${site}: ${said(counted(rows.length, "row"))} at once are too many for credentials of an hour: take at most ${longestWave} of a subscription for one pulumi up, by --servers`,
        ],
  );
}

/**
 * The rows whose onboarding is tried once more, with what was seen, before or after they are written.
 * @param file - the fleet file, from the project's root
 */
export function retryDocument(
  place: Place,
  retry: Retry,
  { file, written, unread }: { readonly file: string; readonly written: boolean; readonly unread: readonly Unread[] },
): Document {
  const { raised, left } = retry;
  const count = counted(raised.length, "row");
  const next = written
    ? withCommands(
        `${file} is written: commit it, look at pulumi preview, then run pulumi up --continue-on-error`,
        place,
      )
    : words`to write them: ${again("npx patchplane retry", "--write", place)}`;
  const blocks: readonly Block[] = [
    ...unreadBlocks(unread),
    ...heading(
      `${written ? "Raised" : "To raise"} (${String(raised.length)})`,
      lines(raised.map(raisedItem), { noun: "rows" }),
    ),
    ...heading(
      `Left (${String(left.length)})`,
      lines(
        left.map((row) => leftWords(row, place)),
        { noun: "rows" },
      ),
    ),
    ...lines(waves(raised)),
    paragraph(raised.length === 0 ? "no row's attempt wants to be raised" : `${count} with a new attempt`),
    ...(raised.length === 0 ? [] : [paragraph(next)]),
  ];
  return { title: words`stack ${place.stack}: onboarding once more`, blocks };
}
