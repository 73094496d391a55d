import { parseCommandDocument } from "./documentContent.ts";
import type { DocumentRecord, DocumentStep } from "../../state/documents.ts";

interface Parameter {
  readonly type: "String" | "StringList";
  readonly default?: string | readonly string[];
}

interface Step {
  readonly name: string;
  readonly action: string;
  readonly platform?: "Linux" | "Windows" | "MacOS";
  /** In place of the document's parameters by their own names. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly gate?: "install" | "reboot";
}

interface Entry {
  readonly description: string;
  readonly steps: readonly Step[];
  readonly parameters: Readonly<Record<string, Parameter>>;
}

function nestedPatching(name: string, Operation: string, RebootOption: string): Step {
  const documentParameters = { Operation, RebootOption, SnapshotId: "{{ SnapshotId }}" };
  return {
    name,
    action: "aws:runDocument",
    inputs: { ...document("AWS-RunPatchBaseline"), documentParameters, ...exit },
  };
}

function document(documentPath: string): Readonly<Record<string, unknown>> {
  return { documentType: "SSMDocument", documentPath };
}

const exit = { onFailure: "exit" };
const text = (usual: string): Parameter => ({ type: "String", default: usual });
const scriptInputs = {
  runCommand: "{{ commands }}",
  workingDirectory: "{{ workingDirectory }}",
  timeoutSeconds: "{{ executionTimeout }}",
};
const script: Entry["parameters"] = {
  commands: { type: "StringList" },
  workingDirectory: text(""),
  executionTimeout: text("3600"),
};

/**
 * The AWS-owned documents that the embedded cloud runs, with the parameters AWS documents for them. Their steps name
 * their parameters where AWS's have scripts, and fail on a real agent. The names PatchLinux and PatchWindows are AWS's; PatchMacOS follows them.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-troubleshooting.html
 */
const entries: Readonly<Record<string, Entry>> = {
  "AWS-RunPatchBaseline": {
    description: "Scans for or installs patches from a patch baseline to a Linux or Windows operating system.",
    steps: [
      { name: "PatchWindows", action: "aws:runPowerShellScript", platform: "Windows" },
      { name: "PatchLinux", action: "aws:runShellScript", platform: "Linux" },
      { name: "PatchMacOS", action: "aws:runShellScript", platform: "MacOS" },
    ],
    parameters: {
      Operation: { type: "String" },
      AssociationId: text(""),
      SnapshotId: text(""),
      InstallOverrideList: text(""),
      BaselineOverride: text(""),
      RebootOption: text("RebootIfNeeded"),
      StepTimeoutSeconds: text("7200"),
    },
  },
  // The order, and what each step leads to, are AWS's; the steps' names are not.
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
  "AWS-RunPatchBaselineWithHooks": {
    description: "Wrapper to compose more complex patch install scenarios for Systems Manager managed instances.",
    steps: [
      nestedPatching("Scan", "Scan", "NoReboot"),
      { name: "VerifyScan", action: "aws:runShellScript", gate: "install" },
      {
        name: "PreInstallHook",
        action: "aws:runDocument",
        inputs: { ...document("{{ PreInstallHookDocName }}"), ...exit },
      },
      nestedPatching("InstallWithNoReboot", "Install", "NoReboot"),
      {
        name: "PostInstallHook",
        action: "aws:runDocument",
        inputs: { ...document("{{ PostInstallHookDocName }}"), ...exit },
      },
      { name: "VerifyReboot", action: "aws:runShellScript", gate: "reboot" },
      nestedPatching("RebootAndReport", "Install", "RebootIfNeeded"),
      {
        name: "OnExitHook",
        action: "aws:runDocument",
        inputs: { ...document("{{ OnExitHookDocName }}"), finallyStep: "true" },
      },
    ],
    parameters: {
      Operation: { type: "String" },
      SnapshotId: text(""),
      RebootOption: text("RebootIfNeeded"),
      PreInstallHookDocName: text("AWS-Noop"),
      PostInstallHookDocName: text("AWS-Noop"),
      OnExitHookDocName: text("AWS-Noop"),
    },
  },
  "AWS-RunShellScript": {
    description: "Run a shell script or specify the commands to run.",
    steps: [{ name: "runShellScript", action: "aws:runShellScript", platform: "Linux", inputs: scriptInputs }],
    parameters: script,
  },
  "AWS-RunPowerShellScript": {
    description: "Run a PowerShell script or specify the paths to scripts to run.",
    steps: [{ name: "runPowerShellScript", action: "aws:runPowerShellScript", inputs: scriptInputs }],
    parameters: script,
  },
  "AWS-UpdateSSMAgent": {
    description: "Update the Amazon SSM Agent to the latest version or specified version.",
    steps: [{ name: "updateSsmAgent", action: "aws:updateSsmAgent" }],
    parameters: { version: text(""), allowDowngrade: text("false") },
  },
  "AWS-GatherSoftwareInventory": {
    description: "Software Inventory Policy Document.",
    steps: [{ name: "softwareInventory", action: "aws:softwareInventory" }],
    parameters: Object.fromEntries(
      [
        "applications",
        "awsComponents",
        "customInventory",
        "instanceDetailedInformation",
        "networkConfig",
        "services",
        "windowsRoles",
        "windowsUpdates",
        "billingInfo",
      ].map((name) => [name, text("Enabled")] as const),
    ),
  },
};

/** In the place of AWS's script, for a real agent: simulated servers are patched by the embedded cloud itself. */
function refusal(name: string): readonly string[] {
  return [`echo "the embedded cloud does not have the script of ${name}"`, "exit 1"];
}

const publishedAt = new Date("2020-01-01T00:00:00Z");

function ownStep(step: DocumentStep, patches: boolean, { gate }: Partial<Step> = {}): DocumentStep {
  return { ...step, patches, ...(gate === undefined ? {} : { gate }) };
}

function recordOf(name: string, entry: Entry): DocumentRecord {
  const inputs = Object.fromEntries(
    Object.keys(entry.parameters).map((parameter) => [parameter, `{{ ${parameter} }}`]),
  );
  const mainSteps = entry.steps.map(({ platform, gate: _gate, ...step }) => ({
    inputs: step.action.endsWith("Script") ? { ...inputs, runCommand: refusal(name) } : inputs,
    ...step,
    ...(platform === undefined ? {} : { precondition: { StringEquals: ["platformType", platform] } }),
  }));
  const content = JSON.stringify({
    schemaVersion: "2.2",
    description: entry.description,
    parameters: entry.parameters,
    mainSteps,
  });
  const parsed = parseCommandDocument(content, "JSON");
  const patches = name === "AWS-RunPatchBaseline";
  return {
    name,
    displayName: undefined,
    owner: "Amazon",
    targetType: undefined,
    versions: [
      {
        number: 1,
        versionName: undefined,
        content,
        format: "JSON",
        parsed: { ...parsed, steps: parsed.steps.map((step, index) => ownStep(step, patches, entry.steps[index])) },
        createdAt: publishedAt,
      },
    ],
    defaultVersion: 1,
  };
}

const records: ReadonlyMap<string, DocumentRecord> = new Map(
  Object.entries(entries).map(([name, entry]) => [name, recordOf(name, entry)]),
);

/** An AWS-owned document by name. */
export function awsDocument(name: string): DocumentRecord | undefined {
  return records.get(name);
}

/** All AWS-owned documents that the embedded cloud has. */
export function awsDocuments(): readonly DocumentRecord[] {
  return [...records.values()];
}
