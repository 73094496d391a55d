import * as given from "./scenarioInputs.ts";

/** Inputs of a type, of which some have one fault and some sit exactly on a limit. */
export interface InputCase {
  /** E.g. `PatchBaseline name of 2 characters`. */
  readonly title: string;
  /** The type's token. */
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Ids of what the cases refer to. */
export interface Parents {
  readonly baselineId: string;
  readonly windowId: string;
}

type Fault = readonly [title: string, inputs: Readonly<Record<string, unknown>>];

function token(type: string): string {
  return `aws:ssm/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;
}

function casesOf(type: string, sound: Readonly<Record<string, unknown>>, faults: readonly Fault[]): InputCase[] {
  return [["as it is", {}] as const, ...faults].map(([title, inputs]) => ({
    title: `${type}: ${title}`,
    type: token(type),
    // As the engine sends them: what is undefined is not there.
    inputs: JSON.parse(JSON.stringify({ ...sound, ...inputs })) as InputCase["inputs"],
  }));
}

function texts(count: number, text = "p"): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${text}${String(index)}`);
}

const filter = { key: "PRODUCT", values: ["*"] };
const filters = [filter];

function rule(changes: Readonly<Record<string, unknown>>): Fault[1] {
  return { approvalRules: [{ approveAfterDays: 1, patchFilters: filters, ...changes }] };
}

function source(changes: Readonly<Record<string, unknown>>): Fault[1] {
  return { sources: [{ name: "internal", products: ["*"], configuration: "[internal]", ...changes }] };
}

const baselineFaults: readonly Fault[] = [
  ["no name", { name: "" }],
  ["name of 2 characters", { name: "ab" }],
  ["name of 3 characters", { name: "abc" }],
  ["name of 128 characters", { name: "a".repeat(128) }],
  ["name of 129 characters", { name: "a".repeat(129) }],
  ["name with a blank", { name: "two words" }],
  ["empty description", { description: "" }],
  ["description of 1,024 characters", { description: "a".repeat(1024) }],
  ["description of 1,025 characters", { description: "a".repeat(1025) }],
  ["unknown operating system", { operatingSystem: "SOLARIS" }],
  ["operating system in lower case", { operatingSystem: "ubuntu" }],
  ["50 approved patches", { approvedPatches: texts(50) }],
  ["51 approved patches", { approvedPatches: texts(51) }],
  ["51 rejected patches", { rejectedPatches: texts(51) }],
  ["approved patch of 100 characters", { approvedPatches: ["a".repeat(100)] }],
  ["approved patch of 101 characters", { approvedPatches: ["a".repeat(101)] }],
  ["empty rejected patch", { rejectedPatches: [""] }],
  ["unknown rejected patches action", { rejectedPatchesAction: "ALLOW" }],
  ["unknown compliance level", { approvedPatchesComplianceLevel: "URGENT" }],
  ["unknown security update status", { availableSecurityUpdatesComplianceStatus: "MAYBE" }],
  ["security update status on Linux", { availableSecurityUpdatesComplianceStatus: "COMPLIANT" }],
  ["delay of 360 days", rule({ approveAfterDays: 360 })],
  ["delay of 361 days", rule({ approveAfterDays: 361 })],
  ["delay of -1 days", rule({ approveAfterDays: -1 })],
  ["date and delay together", rule({ approveUntilDate: "2026-06-30" })],
  ["rule without date or delay", rule({ approveAfterDays: undefined })],
  ["date that is not in the calendar", rule({ approveAfterDays: undefined, approveUntilDate: "2026-02-31" })],
  ["date with slashes", rule({ approveAfterDays: undefined, approveUntilDate: "2026/06/30" })],
  ["date of two digits", rule({ approveAfterDays: undefined, approveUntilDate: "26-06-30" })],
  ["unknown compliance level of a rule", rule({ complianceLevel: "URGENT" })],
  ["rule without filters", rule({ patchFilters: undefined })],
  ["rule with an empty list of filters", rule({ patchFilters: [] })],
  ["rule with 4 filters", rule({ patchFilters: Array.from({ length: 4 }, () => filter) })],
  ["rule with 5 filters", rule({ patchFilters: Array.from({ length: 5 }, () => filter) })],
  ["rule with 11 filters", rule({ patchFilters: Array.from({ length: 11 }, () => filter) })],
  ["unknown filter key", rule({ patchFilters: [{ key: "COLOUR", values: ["*"] }] })],
  ["filter key of another system", rule({ patchFilters: [{ key: "MSRC_SEVERITY", values: ["Critical"] }] })],
  ["unknown filter value", rule({ patchFilters: [{ key: "CLASSIFICATION", values: ["Sometimes"] }] })],
  ["filter without values", rule({ patchFilters: [{ key: "PRODUCT", values: [] }] })],
  ["filter value of 65 characters", rule({ patchFilters: [{ key: "PRODUCT", values: ["a".repeat(65)] }] })],
  ["filter with 21 values", rule({ patchFilters: [{ key: "PRODUCT", values: texts(21) }] })],
  ["11 rules", { approvalRules: Array.from({ length: 11 }, () => ({ approveAfterDays: 1, patchFilters: filters })) }],
  ["4 global filters", { globalFilters: Array.from({ length: 4 }, () => filter) }],
  ["5 global filters", { globalFilters: Array.from({ length: 5 }, () => filter) }],
  ["source name of 2 characters", source({ name: "ab" })],
  ["source without products", source({ products: [] })],
  ["source with 21 products", source({ products: texts(21) })],
  ["source configuration of 1,025 characters", source({ configuration: "a".repeat(1025) })],
  ["21 sources", { sources: texts(21, "source").map((name) => ({ name, products: ["*"], configuration: "a" })) }],
  ["an input that does not exist", { nope: "x" }],
  ["tag key of 129 characters", { tags: { ["a".repeat(129)]: "" } }],
  ["tag value of 257 characters", { tags: { a: "a".repeat(257) } }],
  ["tag key that begins with aws:", { tags: { "aws:a": "" } }],
  ["tag value with a character AWS refuses", { tags: { a: "(one)" } }],
  ["51 tags", { tags: Object.fromEntries(texts(51).map((name) => [name, ""])) }],
];

