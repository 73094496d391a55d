import type { Edit, Instance, ResourceName } from "./scenario.ts";
import { baselines, commandDocument, dataSyncs, windowTasks, yamlDocument } from "./scenarioInputs.ts";

const full = baselines["baseline-full"];
const [firstRule, secondRule] = full.approvalRules;
const [ubuntuRule] = baselines["baseline-ubuntu"].approvalRules;
const command = windowTasks["task-full"].taskInvocationParameters.runCommandParameters;
const destination = dataSyncs["sync-full"].s3Destination;

/** Run Command settings of the full task with some of them changed, or left out as undefined. */
function runCommand(changes: Readonly<Record<string, unknown>>): Edit {
  return { taskInvocationParameters: { runCommandParameters: { ...command, ...changes } } };
}

function rules(...approvalRules: readonly unknown[]): Edit {
  return { approvalRules };
}

function content(words: string): Edit {
  return { content: commandDocument(words) };
}

/** What happens to each resource, one property at a time and in order; what an edit changed stays for the next. */
const sequences: Readonly<Record<ResourceName, readonly Edit[]>> = {
  "baseline-full": [
    { description: "other words" },
    rules({ ...firstRule, approveAfterDays: 3 }, secondRule),
    rules({ ...firstRule, approveAfterDays: 3 }),
    rules({ ...firstRule, approveAfterDays: undefined, approveUntilDate: "2026-07-31" }, secondRule),
    { approvedPatches: ["curl.x86_64", "bash*", "openssl*"] },
    { approvedPatches: ["curl.x86_64", "vim*"] },
    { approvedPatchesComplianceLevel: undefined },
    { approvedPatchesEnableNonSecurity: false },
    { rejectedPatches: undefined },
    { rejectedPatchesAction: "ALLOW_AS_DEPENDENCY" },
    { globalFilters: [{ key: "PRODUCT", values: ["AmazonLinux2", "AmazonLinux2.0"] }] },
    {
      sources: [{ ...full.sources[0], configuration: "[internal]\nname=internal\nbaseurl=https://other.example.com" }],
    },
    { sources: undefined },
    { tags: { Owner: "other", "Patch Group": "", added: "yes" } },
    {
      operatingSystem: "AMAZON_LINUX_2023",
      approvalRules: undefined,
      globalFilters: [{ key: "PRODUCT", values: ["*"] }],
    },
  ],
  "baseline-ubuntu": [
    rules({ ...ubuntuRule, approveAfterDays: 2 }),
    { name: "renamed" },
    rules({ ...ubuntuRule, enableNonSecurity: true }),
    rules({ ...ubuntuRule, complianceLevel: "HIGH" }),
    rules({ ...ubuntuRule, patchFilters: [...(ubuntuRule?.patchFilters ?? [])].toReversed() }),
    rules({ ...ubuntuRule, patchFilters: [{ key: "PRIORITY", values: ["Important", "Required"] }] }),
    { approvedPatchesComplianceLevel: "LOW" },
    { tags: { a: "1" } },
    { tags: undefined },
  ],
  "baseline-bare": [
    { description: "not bare any more" },
    rules({ approveAfterDays: 1, patchFilters: [{ key: "CLASSIFICATION", values: ["SecurityUpdates"] }] }),
    { rejectedPatches: ["KB5034439"] },
    { rejectedPatchesAction: "BLOCK" },
    { rejectedPatchesAction: undefined },
    { operatingSystem: "WINDOWS" },
    { globalFilters: [{ key: "PRODUCT", values: ["WindowsServer2019"] }] },
  ],
  "baseline-windows": [
    { availableSecurityUpdatesComplianceStatus: "COMPLIANT" },
    { availableSecurityUpdatesComplianceStatus: undefined },
    { approvedPatches: ["KB5034440", "KB5034439"] },
    { approvedPatches: undefined },
    { description: "" },
  ],
  // Updates that the provider cannot make: the API takes neither an empty text nor a list without its required member.
  "baseline-described": [{ description: undefined }],
  "baseline-filtered": [{ globalFilters: undefined }],
  "baseline-ruled": [{ approvalRules: undefined }],
  "baseline-moving": [{ operatingSystem: "RASPBIAN" }, { operatingSystem: undefined }],
  "default-ubuntu": [
    {},
    { baseline: "baseline-ubuntu-2" },
    { baseline: "baseline-bare", operatingSystem: "WINDOWS" },
    { baseline: "baseline-ubuntu", operatingSystem: "UBUNTU" },
  ],
  "group-prod": [
    { patchGroup: "prod-other" },
    { baseline: "baseline-windows" },
    { patchGroup: "Prod group with/odd:signs" },
    { baseline: "baseline-full" },
  ],
  "window-full": [
    { schedule: "cron(30 23 ? * THU#2 *)" },
    { scheduleOffset: 6 },
    { scheduleOffset: undefined },
    { scheduleTimezone: "Etc/UTC" },
    { scheduleTimezone: undefined },
    { enabled: true },
    { allowUnassociatedTargets: undefined },
    { description: undefined },
    { startDate: "2026-12-03T00:00:00Z" },
    { startDate: undefined },
    { endDate: "2028-01-01T00:00:00Z" },
    { endDate: undefined },
    { tags: { Owner: "other", added: "yes" } },
    { tags: undefined },
    { name: "renamed" },
    { enabled: false },
  ],
  "window-bare": [
    { schedule: "cron(0 2 ? * SUN *)" },
    { duration: 5 },
    { cutoff: 2 },
    { description: "added" },
    { enabled: false },
    { scheduleTimezone: "Europe/Amsterdam" },
    { tags: { a: "" } },
    { enabled: true },
    { allowUnassociatedTargets: true },
  ],
  "window-once": [{ schedule: "at(2027-02-20T22:00:00)" }, { endDate: "2027-06-01T00:00:00Z" }],
  "target-tags": [
    { targets: [{ key: "tag:PatchGroup", values: ["prod-auto", "prod-manual"] }] },
    { targets: [{ key: "tag:PatchGroup", values: ["prod-manual", "prod-auto"] }] },
    { ownerInformation: "others" },
    { targets: [{ key: "InstanceIds", values: ["i-00000000000000001"] }] },
    { description: "other words" },
    { name: "renamed" },
    { description: undefined },
    { window: "window-bare" },
  ],
  "target-owned": [{ ownerInformation: undefined }],
  "target-ids": [
    { targets: [{ key: "InstanceIds", values: ["i-00000000000000002"] }] },
    { ownerInformation: "added" },
    { name: "renamed" },
  ],
  "task-full": [
    { priority: 2 },
    { priority: undefined },
    { priority: 0 },
    { maxConcurrency: "5" },
    { maxErrors: "0" },
    { cutoffBehavior: "CONTINUE_TASK" },
    { cutoffBehavior: undefined },
    { description: undefined },
    { name: "renamed" },
    { taskArn: "AWS-RunShellScript", ...runCommand({ parameters: [{ name: "commands", values: ["true"] }] }) },
    { taskArn: "AWS-RunPatchBaseline", ...runCommand({}) },
    { serviceRoleArn: "arn:aws:iam::111122223333:role/patchplane-other" },
    { serviceRoleArn: undefined },
    { target: "target-ids" },
    { targets: [{ key: "InstanceIds", values: ["i-00000000000000001"] }] },
  ],
  "task-bare": [{ maxErrors: "20%" }],
  "task-command": [
    runCommand({ parameters: [...command.parameters].toReversed() }),
    runCommand({ parameters: [{ name: "Operation", values: ["Scan"] }] }),
    runCommand({ comment: undefined }),
    runCommand({ documentHash: undefined, documentHashType: undefined }),
    runCommand({ notificationConfig: { ...command.notificationConfig, notificationEvents: ["Failed", "TimedOut"] } }),
    runCommand({ notificationConfig: undefined }),
    runCommand({ cloudwatchConfig: { cloudwatchOutputEnabled: true } }),
    runCommand({ cloudwatchConfig: { cloudwatchOutputEnabled: false } }),
    runCommand({ cloudwatchConfig: undefined }),
    runCommand({ outputS3Bucket: undefined, outputS3KeyPrefix: undefined }),
    runCommand({ timeoutSeconds: undefined }),
    runCommand({ documentVersion: "$LATEST" }),
    runCommand({ serviceRoleArn: undefined, notificationConfig: undefined }),
    { taskInvocationParameters: undefined },
  ],
  "activation-full": [
    { description: "second attempt" },
    { registrationLimit: 4 },
    { expirationDate: "2026-12-21T00:00:00Z" },
    { tags: { PatchGroup: "prod-manual", Name: "app-1" } },
    { name: "renamed" },
    { expirationDate: undefined },
    { tags: undefined },
    { registrationLimit: undefined },
  ],
  "activation-bare": [{ iamRole: "patchplane-other" }, { description: "added" }, { tags: { PatchGroup: "prod" } }],
  "document-json": [
    content("false"),
    { content: `${commandDocument("false")}\n` },
    { tags: { Owner: "other" } },
    { tags: undefined },
  ],
  "document-other": [
    { versionName: "second", ...content("echo second") },
    { name: "hook-renamed" },
    { targetType: "/" },
  ],
  "document-yaml": [
    { versionName: "second", content: yamlDocument.replace("'true'", "'false'") },
    { versionName: undefined },
    { content: yamlDocument },
    { content: commandDocument("true"), documentFormat: "JSON" },
  ],
  "association-full": [
    { scheduleExpression: "cron(0 3 * * ? *)" },
    { complianceSeverity: "LOW" },
    { maxConcurrency: "10" },
    { maxErrors: "5%" },
    { outputLocation: { s3BucketName: "patchplane-other", s3KeyPrefix: "logs/scan", s3Region: "us-east-1" } },
    { outputLocation: { s3BucketName: "patchplane-other" } },
    { outputLocation: undefined },
    { parameters: { Operation: "Scan" } },
    { targets: [{ key: "tag:PatchGroup", values: ["prod-auto"] }] },
    { syncCompliance: "MANUAL" },
    { applyOnlyAtCronInterval: undefined },
    { scheduleExpression: undefined },
    { associationName: "scan-renamed" },
    { documentVersion: "1" },
    { tags: { Owner: "other" } },
    { complianceSeverity: undefined },
  ],
  "association-bare": [
    { targets: [{ key: "tag:PatchGroup", values: ["prod-auto"] }] },
    { scheduleExpression: "rate(14 days)" },
    { name: "AWS-RunPatchBaseline", parameters: { Operation: "Scan" } },
    { tags: { a: "1" } },
    { associationName: "added" },
    { parameters: undefined, name: "AWS-UpdateSSMAgent" },
  ],
  "sync-full": [
    { s3Destination: { ...destination, prefix: "other" } },
    { s3Destination: { ...destination, kmsKeyArn: undefined } },
    { name: "renamed" },
  ],
  "sync-bare": [{ s3Destination: { bucketName: "patchplane-sync", region: "us-west-2" } }],
  "setting-role": [{ settingValue: "service-role/other" }],
  "setting-tier": [
    { settingValue: "standard" },
    { settingId: "/ssm/managed-instance/activation-tier" },
    { settingValue: "advanced" },
  ],
};

/** Edits of one copy of a resource; the copies of a resource go through its sequence side by side. */
const editsOfOneCopy = 4;

function copiesAfter(of: ResourceName, edits: readonly Edit[], round: number): readonly Instance[] {
  const copies = Math.max(1, Math.ceil(edits.length / editsOfOneCopy));
  return Array.from({ length: copies }, (_, copy) => {
    const begin = copy * editsOfOneCopy;
    const made = edits.slice(0, Math.min(begin + round, begin + editsOfOneCopy));
    return { name: copy === 0 ? of : `${of}-${String(copy + 1)}`, of, edit: Object.assign({}, ...made) as Edit };
  });
}

/** The scenario's resources before any edit, and after each round of edits; a round changes one property of a copy. */
export const rounds: readonly (readonly Instance[])[] = Array.from({ length: editsOfOneCopy + 1 }, (_, round) =>
  Object.entries(sequences).flatMap(([name, edits]) => copiesAfter(name as ResourceName, edits, round)),
);
