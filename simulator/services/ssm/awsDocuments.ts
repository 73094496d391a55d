import { parseCommandDocument } from "./documentContent.ts";
import type { DocumentRecord } from "../../state/documents.ts";

interface Parameter {
  readonly type: "String" | "StringList";
  readonly default?: string | readonly string[];
}

interface Step {
  readonly name: string;
  readonly action: string;
  readonly platform?: "Linux" | "Windows" | "MacOS";
}

interface Entry {
  readonly description: string;
  readonly steps: readonly Step[];
  readonly parameters: Readonly<Record<string, Parameter>>;
}

const text = (usual: string): Parameter => ({ type: "String", default: usual });
const script: Entry["parameters"] = {
  commands: { type: "StringList" },
  workingDirectory: text(""),
  executionTimeout: text("3600"),
};

/**
 * The AWS-owned documents that the embedded cloud runs, with the parameters AWS documents for them. Their steps name
 * their parameters where AWS's have scripts. The names PatchLinux and PatchWindows are AWS's; PatchMacOS follows them.
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
  "AWS-RunShellScript": {
    description: "Run a shell script or specify the commands to run.",
    steps: [{ name: "runShellScript", action: "aws:runShellScript", platform: "Linux" }],
    parameters: script,
  },
  "AWS-RunPowerShellScript": {
    description: "Run a PowerShell script or specify the paths to scripts to run.",
    steps: [{ name: "runPowerShellScript", action: "aws:runPowerShellScript" }],
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

const publishedAt = new Date("2020-01-01T00:00:00Z");

function recordOf(name: string, entry: Entry): DocumentRecord {
  const inputs = Object.fromEntries(
    Object.keys(entry.parameters).map((parameter) => [parameter, `{{ ${parameter} }}`]),
  );
  const mainSteps = entry.steps.map(({ platform, ...step }) => ({
    ...step,
    ...(platform === undefined ? {} : { precondition: { StringEquals: ["platformType", platform] } }),
    inputs,
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
        parsed: { ...parsed, steps: parsed.steps.map((step) => ({ ...step, patches })) },
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