const windowFaults: readonly Fault[] = [
  ["no name", { name: "" }],
  ["name of 2 characters", { name: "ab" }],
  ["name of 129 characters", { name: "a".repeat(129) }],
  ["name with a blank", { name: "two words" }],
  ["cron of five fields", { schedule: "cron(0 2 ? * SUN)" }],
  ["cron in UNIX form", { schedule: "0 2 * * 0" }],
  ["cron of a 61st minute", { schedule: "cron(61 2 ? * SUN *)" }],
  ["rate without unit", { schedule: "rate(7)" }],
  ["at without a date", { schedule: "at(noon)" }],
  ["no schedule", { schedule: undefined }],
  ["unknown time zone", { scheduleTimezone: "America/NewYork" }],
  ["duration 0", { duration: 0 }],
  ["duration 24", { duration: 24 }],
  ["duration 25", { duration: 25 }],
  ["duration as words", { duration: "three" }],
  ["cutoff as long as the duration", { cutoff: 3 }],
  ["cutoff -1", { cutoff: -1 }],
  ["cutoff 24", { cutoff: 24, duration: 24 }],
  ["offset 0", { scheduleOffset: 0, schedule: "cron(0 2 ? * TUE#2 *)" }],
  ["offset 6", { scheduleOffset: 6, schedule: "cron(0 2 ? * TUE#2 *)" }],
  ["offset 7", { scheduleOffset: 7, schedule: "cron(0 2 ? * TUE#2 *)" }],
  ["offset of a weekly schedule", { scheduleOffset: 2, schedule: "cron(0 2 ? * TUE *)" }],
  ["start date without an offset", { startDate: "2026-12-02T00:00:00" }],
  ["start date of a day alone", { startDate: "2026-12-02" }],
  ["end before start", { startDate: "2026-12-05T00:00:00Z", endDate: "2026-12-04T00:00:00Z" }],
  ["description of 129 characters", { description: "a".repeat(129) }],
  ["empty description", { description: "" }],
];

