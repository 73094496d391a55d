import { createHash } from "node:crypto";
import { perResource, type Rule } from "./registration.ts";

/**
 * SHA-256 of the onboarding scripts that may run on a VM, as `components/azure/onboarding/released.json` has them. They
 * stand here as well because whoever changes a script can change that file with it.
 */
export const releasedScripts: ReadonlySet<string> = new Set([
  "d2df90832c76c53fa1a522e1d7cc20b84e44841a6137d57ee664b1f18b685d2e",
  "19a5012e7452848dc12accb78865b5ac6437ca84d3a027d80dfccf68253db5ed",
  "342991c4e93309d1383a6cb35c72db3a1e2eb2f6eaa9fed24b1c4a34028e8c65",
  "73281b9bb229f5fa5d76e1e9a2e1ce9d83866f2eeb15f612a34ca61043da9fa9",
  "e70c7d9c7c5fde1311159a61b40212bfb561e2bd7fcf852e3db4245d2ada479a",
]);

/** What may stand before a Linux script: its own assignments, and nothing that a shell would run. */
const assignment = /^(?:#!\/bin\/bash|PATCHPLANE_(?:ACTIVATION_ID|ACTIVATION_CODE|REGION|FORCE|SIGNING_KEYS)='[^']*')$/;

/** The one command that reads a Windows script from its own line and runs it. */
const windowsCommand = new RegExp(
  "^powershell\\.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command " +
    String.raw`"& \(\[ScriptBlock\]::Create\((?:` +
    String.raw`\[Text\.Encoding\]::UTF8\.GetString\(\[Convert\]::FromBase64String\('(?<plain>[\w+/=]+)'\)\)|` +
    String.raw`\[IO\.StreamReader\]::new\(\[IO\.Compression\.DeflateStream\]::new\(` +
    String.raw`\[IO\.MemoryStream\]\[Convert\]::FromBase64String\('(?<packed>[\w+/=]+)'\),'Decompress'\)\)\.ReadToEnd\(\)` +
    String.raw`)\)\) -ActivationId '[^'"]*' -ActivationCode '[^'"]*' -Region '[^'"]*'"$`,
);

const known = new Map<string, boolean>();

/** The same script stands in hundreds of resources. */
function isReleased(text: string): boolean {
  const before = known.get(text);
  if (before !== undefined) return before;
  const found = releasedScripts.has(createHash("sha256").update(text).digest("hex"));
  known.set(text, found);
  return found;
}

function isReleasedBehind(text: string): boolean {
  if (isReleased(text)) return true;
  const end = text.indexOf("\n");
  return end >= 0 && assignment.test(text.slice(0, end)) && isReleasedBehind(text.slice(end + 1));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function member(value: unknown, key: string): string | undefined {
  return typeof value === "object" && value !== null ? text((value as Record<string, unknown>)[key]) : undefined;
}

function runsReleased(inputs: Readonly<Record<string, unknown>>): boolean {
  const command = member(inputs["source"], "script");
  if (command !== undefined) return isReleasedBehind(command);
  const linux = member(inputs["protectedSettings"], "script");
  if (linux !== undefined) return isReleasedBehind(Buffer.from(linux, "base64").toString("utf8"));
  const windows = windowsCommand.exec(member(inputs["protectedSettings"], "commandToExecute") ?? "")?.groups;
  if (windows?.["plain"] !== undefined) return isReleased(Buffer.from(windows["plain"], "base64").toString("utf8"));
  return windows?.["packed"] !== undefined && isReleased(windows["packed"]);
}

const onVms = new Set([
  "azure-native:compute:VirtualMachineExtension",
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
]);

/** What runs on a VM is a released script, whole, behind nothing but its own assignments. */
export const onlyReleasedScripts: Rule = perResource(({ type, inputs }) =>
  onVms.has(type) && !runsReleased(inputs)
    ? "runs what is no released onboarding script: see policy/releasedScripts.ts"
    : undefined,
);
