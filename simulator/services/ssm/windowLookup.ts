import { ApiError } from "../../http/apiError.ts";
import type { RegionState } from "../../state/region.ts";
import type { WindowRecord } from "../../state/windows.ts";

/** The window of an id, else `DoesNotExistException`. */
export function windowOf(state: RegionState, id: string): WindowRecord {
  const window = state.windows.get(id);
  if (window === undefined) throw new ApiError("DoesNotExistException", `Maintenance window ${id} does not exist.`);
  return window;
}
