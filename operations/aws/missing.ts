import pMap from "p-map";

/** Calls at a time of one client. */
const concurrency = 4;

/** Any error of one kind is the answer that something is not there. */
export async function unlessMissing<T>(
  read: () => Promise<T>,
  Missing: abstract new (...args: never[]) => Error,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}

/** Reads some things by name, those that are there. */
export async function byNames<T>(
  names: readonly string[],
  read: (name: string) => Promise<T | undefined>,
): Promise<ReadonlyMap<string, T>> {
  const found = await pMap(names, async (name) => [name, await read(name)] as const, { concurrency });
  return new Map(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}
