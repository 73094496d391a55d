import type { FoundLocation, Stopped, StoppedLocation } from "../../domain/runs/stopped.ts";
import type { FoundCommand } from "../../domain/runs/stoppable.ts";
import type { ActionResult, Run } from "../../domain/runs/runRecord.ts";
import { windowsToEnable } from "../../domain/runs/stopRecord.ts";
import { counted } from "../../domain/text.ts";
import { pasted, withCommands, type Place } from "../commands.ts";
import { heading, item, lines, paragraph, said, words, type Block, type Document, type Words } from "../document.ts";

const verbs = {
  disableWindow: { done: "disabled", to: "to disable" },
  cancelRun: { done: "run cancelled", to: "run to cancel" },
  cancelCommand: { done: "command cancelled", to: "command to cancel" },
  enableWindow: { done: "enabled", to: "to enable" },
} as const;

function resultLine({ action, name, id, outcome, failure }: ActionResult): Words {
  const { done, to } = verbs[action as keyof typeof verbs];
  if (outcome === "done") return words`${said(done)}: ${name} (${id})`;
  const end = outcome === "refused" ? "refused" : "not known to be done";
  return words`${said(`${to}, ${end}`)}: ${name} (${id}): ${said(failure ?? "")}`;
}

function placeWords({ name, accountId, region }: StoppedLocation["location"]): Words {
  return words`${name} (${accountId}, ${region})`;
}

function openBlocks(open: readonly Run[]): readonly Block[] {
  const told = open.map(
    (run) =>
      words`${run.id}, by ${run.who.arn ?? "somebody unknown"}: ${said(run.why)} (${said(counted(windowsToEnable(run).length, "window"))} to enable)`,
  );
  return heading("Open stops", lines(told));
}

function leftBlocks(locations: readonly StoppedLocation[]): readonly Block[] {
  const line = ({ id, document, requested, comment }: FoundCommand): Words =>
    words`${document} (${id}), sent ${said(requested.toISOString())}${said(comment === "" ? "" : `: ${comment}`)}`;
  const all = locations.filter(({ left }) => left.length > 0);
  return heading("Left running: patch commands that cannot be told to be this stack's", [
    ...lines(all.map(({ location, left }) => item(placeWords(location), left.map(line)))),
    ...(all.length === 0 ? [] : [paragraph(words`to cancel one: ${"aws ssm cancel-command --command-id <id>"}`)]),
  ]);
}

function unkeptBlocks(unkept: Stopped["unkept"]): readonly Block[] {
  const told = unkept.map(({ location, failure }) => words`${location}: ${said(failure)}`);
  return heading("The record is not in the bucket of", lines(told));
}

/** What a stop is going to do, before it does it. */
export function foundDocument(place: Place, locations: readonly FoundLocation[], open: readonly Run[]): Document {
  const items = locations.map(({ location, found }) => {
    if ("failure" in found) return item(words`${placeWords(location)}: not readable: ${said(found.failure)}`);
    const under = [
      ...found.windows.map(({ id, name }) => words`${said(verbs.disableWindow.to)}: ${name} (${id})`),
      ...found.runs.map(({ id, window }) => words`${said(verbs.cancelRun.to)}: ${window} (${id})`),
      ...found.commands.map(({ id, document }) => words`${said(verbs.cancelCommand.to)}: ${document} (${id})`),
    ];
    return item(placeWords(location), under.length === 0 ? ["nothing is enabled and nothing runs"] : under);
  });
  return { title: words`stack ${place.stack}: will be stopped`, blocks: [...lines(items), ...openBlocks(open)] };
}

/** What a resumption is going to do, before it does it. */
export function resumeDocument(
  place: Place,
  run: Run,
  windows: readonly { name: string; id: string; location: string }[],
): Document {
  return {
    title: words`stack ${place.stack}: will be enabled again, after the stop ${run.id}`,
    blocks: lines(windows.map(({ name, id, location }) => words`${name} (${id}) in ${location}`)),
  };
}

function summary(stopped: Stopped): string {
  const results = stopped.locations.flatMap((each) => each.results);
  const of = (action: ActionResult["action"]): number =>
    results.filter((each) => each.action === action && each.outcome === "done").length;
  if (stopped.declined) return "nothing was done: the answer was no";
  if (stopped.task === "resume") return `${counted(of("enableWindow"), "window")} enabled again`;
  const unread = stopped.locations.filter(({ failure }) => failure !== undefined).length;
  if (results.length === 0 && unread > 0)
    return `nothing was stopped: ${counted(unread, "location")} could not be read, and nothing was enabled or running in ${String(stopped.locations.length - unread)}`;
  if (results.length === 0) return "nothing was enabled or running: there was nothing to stop";
  const open = results.filter(({ outcome }) => outcome !== "done").length;
  const parts = [
    `${counted(of("disableWindow"), "window")} disabled`,
    `${counted(of("cancelRun"), "run")} cancelled`,
    `${counted(of("cancelCommand"), "command")} cancelled`,
    ...(open === 0 ? [] : [`${String(open)} not stopped`]),
  ];
  return parts.join(", ");
}

function advice({ task, run, locations }: Stopped, record: string | undefined, place: Place): readonly Words[] {
  const results = locations.flatMap((each) => each.results);
  const disabled = results.some(({ action, outcome }) => action === "disableWindow" && outcome !== "refused");
  const cancelled = results.some(({ action }) => action === "cancelCommand" || action === "cancelRun");
  const goesOn = "a server that has begun may go on to its end: AWS does not promise to end what runs on it";
  const deployment =
    "do not deploy before they are: pulumi up enables every window that it changes, and with --refresh all but the " +
    "on-demand ones";
  return [
    ...(task === "stop" && cancelled ? [said(goesOn)] : []),
    ...(task === "stop" && disabled && run !== undefined
      ? [
          words`to enable these windows again, and no other: ${pasted("npx patchplane stop", `--resume ${run} --reason "..."`, place)}`,
          withCommands(deployment, place),
        ]
      : []),
    ...(record === undefined
      ? []
      : [
          words`on record in ${record}${withCommands(
            ", and in the buckets of the locations: npx patchplane runs shows it everywhere",
            place,
          )}`,
        ]),
  ];
}

/**
 * What came of a stop or a resumption.
 * @param record - path of its record, where there is one
 */
export function stoppedDocument(place: Place, stopped: Stopped, record: string | undefined): Document {
  const { locations, held } = stopped;
  const unread = locations.filter(({ failure }) => failure !== undefined);
  const before = locations.reduce((sum, each) => sum + each.disabledBefore, 0);
  const done = locations.filter(({ results }) => results.length > 0);
  return {
    title: words`stack ${place.stack}`,
    blocks: [
      ...heading(
        `Not ${stopped.task === "stop" ? "stopped" : "enabled"}, or not to the end`,
        lines(unread.map(({ location, failure }) => words`${placeWords(location)}: ${said(failure ?? "")}`)),
      ),
      ...heading(
        "Done",
        lines(done.map(({ location, results }) => item(placeWords(location), results.map(resultLine)))),
      ),
      ...heading(
        "Left disabled",
        lines(
          held.map(
            ({ name, id, location, by }) => words`${name} (${id}) in ${location}: the later stop ${by} holds it`,
          ),
        ),
      ),
      ...leftBlocks(locations),
      ...unkeptBlocks(stopped.unkept),
      ...openBlocks(stopped.open),
      paragraph(summary(stopped)),
      ...(before === 0 ? [] : [paragraph(`${counted(before, "window was", "windows were")} disabled before`)]),
      ...advice(stopped, record, place).map(paragraph),
    ],
  };
}
