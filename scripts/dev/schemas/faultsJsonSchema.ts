import { z } from "zod";
import type { Fault } from "../../../domain/fault.ts";
import { faultsSchema } from "../../cli/faultAnswer.ts";
import { count, text } from "./shapes.ts";

const fault: z.ZodType<Fault> = z.strictObject({
  file: text.exactOptional().describe("from the project's folder"),
  line: count.exactOptional(),
  column: count.exactOptional().describe("where the subject begins, in UTF-16 code units"),
  width: count.exactOptional().describe("code units that it takes"),
  path: text.describe("the setting, the option or the place"),
  message: text,
  value: z.unknown().exactOptional().describe("what was got"),
  allowed: text.exactOptional(),
  fix: text.exactOptional().describe("what to do"),
});

/** The JSON Schema of `patchplane/faults/1`, which a command answers with where it ends before it could answer what it was asked. */
export function faultsJsonSchema(): object {
  const faults = z.strictObject({ schema: z.literal(faultsSchema), exitCode: count, faults: z.array(fault) });
  return { title: "patchplane faults", ...z.toJSONSchema(faults) };
}
