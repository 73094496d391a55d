import { isPatchDocument } from "../drift/foreign.ts";
import { isOwn } from "../drift/scope.ts";
import type { Tags } from "../drift/location.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import type { RunAction } from "./runRecord.ts";

/** A maintenance window as its list has it. */
export interface FoundWindow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** A run of a window. */
export interface FoundRun {
  readonly id: string;
  /** The window's name. */
  readonly window: string;
  /** `PENDING`, `IN_PROGRESS` and `CANCELLING` have not ended. */
  readonly status: string;
  readonly started: Date;
  readonly ended?: Date;
}

/** A command that has not ended. */
export interface FoundCommand {
  readonly id: string;
  readonly document: string;
  readonly requested: Date;
  readonly comment: string;
}

/** What of one location a stop would end, and what it leaves alone. */
export interface Stoppable {
  readonly windows: readonly FoundWindow[];
  readonly runs: readonly FoundRun[];
  /** Commands of runs of these windows, and of the stack's own documents. */
  readonly commands: readonly FoundCommand[];
  /** Other commands that patch: whether somebody of this stack sent them cannot be told. */
  readonly left: readonly FoundCommand[];
  /** How many of the stack's windows are disabled already. */
  readonly disabled: number;
}

/** Whether a window is the stack's: by its name, or by the tags where it is of an older or newer stack file. */
export function isOwnWindow(planned: PlannedLocation, name: string, tags: Tags | undefined): boolean {
  return planned.windows.has(name) || isOwn(planned, tags);
}

/** Whether a run may still come to another end. */
function isOpen({ status }: FoundRun): boolean {
  return ["PENDING", "IN_PROGRESS", "CANCELLING"].includes(status);
}

/**
 * The runs whose commands have to be asked for: those that have not ended, and those in whose time a command was sent
 * that still goes on, because a run may end before its commands.
 */
export function runsToLookInto(runs: readonly FoundRun[], commands: readonly FoundCommand[]): readonly FoundRun[] {
  return runs.filter(
    (run) =>
      isOpen(run) ||
      commands.some(({ requested }) => run.started <= requested && requested <= (run.ended ?? requested)),
  );
}

/** What is the stack's of everything that goes on in its location. */
export function stoppable(
  planned: PlannedLocation,
  own: readonly FoundWindow[],
  runs: readonly FoundRun[],
  commands: readonly FoundCommand[],
  commandsOfRuns: ReadonlySet<string>,
): Stoppable {
  const ofWindows = [...planned.windows.values()].flatMap((each) => each.documents);
  const documents = new Set([...ofWindows, ...planned.operatorDocuments].map(({ name }) => name));
  const isOwnCommand = ({ id, document }: FoundCommand): boolean => commandsOfRuns.has(id) || documents.has(document);
  return {
    windows: own.filter(({ enabled }) => enabled),
    runs: runs.filter(({ status }) => status === "PENDING" || status === "IN_PROGRESS"),
    commands: commands.filter(isOwnCommand),
    left: commands.filter((each) => !isOwnCommand(each) && isPatchDocument(each.document)),
    disabled: own.filter(({ enabled }) => !enabled).length,
  };
}

/** The actions of a stop, in their order: first nothing new may begin, then what runs is cancelled. */
export function stopActions(location: string, { windows, runs, commands }: Stoppable): readonly RunAction[][] {
  return [
    windows.map(({ id, name }) => ({ location, action: "disableWindow", id, name })),
    runs.map(({ id, window }) => ({ location, action: "cancelRun", id, name: window })),
    commands.map(({ id, document }) => ({ location, action: "cancelCommand", id, name: document })),
  ];
}
