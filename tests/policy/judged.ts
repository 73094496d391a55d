import { violations } from "../../policy/guard.ts";
import type { Violation } from "../../policy/registration.ts";
import { awsOutputs } from "../components/aws/samples.ts";
import { registered } from "../inventory/inventory.ts";

/** What the guard says of everything a checked-in environment registers, and of how much. */
export async function judged(
  environment: string,
): Promise<{ readonly count: number; readonly found: readonly Violation[] }> {
  const all = await registered(environment, awsOutputs);
  const codes = all.filter(({ type }) => type === "aws:ssm/activation:Activation").map(({ name }) => `code-of-${name}`);
  const found = violations(all, codes);
  return { count: all.length, found };
}