const targetFaults: readonly Fault[] = [
  ["name of 2 characters", { name: "ab" }],
  ["name with a blank", { name: "two words" }],
  ["description of 2 characters", { description: "ab" }],
  ["description of 129 characters", { description: "a".repeat(129) }],
  ["empty owner information", { ownerInformation: "" }],
  ["owner information of 129 characters", { ownerInformation: "a".repeat(129) }],
  ["unknown resource type", { resourceType: "VM" }],
  ["no targets", { targets: undefined }],
  ["an empty list of targets", { targets: [] }],
  ["5 targets", { targets: texts(5, "tag:").map((key) => ({ key, values: ["a"] })) }],
  ["6 targets", { targets: texts(6, "tag:").map((key) => ({ key, values: ["a"] })) }],
  ["target without values", { targets: [{ key: "tag:PatchGroup", values: [] }] }],
  ["51 values", { targets: [{ key: "tag:PatchGroup", values: texts(51) }] }],
  ["unknown key", { targets: [{ key: "Colour", values: ["a"] }] }],
  ["instance id that is none", { targets: [{ key: "InstanceIds", values: ["web-1"] }] }],
  ["key of 164 characters", { targets: [{ key: `tag:${"a".repeat(160)}`, values: ["a"] }] }],
  ["key with a hash", { targets: [{ key: "tag:a#b", values: ["a"] }] }],
  ["window that does not exist", { windowId: "mw-00000000000000000" }],
  ["window id that is none", { windowId: "window" }],
];

function command(changes: Readonly<Record<string, unknown>>): Fault[1] {
  return { taskInvocationParameters: { runCommandParameters: changes } };
}

const taskFaults: readonly Fault[] = [
  ["name of 2 characters", { name: "ab" }],
  ["empty description", { description: "" }],
  ["description of 128 characters", { description: "a".repeat(128) }],
  ["description of 129 characters", { description: "a".repeat(129) }],
  ["concurrency 0", { maxConcurrency: "0" }],
  ["concurrency 0%", { maxConcurrency: "0%" }],
  ["concurrency 101%", { maxConcurrency: "101%" }],
  ["concurrency 007", { maxConcurrency: "007" }],
  ["concurrency of 8 digits", { maxConcurrency: "12345678" }],
  ["concurrency left out", { maxConcurrency: undefined }],
  ["errors 0%", { maxErrors: "0%" }],
  ["errors -1", { maxErrors: "-1" }],
  ["errors 101%", { maxErrors: "101%" }],
  ["errors in words", { maxErrors: "none" }],
  ["priority -1", { priority: -1 }],
  ["unknown task type", { taskType: "RUN_SCRIPT" }],
  ["unknown cutoff behaviour", { cutoffBehavior: "STOP" }],
  ["service role that is no ARN", { serviceRoleArn: "patchplane-window" }],
  ["document that does not exist", { taskArn: "No-Such-Document" }],
  ["empty task ARN", { taskArn: "" }],
  ["no task ARN", { taskArn: undefined }],
  ["window that does not exist", { windowId: "mw-00000000000000000" }],
  ["comment of 101 characters", command({ comment: "a".repeat(101) })],
  ["time-out of 29 seconds", command({ timeoutSeconds: 29 })],
  ["time-out of 30 seconds", command({ timeoutSeconds: 30 })],
  ["time-out of 2,592,001 seconds", command({ timeoutSeconds: 2_592_001 })],
  ["unknown hash type", command({ documentHash: "a".repeat(64), documentHashType: "Sha512" })],
  ["document version 0", command({ documentVersion: "0" })],
  ["document version in words", command({ documentVersion: "newest" })],
  ["unknown notification event", command({ notificationConfig: { notificationEvents: ["Done"] } })],
  ["unknown notification type", command({ notificationConfig: { notificationType: "Mail" } })],
  ["notification to what is no ARN", command({ notificationConfig: { notificationArn: "topic" } })],
  ["unknown parameter", command({ parameters: [{ name: "Colour", values: ["red"] }] })],
  ["parameter value that is not allowed", command({ parameters: [{ name: "Operation", values: ["Look"] }] })],
  ["parameter without values", command({ parameters: [{ name: "Operation", values: [] }] })],
  ["bucket name of 2 characters", command({ outputS3Bucket: "ab" })],
];

