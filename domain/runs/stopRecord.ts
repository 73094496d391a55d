import type { ActionResult, Run, RunAction } from "./runRecord.ts";

/**
 * The windows that a stop disabled, or may have, and that nobody has enabled again through it: what its resumption
 * enables, and nothing else. A stop that has some is open.
 */
export function windowsToEnable({ actions }: Pick<Run, "actions">): readonly ActionResult[] {
  const enabled = actions.filter((each) => each.action === "enableWindow" && each.outcome === "done");
  return actions.filter(
    ({ action, outcome, location, id }) =>
      action === "disableWindow" &&
      outcome !== "refused" &&
      !enabled.some((each) => each.id === id && each.location === location),
  );
}

/** A window that a later stop, which is open too, holds disabled. */
export interface HeldWindow extends RunAction {
  /** Id of that stop. */
  readonly by: string;
}

/** What a resumption enables of a stop, and what another operator's later stop keeps disabled. */
export function toResume(
  run: Run,
  stops: readonly Run[],
): { readonly windows: readonly RunAction[]; readonly held: readonly HeldWindow[] } {
  const later = stops.filter((each) => each.stack === run.stack && each.at > run.at && each.id !== run.id);
  const windows = windowsToEnable(run).map(({ location, id, name }): RunAction => {
    return { location, action: "enableWindow", id, name };
  });
  const heldBy = (window: RunAction): Run | undefined =>
    later.find((stop) =>
      windowsToEnable(stop).some((each) => each.id === window.id && each.location === window.location),
    );
  return {
    windows: windows.filter((window) => heldBy(window) === undefined),
    held: windows.flatMap((window) => {
      const by = heldBy(window);
      return by === undefined ? [] : [{ ...window, by: by.id }];
    }),
  };
}
