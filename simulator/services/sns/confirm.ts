import type { SimulatedCloud } from "../../state/cloud.ts";
import type { Fields } from "../records.ts";

/**
 * What people do with the mails and calls by which SNS asks them: confirms every subscription that waits for it.
 * @returns how many
 */
export function confirmSubscriptions({ records }: SimulatedCloud): number {
  const pending = [...records].filter(
    ([key, record]) => key.includes("/sns-topic-subscription/") && (record as Fields)["pendingConfirmation"] === true,
  );
  for (const [key, record] of pending) records.set(key, { ...(record as Fields), pendingConfirmation: false });
  return pending.length;
}
