import type { Calendar, CalendarEntry } from "../../domain/plan/calendar.ts";
import { code, plain, table } from "../markdown.ts";
import { runText } from "./planWords.ts";

function row({ window, operation, durationHours, timezone, servers, groups, run }: CalendarEntry): readonly string[] {
  return [
    plain(runText(run)),
    code(window),
    operation,
    `${String(durationHours)} h`,
    String(servers),
    groups.map(code).join(", "),
    code(timezone),
  ];
}

/** A year of windows as Markdown: a table a month, then what is too frequent to list. */
export function calendarMarkdown({ environment, from, until, entries, unlisted }: Calendar): string {
  const head = ["start", "window", "operation", "open for", "servers", "groups", "time zone"];
  const months = Map.groupBy(entries, ({ run }) => run.local.slice(0, 7));
  const parts = [
    `# Patching calendar of ${plain(environment)}, ${from} to ${until}`,
    ...[...months].flatMap(([month, members]) => [`## ${month}`, table(head, members.map(row))]),
    ...(unlisted.length === 0
      ? []
      : [
          "## By their rule",
          unlisted.map(({ window, operation, when }) => `- ${code(window)} (${operation}): ${code(when)}`).join("\n"),
        ]),
  ];
  return `${parts.join("\n\n")}\n`;
}
