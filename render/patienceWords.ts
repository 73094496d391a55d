import type { Window } from "../domain/window.ts";
import type { WindowPatience } from "../domain/stack/windowTasks.ts";
import { counted } from "../domain/text.ts";

/** What decides it, of a window. */
export interface Cutoff {
  readonly atCutoff: Window["atCutoff"];
  readonly hooked: { readonly before: boolean; readonly after: boolean };
}

/** The part of a window that decides what happens at its cutoff. */
export function cutoffOf({ atCutoff, hooks }: Window): Cutoff {
  return { atCutoff, hooked: { before: hooks.before.length > 0, after: hooks.after.length > 0 } };
}

/** What a server looks like that is not done at the cutoff, its services included. */
export function cutoffWords({ atCutoff, hooked }: Cutoff, { hookPath }: WindowPatience): string {
  if (atCutoff === "continue")
    return "at the cutoff everything goes on to its end, servers that have not begun included";
  const undone = hooked.before && !hooked.after ? "; nothing undoes its hooks before" : "";
  const begun =
    hookPath === "own"
      ? `a server under way is brought to its end, its hooks after the patching included, and shown as cancelled${undone}`
      : "a server under way is told to stop: what its package manager does may go on, and it is shown as cancelled";
  return `at the cutoff a server that has not begun stays as it is; ${begun}`;
}

/** What becomes of a server that does not answer, and of the others meanwhile. */
export function silenceWords({ deliveryMinutes, heldMinutes }: WindowPatience): string {
  return `a server that does not answer is waited for ${counted(deliveryMinutes, "minute")}, keeps one place for ${String(heldMinutes)} at most, and holds up no other`;
}
