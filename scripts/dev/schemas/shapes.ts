import { z } from "zod";

/** Shapes that the schemas of the commands' JSON share. */
export const text = z.string();
/** ISO 8601 in UTC with whole seconds. */
export const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
export const count = z.int().min(0);
/** Whose credentials ran a command. */
export const who = z
  .strictObject({
    arn: text.nullable().describe("of the caller's own credentials, as STS knows them"),
    failure: text.nullable().describe("why it could not be told"),
  })
  .describe("who ran it");

const approver = z.strictObject({
  login: text,
  at: instant,
  ofWhatWasMerged: z.boolean().describe("false: of an earlier state of the pull request"),
});

/** How an approvals file came in, and who approved it; null where that is not on record. */
export const merge = {
  commit: z.strictObject({ id: text, author: text, at: instant }).nullable().describe("that brought the file in"),
  pullRequest: z
    .strictObject({
      number: z.int(),
      url: text,
      author: text,
      mergedAt: instant,
      mergedBy: text,
      approvers: z.array(approver),
    })
    .nullable()
    .describe("null where the commit was pushed without one, or is null itself"),
};
