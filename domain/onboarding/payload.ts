import type { Fault } from "../fault.ts";
import { isWindows, type Server } from "../server.ts";
import { checkAsciiName, checkTagValue } from "../fleet/tags.ts";

/** A released version of the onboarding script. */
export interface OnboardingScript {
  readonly linux: string;
  readonly windows: string;
  /**
   * `windows` as base64 of raw DEFLATE, part of the release: compressed while the program runs, its bytes would change
   * with zlib. Left out where the text fits into a command as it is.
   */
  readonly windowsPacked?: string;
}

/** The released onboarding scripts by what a row calls them: `v1`, `v2`, or `v2+<key>` with one more signing key. */
export type OnboardingScripts = Readonly<Record<string, OnboardingScript>>;

/** What a VM needs to register: a single-use activation and the AWS Region it belongs to. */
export interface ActivationDetails {
  readonly activationId: string;
  /** The secret half. */
  readonly activationCode: string;
  readonly region: string;
}

/** One parameter of Azure's managed Run Command. */
export interface RunCommandParameter {
  readonly name: string;
  readonly value: string;
}

/**
 * Longest `script` of the CustomScript extension for Linux, as base64 text. A longer one is not run, and versions from
 * 2.1.17 on report success all the same, so it must never be sent.
 *
 * @see https://learn.microsoft.com/azure/virtual-machines/extensions/custom-script-linux
 */
export const linuxScriptLimit = 256 * 1024;

/**
 * Longest `commandToExecute` of the CustomScript extension for Windows, in characters. Assumed: Microsoft documents no
 * limit, but the command runs through cmd.exe, whose lines end there.
 */
export const windowsCommandLimit = 8191;

/** Longest activation code that CreateActivation may answer; real ones have 20 characters. */
const activationCodeLimit = 250;
const activationIdLength = 36;

/** Name of the extension or run command on every VM. Fixed: another name would be a second run of the script. */
export const onboardingResourceName = "patchplane-onboarding";

/** A bash word that is exactly `text`. */
export function bashQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A PowerShell string literal that is exactly `text`. */
export function powershellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

type WindowsScript = Pick<OnboardingScript, "windows" | "windowsPacked">;

function linuxPayload(script: string, details: ActivationDetails): string {
  const text = [
    "#!/bin/bash",
    `PATCHPLANE_ACTIVATION_ID=${bashQuoted(details.activationId)}`,
    `PATCHPLANE_ACTIVATION_CODE=${bashQuoted(details.activationCode)}`,
    `PATCHPLANE_REGION=${bashQuoted(details.region)}`,
    "PATCHPLANE_FORCE='false'",
    script,
  ].join("\n");
  return Buffer.from(text, "utf8").toString("base64");
}

/** PowerShell that reads the script's text back. */
function windowsText({ windows, windowsPacked }: WindowsScript): string {
  if (windowsPacked === undefined) {
    const encoded = Buffer.from(windows, "utf8").toString("base64");
    return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${encoded}'))`;
  }
  const bytes = `[IO.MemoryStream][Convert]::FromBase64String('${windowsPacked}')`;
  return `[IO.StreamReader]::new([IO.Compression.DeflateStream]::new(${bytes},'Decompress')).ReadToEnd()`;
}

function windowsPayload(script: WindowsScript, details: ActivationDetails): string {
  return (
    'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "' +
    `& ([ScriptBlock]::Create(${windowsText(script)}))` +
    ` -ActivationId ${powershellQuoted(details.activationId)}` +
    ` -ActivationCode ${powershellQuoted(details.activationCode)}` +
    ` -Region ${powershellQuoted(details.region)}"`
  );
}

function withinLimit(payload: string, limit: number, what: string): string {
  if (payload.length > limit) {
    throw new RangeError(
      `${what} has ${String(payload.length)} characters; allowed: ${String(limit)}; release a shorter onboarding script`,
    );
  }
  return payload;
}

/**
 * Protected settings of the CustomScript extension 2.1 for Linux: the released script behind its four assignments.
 *
 * @throws RangeError when the encoded script is longer than {@link linuxScriptLimit}
 */
export function linuxProtectedSettings(script: string, details: ActivationDetails): { readonly script: string } {
  return { script: withinLimit(linuxPayload(script, details), linuxScriptLimit, "the encoded Linux script") };
}

/**
 * Protected settings of the CustomScriptExtension 1.10 for Windows: a fixed bootstrap that runs the released script
 * from memory.
 *
 * @throws RangeError when the command is longer than {@link windowsCommandLimit}, or when a value holds a character
 * that cmd.exe would read as its own
 */
