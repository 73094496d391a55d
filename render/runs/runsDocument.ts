import { missedTargets } from "../../domain/runs/missed.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { counted } from "../../domain/text.ts";
import type { Place } from "../commands.ts";
import { heading, lines, paragraph, said, table, words, type Document } from "../document.ts";

function whoOf({ who }: Run): string {
  return who.arn ?? `somebody unknown (${who.failure ?? ""})`;
}

function endOf({ ended }: Run): string {
  return ended ?? "not ended";
}

/** How many servers a run was to reach, and how many it has not. */
function reach(run: Run): string {
  const missed = run.targets.length - run.results.filter(({ outcome }) => outcome === "done").length;
  if (run.targets.length === 0) return counted(run.actions.length, "call");
  return `${counted(run.targets.length, "server")}, ${String(missed)} missed`;
}

/** The runs of a stack that are on record here, newest first. */
export function runsDocument(place: Place, runs: readonly Run[]): Document {
  return {
    title: words`stack ${place.stack}`,
    blocks: [
      ...table(
        ["run", "ended", "by", "why", "what came of it"],
        runs.map((run) => [run.id, said(endOf(run)), whoOf(run), said(run.why), said(reach(run))]),
        "runs",
      ),
      paragraph(`${counted(runs.length, "run")} on record`),
    ],
  };
}

/** One run as its record tells it. */
export function runDocument(place: Place, run: Run): Document {
  const names = new Map(run.targets.map(({ location, node, name }) => [JSON.stringify([location, node]), name]));
  const { toRepeat, underWay } = missedTargets(run);
  return {
    title: words`stack ${place.stack}: ${run.id}`,
    blocks: [
      paragraph(
        words`begun ${said(run.at)} by ${whoOf(run)}; ${said(run.ended === undefined ? "not ended" : `ended ${run.ended}`)}`,
      ),
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
      ...(run.targets.length === 0
        ? []
        : [paragraph(`${counted(toRepeat.length, "server")} to repeat, ${String(underWay.length)} perhaps under way`)]),
    ],
  };
}