const activationFaults: readonly Fault[] = [
  ["no role", { iamRole: undefined }],
  ["empty role", { iamRole: "" }],
  ["role of 65 characters", { iamRole: "a".repeat(65) }],
  ["limit 0", { registrationLimit: 0 }],
  ["limit 1,000", { registrationLimit: 1000 }],
  ["limit 1,001", { registrationLimit: 1001 }],
  ["expiration that is no time", { expirationDate: "tomorrow" }],
  ["expiration without a zone", { expirationDate: "2026-12-20T00:00:00" }],
  ["expiration in the past", { expirationDate: "2026-01-01T00:00:00Z" }],
  ["expiration in 31 days", { expirationDate: "2027-01-02T06:00:00Z" }],
  ["description of 257 characters", { description: "a".repeat(257) }],
  ["name of 257 characters", { name: "a".repeat(257) }],
  ["tag value with a character AWS refuses", { tags: { a: "(one)" } }],
  ["51 tags", { tags: Object.fromEntries(texts(51).map((name) => [name, ""])) }],
];

function location(changes: Readonly<Record<string, unknown>>): Fault[1] {
  return { outputLocation: { s3BucketName: "patchplane-logs", ...changes } };
}

const associationFaults: readonly Fault[] = [
  ["document that does not exist", { name: "No-Such-Document", parameters: undefined }],
  ["association name of 2 characters", { associationName: "ab" }],
  ["association name with a blank", { associationName: "two words" }],
  ["document version 0", { documentVersion: "0" }],
  ["cron with seconds", { scheduleExpression: "cron(0 0 2 ? * SUN *)" }],
  ["rate of 5 minutes", { scheduleExpression: "rate(5 minutes)" }],
  ["rate of 30 minutes", { scheduleExpression: "rate(30 minutes)" }],
  ["empty schedule", { scheduleExpression: "" }],
  ["schedule of 257 characters", { scheduleExpression: "a".repeat(257) }],
  ["only at the interval, without a schedule", { applyOnlyAtCronInterval: true, scheduleExpression: undefined }],
  ["only at the interval of a rate", { applyOnlyAtCronInterval: true, scheduleExpression: "rate(1 day)" }],
  ["unknown severity", { complianceSeverity: "URGENT" }],
  ["severity of patches, not of associations", { complianceSeverity: "INFORMATIONAL" }],
  ["unknown synchronisation", { syncCompliance: "SOMETIMES" }],
  ["concurrency 0%", { maxConcurrency: "0%" }],
  ["errors 101%", { maxErrors: "101%" }],
  ["bucket name of 2 characters", location({ s3BucketName: "ab" })],
  ["prefix of 501 characters", location({ s3KeyPrefix: "a".repeat(501) })],
  ["Region of 2 characters", location({ s3Region: "us" })],
  ["no targets", { targets: undefined }],
  ["an empty list of targets", { targets: [] }],
  ["6 targets", { targets: texts(6, "tag:").map((key) => ({ key, values: ["a"] })) }],
  ["51 values", { targets: [{ key: "InstanceIds", values: texts(51) }] }],
  ["unknown target key", { targets: [{ key: "Colour", values: ["a"] }] }],
  ["parameter value that is not allowed", { parameters: { Operation: "Look" } }],
  ["unknown parameter", { parameters: { Operation: "Scan", Colour: "red" } }],
  ["required parameter left out", { parameters: undefined }],
];