export function windowsProtectedSettings(
  script: WindowsScript,
  details: ActivationDetails,
): { readonly commandToExecute: string } {
  const { activationId, activationCode, region } = details;
  if (/["%\r\n]/.test(activationId + activationCode + region)) {
    throw new RangeError('an activation value holds a ", a % or a line break, which cmd.exe cannot be given');
  }
  return {
    commandToExecute: withinLimit(windowsPayload(script, details), windowsCommandLimit, "the Windows command"),
  };
}

/** Public parameters of the managed Run Command: environment variables on Linux, script parameters on Windows. */
export function runCommandParameters(
  windows: boolean,
  details: Omit<ActivationDetails, "activationCode">,
): readonly RunCommandParameter[] {
  return windows
    ? [
        { name: "ActivationId", value: details.activationId },
        { name: "Region", value: details.region },
      ]
    : [
        { name: "PATCHPLANE_ACTIVATION_ID", value: details.activationId },
        { name: "PATCHPLANE_REGION", value: details.region },
        { name: "PATCHPLANE_FORCE", value: "false" },
      ];
}

/** The one protected parameter of the managed Run Command. */
export function runCommandProtectedParameters(
  windows: boolean,
  activationCode: string,
): readonly RunCommandParameter[] {
  return [{ name: windows ? "ActivationCode" : "PATCHPLANE_ACTIVATION_CODE", value: activationCode }];
}

/**
 * Tags of a VM's activation, which AWS copies to the managed node once, at registration. An empty value makes no tag.
 * `AzureVmId` is Azure's `vmId`, because a resource id may hold characters that no tag value may.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html
 */
export function activationTags(server: Server): Readonly<Record<string, string>> {
  const tags = {
    PatchGroup: server.patchGroup,
    Name: server.name,
    Environment: server.environment,
    Owner: server.owner,
    AzureVmId: server.azure?.vmId ?? "",
  };
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ""));
}

/**
 * Description of a VM's activation. It carries the attempt and nothing else: the activation is replaced exactly when
 * this text changes.
 */
export function activationDescription(attempt: number): string {
  return `patchplane onboarding attempt ${String(attempt)}`;
}

/** The attempt that an activation's description carries; undefined for one that the stack did not make. */
export function deployedAttempt(description: string): number | undefined {
  const attempt = /^patchplane onboarding attempt (\d+)$/.exec(description)?.[1];
  return attempt === undefined ? undefined : Number(attempt);
}

function tagFaults(server: Server): Fault[] {
  const checked = {
    // Also the activation's DefaultInstanceName, which takes ASCII only.
    name: checkAsciiName(server.name),
    patch_group: checkAsciiName(server.patchGroup),
    environment: checkTagValue(server.environment),
    owner: checkTagValue(server.owner),
    vm_id: checkTagValue(server.azure?.vmId ?? ""),
  };
  return Object.entries(checked).flatMap(([column, fault]) =>
    fault === undefined ? [] : [{ path: `${server.id}.${column}`, fix: "correct the fleet file's row", ...fault }],
  );
}

function payloadFault(server: Server, region: string, script: OnboardingScript): Fault | undefined {
  const windows = isWindows(server);
  const longest = {
    activationId: "0".repeat(activationIdLength),
    activationCode: "0".repeat(activationCodeLimit),
    region,
  };
  const [length, limit] = windows
    ? [windowsPayload(script, longest).length, windowsCommandLimit]
    : [linuxPayload(script.linux, longest).length, linuxScriptLimit];
  if (length <= limit) return undefined;
  return {
    path: `${server.id}.onboarding_script`,
    message: `this ${windows ? "Windows" : "Linux"} script may reach ${String(length)} characters with its values filled in`,
    value: server.azure?.onboardingScript,
    allowed: `${String(limit)} characters`,
    fix: "release a shorter script and name it in the row",
  };
}

/**
 * Everything that would keep a VM from being onboarded, found before anything is registered: tag values that AWS
 * refuses, a script version that is not released, a payload that its handler would not run.
 *
 * @param server an Azure row of the fleet file
 * @param region the AWS Region the VM registers in
 */
export function checkOnboarding(server: Server, region: string, scripts: OnboardingScripts): readonly Fault[] {
  const vm = server.azure;
  if (vm === undefined) {
    return [{ path: server.id, message: "it is not an Azure VM", value: server.cloud, allowed: "azure" }];
  }
  const faults = tagFaults(server);
  const script = scripts[vm.onboardingScript];
  if (script === undefined) {
    faults.push({
      path: `${server.id}.onboarding_script`,
      message: "this script is not released",
      value: vm.onboardingScript,
      allowed: Object.keys(scripts).sort().join(", "),
      fix: "name a released version",
    });
  } else if (vm.onboardingMethod === "customScript") {
    const fault = payloadFault(server, region, script);
    if (fault !== undefined) faults.push(fault);
  }
  if (!Number.isInteger(vm.onboardingAttempt) || vm.onboardingAttempt < 1 || vm.onboardingAttempt > 0x7fffffff) {
    faults.push({
      path: `${server.id}.onboarding_attempt`,
      message: "is no number of an attempt",
      value: vm.onboardingAttempt,
      allowed: "a whole number from 1 to 2147483647",
      fix: "start at 1 and raise it by 1 to run the script again",
    });
  }
  return faults;
}
