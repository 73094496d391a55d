import { missedTargets } from "../../domain/runs/missed.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { agoOf, type RunState } from "../../domain/runs/openRun.ts";
import { counted, withCounts } from "../../domain/text.ts";
import type { Place } from "../commands.ts";
import { heading, lines, paragraph, said, table, words, type Document } from "../document.ts";

/** A run, and how it stands. */
export interface ShownRun {
  readonly run: Run;
  readonly state: RunState;
  /** Whether two have gone on with it without knowing of each other. */
  readonly diverged: boolean;
}

function whoOf({ who }: Run): string {
  return who.arn ?? `somebody unknown (${who.failure ?? ""})`;
}

/** Who it was within the account, which is enough in a list: `assumed-role/Operators/anna`. */
function shortWhoOf(run: Run): string {
  return whoOf(run).replace(/^arn:[^:]*:(?:iam|sts)::\d{12}:/, "");
}

function endOf({ run: { ended, interrupted, heard, process }, state }: ShownRun, asOf: Date): string {
  const last = `last heard of ${agoOf(heard, asOf)}`;
  if (state === "ended") return `ended ${ended ?? ""}`;
  if (state === "brokenOff") return interrupted === undefined ? `broken off, ${last}` : `broken off ${interrupted}`;
  const at = process === undefined ? "" : ` at ${process.host}`;
  return state === "open" ? `goes on${at}, ${last}` : `no end on record, ${last}`;
}

/** How many servers a run was to reach, and how far it came. */
function reach({ run, state }: ShownRun): string {
  const all = run.targets.length;
  if (all === 0) return counted(run.actions.length, "call");
  const { toRepeat, underWay } = missedTargets(run);
  const done = all - toRepeat.length - underWay.length;
  const counts = withCounts([
    [done, `${String(done)} done`],
    [underWay.length, `${String(underWay.length)} perhaps under way`],
    [toRepeat.length, `${String(toRepeat.length)} ${state === "open" ? "not done yet" : "missed"}`],
  ]);
  return `${counted(all, "server")}: ${counts}`;
}

/** The runs of a stack that are on record, newest first. */
export function runsDocument(place: Place, runs: readonly ShownRun[], asOf: Date): Document {
  return {
    title: words`stack ${place.stack}`,
    blocks: [
      ...table(
        ["run", "end", "by", "why", "what came of it"],
        runs.map((each) => [
          each.run.id,
          said(endOf(each, asOf)),
          shortWhoOf(each.run),
          said(each.run.why),
          said(reach(each)),
        ]),
        "runs",
      ),
      paragraph(`${counted(runs.length, "run")} on record`),
    ],
  };
}

/** One run as its record tells it. */
export function runDocument(place: Place, shown: ShownRun, asOf: Date): Document {
  const { run, diverged } = shown;
  const names = new Map(run.targets.map(({ location, node, name }) => [JSON.stringify([location, node]), name]));
  return {
    title: words`stack ${place.stack}: ${run.id}`,
    blocks: [
      paragraph(words`begun ${said(run.at)} by ${whoOf(run)}; ${said(endOf(shown, asOf))}`),
      ...(run.by.arn === run.who.arn ? [] : [paragraph(words`taken up again by ${run.by.arn ?? "somebody unknown"}`)]),
      ...(diverged
        ? [
            paragraph(
              "two went on with it without knowing of each other: this is what both wrote, the newest of each server",
            ),
          ]
        : []),
      ...(run.why === "" ? [] : [paragraph(`because: ${run.why}`)]),
      ...(run.repeats === null ? [] : [paragraph(words`repeats ${run.repeats}`)]),
      ...heading(
        "Calls",
        lines(
          run.actions.map(
            ({ location, action, name, got, id, outcome, failure }) =>
              words`${location}: ${said(action)} ${name} (${got ?? id}): ${said(outcome)}${said(failure === null ? "" : `: ${failure}`)}`,
          ),
          { noun: "calls" },
        ),
      ),
      ...heading(
        "Servers",
        table(
          ["server", "location", "outcome", "why"],
          run.results.map(({ location, node, outcome, reason }) => [
            names.get(JSON.stringify([location, node])) ?? node,
            location,
            said(outcome),
            said(reason),
          ]),
          "servers",
        ),
      ),
      ...(run.targets.length === 0 ? [] : [paragraph(reach(shown))]),
    ],
  };
}
