import { z } from "zod";
import { isMapping } from "../values.ts";

/** One resource that a preview would do something to. No value of any property is kept: they may be secrets. */
export interface ResourceOperation {
  /**
   * `create`, `update`, `replace`, `delete`, …: the engine's own word, but `leave` for a deletion that takes a resource
   * out of the state and leaves it in the cloud (retainOnDelete).
   */
  readonly operation: string;
  /** Full type, e.g. `aws:ssm/maintenanceWindow:MaintenanceWindow`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** Names of the top-level properties that differ; sorted, none for what is created or deleted whole. */
  readonly changed: readonly string[];
}

/** What `pulumi preview --json`, or `pulumi refresh --preview-only --json`, says, without what does not change. */
export interface Preview {
  /** In the engine's order. */
  readonly operations: readonly ResourceOperation[];
  /** Resources that stay as they are. */
  readonly unchanged: number;
  /** Messages of errors; with one, the list of operations is not whole. */
  readonly errors: readonly string[];
}

/** A preview that was read, or why there is none. */
export type PreviewResult = { readonly preview: Preview } | { readonly missing: string };

const mostSteps = 50_000;
const name = z.string().max(1_000);
const list = z.array(name).max(10_000);

/** Every operation that the engine knows: sdk/go/common/apitype of Pulumi. */
const operations = [
  "same",
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "read",
  "read-replacement",
  "read-discard",
  "refresh",
  "discard-replaced",
  "remove-pending-replace",
  "import",
  "import-replacement",
] as const;

/**
 * What is read of a preview. The pull request's own code ran while it was written, so a word that the engine does not
 * know, a type that no package can have, or more than any program registers makes it no preview. Keys that are not read
 * are not kept.
 */
const previewSchema = z.object({
  steps: z
    .array(
      z.object({
        op: z.enum(operations),
        urn: z
          .string()
          .max(2_000)
          .regex(/^urn:pulumi:[^:]+::[^:]+::(?:[\w-]+(?::[\w/-]*){0,2}:[\w.-]+\$?)+::[^\0]*$/),
        oldState: z.object({ retainOnDelete: z.boolean().optional() }).nullish(),
        detailedDiff: z.record(name, z.unknown()).nullish(),
        diffReasons: list.nullish(),
        replaceReasons: list.nullish(),
      }),
    )
    .max(mostSteps),
  changeSummary: z.object({ same: z.int().min(0).max(10_000_000).optional() }).nullish(),
  diagnostics: z
    .array(z.object({ severity: z.string().max(20).optional(), message: z.string().optional() }))
    .max(mostSteps)
    .nullish(),
});

type Step = z.output<typeof previewSchema>["steps"][number];

/** Errors that are told, and characters of each. */
const mostErrors = 50;
const longestError = 10_000;

/** `urn:pulumi:stack::project::parent$type::name`; a name may itself hold colons, the type may not hold two. */
function partsOf(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** The property a path of a detailed diff begins with: `tags.Owner`, `tags["a.b"]` and `tags[0]` are all `tags`. */
function topLevel(path: string): string {
  return /^\["([^"]*)"\]/.exec(path)?.[1] ?? /^[^.[]*/.exec(path)?.[0] ?? path;
}

function changedProperties({ detailedDiff, diffReasons, replaceReasons }: Step): readonly string[] {
  const paths = [...Object.keys(detailedDiff ?? {}), ...(diffReasons ?? []), ...(replaceReasons ?? [])];
  return [...new Set(paths.map(topLevel))].filter((name) => name !== "").sort();
}

/** A replacement is told as itself and, in some listings, as its two halves; the halves are left out. */
const halves = new Set(["create-replacement", "delete-replaced", "discard-replaced", "remove-pending-replace"]);
/** What reads, and changes nothing. */
const quiet = new Set(["same", "refresh", "read", "read-replacement", "read-discard"]);

/** Colours and other control characters, which a log has and a comment must not; tabs and line ends stay. */
const control = /\u001B\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000B-\u001F\u007F]/g;

function operationOf({ op, oldState }: Step): string {
  return op === "delete" && oldState?.retainOnDelete === true ? "leave" : op;
}

/** Whether a whole resource comes or goes, so that no property differs. */
const whole = new Set(["create", "delete", "leave"]);

/** Reads the text of `pulumi preview --json`; a text that is not that says so in words. */
export function readPreview(text: string): PreviewResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { missing: "its output is no JSON, so it ended before it looked at a resource" };
  }
  if (!isMapping(value) || !Array.isArray(value["steps"])) return { missing: "its output has no list of steps" };
  const read = previewSchema.safeParse(value);
  if (!read.success) {
    const at = read.error.issues[0]?.path.slice(0, 3).join(".") ?? "";
    return { missing: `its output is not what the engine writes, at ${at}` };
  }
  const { steps, changeSummary, diagnostics } = read.data;
  const named = steps.map((step) => ({ step, operation: operationOf(step), urn: step.urn }));
  return {
    preview: {
      operations: named
        .filter(({ operation }) => !quiet.has(operation) && !halves.has(operation))
        .map(({ step, operation, urn }) => ({
          operation,
          urn,
          ...partsOf(urn),
          changed: whole.has(operation) ? [] : changedProperties(step),
        })),
      // Steps that change nothing are listed only on request; the summary counts them always.
      unchanged: changeSummary?.same ?? 0,
      errors: (diagnostics ?? [])
        .filter(({ severity }) => severity === "error")
        .slice(0, mostErrors)
        .map(({ message = "" }) => message.slice(0, longestError).replaceAll(control, "").trim())
        .filter((message) => message !== ""),
    },
  };
}

/**
 * Whether an operation is only the preview's own doing: it signs in with the reading role, the state knows the
 * deploying one, so each AWS provider differs in that and nothing else.
 */
export function isReadingRole({ type, operation, changed }: ResourceOperation): boolean {
  return (
    type === "pulumi:providers:aws" && operation === "update" && changed.length === 1 && changed[0] === "assumeRoles"
  );
}

/** The operations that a deployment would do as well. */
export function deployedOperations(preview: Preview): readonly ResourceOperation[] {
  return preview.operations.filter((operation) => !isReadingRole(operation));
}
