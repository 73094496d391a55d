import { z } from "zod";

export const text = z.string().max(4096);
export const count = z.int().min(0);
export const own = z.string().regex(/^(\/?[\w./-]+\/)?patchplane-[\w.-]+$/, "a name of this project");
export const ownDatabase = z.string().regex(/^patchplane_[a-z0-9_]+$/, "a database of this project");
export const tableColumn = z.strictObject({ name: text, type: z.literal("string") });
export const arn = z.string().regex(/^arn:[a-z-]+:[^*?]+$/, "an ARN without wildcards");
export const tags = z.record(z.string(), text);
export const policy = z.string().refine(isPolicy, "a policy as JSON");
export const rate = z.string().regex(/^[1-9]\d{0,6}%?$/);
export const targets = z.array(
  z.strictObject({ key: z.enum(["tag:PatchGroup", "WindowTargetIds"]), values: z.array(text) }),
);
export const patches = z.array(text);
const filters = z.array(z.strictObject({ key: text, values: z.array(text) }));
export const bucket = { bucket: own };
export const onVm = { location: text, resourceGroupName: text, vmName: text, tags: tags.optional() };
export const parameters = z.array(z.strictObject({ name: text, value: z.string() }));

function isPolicy(value: string): boolean {
  try {
    return typeof (JSON.parse(value) as { readonly Statement?: unknown }).Statement === "object";
  } catch {
    return false;
  }
}

/** What a node may be told by a document of this project: the shell lines of a hook, and the patching between hooks. */
const commandDocument = z.strictObject({
  schemaVersion: z.literal("2.2"),
  description: text,
  parameters: z.record(z.string(), z.unknown()).optional(),
  mainSteps: z.array(
    z.discriminatedUnion("action", [
      z.strictObject({
        action: z.enum(["aws:runShellScript", "aws:runPowerShellScript"]),
        name: text,
        precondition: z.unknown().optional(),
        inputs: z.strictObject({
          runCommand: z.array(text),
          timeoutSeconds: text,
          onFailure: z.literal("exit").optional(),
        }),
      }),
      z.strictObject({
        action: z.literal("aws:runDocument"),
        name: text,
        inputs: z.strictObject({
          documentType: z.literal("SSMDocument"),
          // A document that another one runs is registered beside it, and judged by the same rule.
          documentPath: z.union([z.literal("AWS-RunPatchBaseline"), z.string().regex(/^patchplane-[a-z0-9-]+$/)]),
          documentParameters: z.record(z.string(), text).optional(),
          finallyStep: z.literal("true").optional(),
        }),
      }),
    ]),
  ),
});

export const documentText = z.string().refine((value) => {
  try {
    return commandDocument.safeParse(JSON.parse(value)).success;
  } catch {
    return false;
  }
}, "a Command document of hooks and AWS-RunPatchBaseline");

/** The one file that the project's own sources are bundled into, as the SDK hands an archive over; not its text. */
export const functionCode = z.looseObject({
  assets: z.strictObject({
    "index.mjs": z.looseObject({ path: z.string().endsWith("/.patchplane/functions/runReporter.mjs") }),
  }),
});

export const patchRule = z.strictObject({
  approveAfterDays: count.optional(),
  approveUntilDate: text.optional(),
  complianceLevel: text,
  enableNonSecurity: z.boolean().optional(),
  patchFilters: filters,
});

export const lifecycleRule = z.strictObject({
  id: text,
  status: z.literal("Enabled"),
  filter: z.strictObject({ prefix: text }),
  expiration: z.unknown(),
  noncurrentVersionExpiration: z.unknown(),
  abortIncompleteMultipartUpload: z.unknown(),
});

export const runCommandParameters = z.strictObject({
  comment: text,
  documentVersion: text.optional(),
  notificationConfig: z.strictObject({
    notificationArn: arn,
    notificationEvents: z.array(text),
    notificationType: text,
  }),
  outputS3Bucket: own,
  outputS3KeyPrefix: z.string().startsWith("logs/"),
  parameters: z.array(z.strictObject({ name: text, values: z.array(text) })),
  serviceRoleArn: arn,
  timeoutSeconds: count,
});
