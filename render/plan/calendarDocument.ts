import type { Calendar } from "../../domain/plan/calendar.ts";
import { heading, lines, names, said, table, words, type Document } from "../document.ts";
import { runText } from "./planWords.ts";

/** A year of windows: a table a month, then what is too frequent to list. */
export function calendarDocument({ environment, from, until, entries, unlisted }: Calendar): Document {
  const titles = ["start", "window", "operation", "open for", "servers|", "groups", "time zone"];
  return {
    title: said(`Patching calendar of ${environment}, ${from} to ${until}`),
    blocks: [
      ...[...Map.groupBy(entries, ({ run }) => run.local.slice(0, 7))].flatMap(([month, members]) =>
        heading(
          month,
          table(
            titles,
            members.map(({ window, operation, durationHours, timezone, servers, groups, run }) => [
              said(runText(run)),
              window,
              said(operation),
              words`${durationHours} h`,
              servers,
              [names(groups, "groups")],
              timezone,
            ]),
          ),
        ),
      ),
      ...heading(
        "By their rule",
        lines(unlisted.map(({ window, operation, when }) => words`${window} (${said(operation)}): ${when}`)),
      ),
    ],
  };
}
