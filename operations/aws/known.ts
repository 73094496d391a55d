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

interface Closable {
  destroy(): void;
}

/**
 * The same with a client of its own, which is ended.
 * @param action - the right that the reading needs
 */
export async function asking<Client extends Closable, T>(
  location: Location,
  open: (location: Location) => Client,
  action: string,
  read: (client: Client) => Promise<T>,
): Promise<Known<T>> {
  const client = open(location);
  try {
    return await known(location, () => read(client), action);
  } finally {
    client.destroy();
  }
}
