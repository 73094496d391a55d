import { productName, regionalName } from "./awsNames.ts";
import type { CommandDocument, PlannedDocument } from "./hookDocuments.ts";
import { drillObject } from "./publications.ts";
import { linuxReadiness, windowsReadiness } from "./readinessScripts.ts";

/** What operators send by itself, outside of windows. */
export type OperatorDocument = "scan" | "reboot" | "readiness" | "drill";

/** Name in SSM of a document that operators send: it stays when the content changes, because their rights name it. */
export function operatorDocumentName(environment: string, key: OperatorDocument): string {
  return regionalName(environment, key, 128);
}

/** Whether a document is the one by which operators of some environment scan: names of hooks' documents end otherwise. */
export function isScanDocument(name: string): boolean {
  return name.startsWith(`${productName}-`) && name.endsWith("-scan");
}

/** Whether a document is the one by which operators of some environment reboot. */
export function isRebootDocument(name: string): boolean {
  return name.startsWith(`${productName}-`) && name.endsWith("-reboot");
}

/** A parameter that is a part of a file's name in a script: nothing but letters, digits and hyphens. */
const runId = {
  type: "String",
  description: "Id of the run that reboots",
  allowedPattern: "^[A-Za-z0-9-]{1,100}$",
} as const;

/** The Region whose endpoints a server has to reach, which is the location's own. */
const region = {
  type: "String",
  description: "Region of the location",
  allowedPattern: "^[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}$",
} as const;

const timeoutSeconds = "3600";
/** Each repository may take a minute. */
const readinessSeconds = "900";

/** Names of the steps that look whether a server is ready; one runs, by the server's platform. */
export const readinessSteps = { Linux: "readinessLinux", Windows: "readinessWindows" } as const;

/** Begins the reboot the first time; the agent runs it again afterwards, and it looks whether the machine has booted. */
const linuxReboot = [
  "set -eu",
  "folder=/var/lib/patchplane",
  'mkdir -p -m 700 "$folder"',
  'mark="$folder/reboot-{{ RunId }}"',
  'boot="$(cat /proc/sys/kernel/random/boot_id)"',
  'if [ ! -e "$mark" ]; then',
  '  printf "%s" "$boot" > "$mark"',
  "  exit 194",
  "fi",
  'before="$(cat "$mark")"',
  'rm -f "$mark"',
  'test "$before" != "$boot" || { echo "it did not boot again" >&2; exit 1; }',
  'echo "booted"',
];

const windowsReboot = [
  "$ErrorActionPreference = 'Stop'",
  "$folder = Join-Path $env:ProgramData 'patchplane'",
  "New-Item -ItemType Directory -Force -Path $folder | Out-Null",
  "$mark = Join-Path $folder 'reboot-{{ RunId }}'",
  "$boot = (Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().Ticks",
  "if (-not (Test-Path -LiteralPath $mark)) {",
  "  Set-Content -LiteralPath $mark -Value $boot",
  "  exit 3010",
  "}",
  "$before = [long](Get-Content -LiteralPath $mark)",
  "Remove-Item -LiteralPath $mark",
  // Windows moves it a little whenever the clock is put right.
  "if ($boot - $before -lt 30 * [TimeSpan]::TicksPerSecond) { Write-Output 'it did not boot again'; exit 1 }",
  "Write-Output 'booted'",
];

/** Runs AWS-RunPatchBaseline by these parameters, whatever the command is told: the document has none of its own. */
function patching(
  name: OperatorDocument,
  does: string,
  documentParameters: Readonly<Record<string, string>>,
): CommandDocument {
  const inputs = { documentType: "SSMDocument", documentPath: "AWS-RunPatchBaseline", documentParameters };
  return {
    schemaVersion: "2.2",
    description: `${productName}: ${does}`,
    mainSteps: [{ action: "aws:runDocument", name, inputs }],
  };
}

const contents: Readonly<Record<OperatorDocument, (bucket: string) => CommandDocument>> = {
  scan: () =>
    patching("scan", "scans for patches by the server's baseline, and installs nothing", {
      Operation: "Scan",
      RebootOption: "NoReboot",
    }),
  // From S3 alone: what cannot be read there ends the run, and does not leave it to the baseline.
  drill: (bucket) =>
    patching("drill", "goes all the way of an installation, and installs nothing", {
      Operation: "Install",
      RebootOption: "NoReboot",
      InstallOverrideList: `s3://${bucket}/${drillObject().key}`,
    }),
  reboot: () => ({
    schemaVersion: "2.2",
    description: `${productName}: reboots the server, and does nothing else`,
    parameters: { RunId: runId },
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: "rebootLinux",
        precondition: { StringEquals: ["platformType", "Linux"] },
        inputs: { runCommand: linuxReboot, timeoutSeconds },
      },
      {
        action: "aws:runPowerShellScript",
        name: "rebootWindows",
        precondition: { StringEquals: ["platformType", "Windows"] },
        inputs: { runCommand: windowsReboot, timeoutSeconds },
      },
    ],
  }),
  readiness: () => ({
    schemaVersion: "2.2",
    description: `${productName}: looks whether the server is ready to be patched, and changes nothing`,
    parameters: { Region: region },
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: readinessSteps.Linux,
        precondition: { StringEquals: ["platformType", "Linux"] },
        inputs: { runCommand: linuxReadiness, timeoutSeconds: readinessSeconds },
      },
      {
        action: "aws:runPowerShellScript",
        name: readinessSteps.Windows,
        precondition: { StringEquals: ["platformType", "Windows"] },
        inputs: { runCommand: windowsReadiness, timeoutSeconds: readinessSeconds },
      },
    ],
  }),
};

/**
 * The Command documents that operators send to servers outside of windows. They take away what would otherwise need a
 * right that installs: IAM sees a command's document and not its parameters, so a role that may send AWS-RunPatchBaseline
 * for a scan may install with it, and one that may send AWS-RunShellScript for a reboot may do anything. The list of a
 * drill lies where the deploying role alone may write.
 *
 * @param bucket - the location's, from which its nodes read the list of a drill
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
 */
export function operatorDocuments(environment: string, bucket: string): readonly PlannedDocument[] {
  return (["scan", "reboot", "readiness", "drill"] as const).map((key) => {
    return { key, name: operatorDocumentName(environment, key), content: contents[key](bucket) };
  });
}