const documentFaults: readonly Fault[] = [
  ["name of 2 characters", { name: "ab" }],
  ["name with a blank", { name: "two words" }],
  ["name that begins with AWS-", { name: "AWS-Mine" }],
  ["content that is no JSON", { content: "{" }],
  ["content of another schema", { content: '{"schemaVersion":"9.9"}' }],
  ["content without steps", { content: '{"schemaVersion":"2.2"}' }],
  ["empty content", { content: "" }],
  ["unknown type", { documentType: "Script" }],
  ["unknown format", { documentFormat: "XML" }],
  ["JSON said to be TEXT", { documentFormat: "TEXT" }],
  ["target type without a slash", { targetType: "AWS::EC2::Instance" }],
  ["version name of 2 characters", { versionName: "ab" }],
  ["version name with a blank", { versionName: "two words" }],
];

const sync = given.dataSyncs["sync-bare"].s3Destination;

const dataSyncFaults: readonly Fault[] = [
  ["no destination", { s3Destination: undefined }],
  ["destination without a Region", { s3Destination: { bucketName: sync.bucketName } }],
  ["empty bucket name", { s3Destination: { ...sync, bucketName: "" } }],
  ["unknown format", { s3Destination: { ...sync, syncFormat: "Parquet" } }],
  ["key that is no ARN", { s3Destination: { ...sync, kmsKeyArn: "alias/key" } }],
  ["Region that is none", { s3Destination: { ...sync, region: "everywhere" } }],
  ["empty name", { name: "" }],
  ["name of 65 characters", { name: "a".repeat(65) }],
];

const settingFaults: readonly Fault[] = [
  ["setting that does not exist", { settingId: "/ssm/no/such" }],
  ["setting id without a slash", { settingId: "activation-tier" }],
  ["empty value", { settingValue: "" }],
  ["value that is not allowed", { settingId: "/ssm/managed-instance/activation-tier", settingValue: "golden" }],
];

/** Every case; all but the first of a type differ from sound inputs in one thing. */
export function inputCases({ baselineId, windowId }: Parents): readonly InputCase[] {
  const { window: _window, ...target } = given.windowTargets["target-ids"];
  const { window: _other, target: _target, ...task } = given.windowTasks["task-bare"];
  const association = { ...given.associations["association-full"], applyOnlyAtCronInterval: undefined };
  const baseline = { name: "probe", operatingSystem: "AMAZON_LINUX_2", rejectedPatches: ["kernel*"] };
  return [
    ...casesOf("PatchBaseline", baseline, baselineFaults),
    ...casesOf("PatchGroup", { baselineId, patchGroup: "probe" }, [
      ["empty group", { patchGroup: "" }],
      ["group of 257 characters", { patchGroup: "a".repeat(257) }],
      ["baseline that does not exist", { baselineId: "pb-00000000000000000" }],
      ["baseline id that is none", { baselineId: "baseline" }],
    ]),
    ...casesOf("DefaultPatchBaseline", { baselineId, operatingSystem: "UBUNTU" }, [
      ["unknown operating system", { operatingSystem: "SOLARIS" }],
      ["operating system of another baseline", { operatingSystem: "DEBIAN" }],
      ["baseline that does not exist", { baselineId: "pb-00000000000000000" }],
      ["baseline id that is none", { baselineId: "baseline" }],
    ]),
    ...casesOf("MaintenanceWindow", given.windows["window-bare"], windowFaults),
    ...casesOf("MaintenanceWindowTarget", { ...target, windowId }, targetFaults),
    ...casesOf("MaintenanceWindowTask", { ...task, windowId, targets: target.targets }, taskFaults),
    ...casesOf("Activation", given.activations["activation-bare"], activationFaults),
    ...casesOf("Association", association, associationFaults),
    ...casesOf("Document", given.documents["document-other"], documentFaults),
    ...casesOf("ResourceDataSync", given.dataSyncs["sync-bare"], dataSyncFaults),
    ...casesOf("ServiceSetting", given.settings["setting-role"], settingFaults),
  ];
}
