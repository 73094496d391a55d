import type { Known } from "../../domain/drift/location.ts";
import type { Location } from "../../domain/plane.ts";
import { awsFailure } from "./failure.ts";

/**
 * An answer that others can do without: why there is none is part of what is told.
 * @param action - the right that the reading needs, e.g. `sns:GetTopicAttributes`, told with the reason
 */
export async function known<T>(location: Location, read: () => Promise<T>, action?: string): Promise<Known<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    const failure = awsFailure(error, location);
    return { unknown: action === undefined ? failure : `${action}: ${failure}` };
  }
}
