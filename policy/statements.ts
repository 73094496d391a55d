import { z } from "zod";

const values = z.union([z.string(), z.array(z.string())]).transform((each) => [each].flat());

/** A statement with nothing in it that IAM does not know: an element nobody reads is one nobody judges. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z.union([z.string(), z.record(z.string(), values)]).optional(),
  NotPrincipal: z.unknown().optional(),
  Action: values.optional(),
  NotAction: values.optional(),
  Resource: values.optional(),
  NotResource: values.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

/** One statement of a policy, every list of it as a list. */
export type Statement = z.output<typeof statementSchema>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Every object that has statements, wherever it stands: as an object, as text, as text within text. */
function policiesIn(value: unknown): readonly object[] {
  if (typeof value === "string") return /^\s*[[{"]/.test(value) ? policiesIn(parsed(value)) : [];
  if (typeof value !== "object" || value === null) return [];
  const nested = Object.values(value).flatMap(policiesIn);
  return Object.keys(value).some((key) => key.toLowerCase() === "statement") ? [value, ...nested] : nested;
}

/** What the policies in a resource's inputs say, and what of them is no policy that IAM's grammar knows. */
export function statementsIn(inputs: unknown): { readonly statements: readonly Statement[]; readonly unread: boolean } {
  const found = policiesIn(inputs).flatMap((policy) => {
    const list = "Statement" in policy ? [policy.Statement].flat() : [undefined];
    return list.map((each) => statementSchema.safeParse(each));
  });
  return {
    statements: found.flatMap((each) => (each.success ? [each.data] : [])),
    unread: found.some((each) => !each.success),
  };
}
