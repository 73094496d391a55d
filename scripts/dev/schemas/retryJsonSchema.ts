import { z } from "zod";
import { onboardingStates } from "../../../domain/onboarding/state.ts";
import type { RetryJson } from "../../../render/retry/retryJson.ts";
import { count, text } from "./shapes.ts";

const server = { id: text, name: text, site: text };
const state = z.enum(onboardingStates);

const retry: z.ZodType<RetryJson> = z.strictObject({
  schema: z.literal("patchplane/retry/1"),
  stack: text,
  exitCode: count,
  file: text.describe("the fleet file, from the project's folder"),
  written: z.boolean(),
  unreadable: z.array(z.strictObject({ name: text, failure: text })),
  raised: z.array(
    z.strictObject({
      ...server,
      state,
      detail: text.describe("what was seen"),
      before: text.describe("what has to be done first; empty where nothing has"),
      attempt: count.describe("the raised one"),
    }),
  ),
  left: z.array(
    z.strictObject({
      ...server,
      state: state.nullable().describe("null of a server that nothing onboards, or whose location is not known"),
      detail: text.nullable(),
      todo: text.nullable(),
    }),
  ),
});

/** The JSON Schema of `patchplane/retry/1`. */
export function retryJsonSchema(): object {
  return { title: "patchplane retry", ...z.toJSONSchema(retry) };
}
