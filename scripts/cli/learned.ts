import type { LearnedMinutes, Plane } from "../../domain/plane.ts";
import { storeAddress } from "./options.ts";
import { UsageError } from "./usageError.ts";

/**
 * What installations of a stack took, by the collections of a place.
 * @throws UsageError where no collection of the stack is there
 */
export async function minutesIn(
  root: string,
  stack: string,
  plane: Plane,
  place: string,
): Promise<readonly LearnedMinutes[]> {
  // The clouds' SDKs are loaded when they are needed, or --help and the offline plan would wait for them.
  const { storedMinutes } = await import("../../operations/learned.ts");
  const { openStore } = await import("../../operations/store/openStore.ts");
  const learned = await storedMinutes(plane, openStore(plane, storeAddress(root, place)));
  if (learned !== undefined) return learned;
  const message = `no collection of stack ${stack} is there`;
  throw new UsageError([
    { path: "--learned", message, value: place, fix: `make one: npx patchplane collect --stack ${stack}` },
  ]);
}
