import { inflateRawSync } from "node:zlib";

/** What an onboarding payload carries, whichever way it came. */
export interface Payload {
  readonly activationId: string | undefined;
  readonly activationCode: string | undefined;
  readonly region: string | undefined;
  readonly force: boolean;
  /** Version that the released script names itself. */
  readonly version: string;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function bashValue(script: string, name: string): string | undefined {
  const match = new RegExp(`^${name}='((?:[^']|'\\\\'')*)'$`, "m").exec(script);
  return match?.[1]?.replaceAll("'\\''", "'");
}

function powershellValue(command: string, name: string): string | undefined {
  const match = new RegExp(`-${name} '((?:[^']|'')*)'`).exec(command);
  return match?.[1]?.replaceAll("''", "'");
}

function linuxVersion(script: string): string {
  return /^readonly script_version=(\S+)$/m.exec(script)?.[1] ?? "unknown";
}

function windowsVersion(script: string): string {
  return /version = '([^']+)'/.exec(script)?.[1] ?? "unknown";
}

function nameValues(value: unknown): ReadonlyMap<string, string> {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return new Map(list.map((entry) => [text(fields(entry)["name"]) ?? "", text(fields(entry)["value"]) ?? ""]));
}

/**
 * Reads the script of a CustomScript extension for Linux; undefined when the handler would not run it, which it
 * reports as success (2.1.17 and later: longer than 256 KiB encoded, or not base64).
 * https://github.com/Azure/custom-script-extension-linux
 */
export function linuxCustomScript(settings: unknown, protectedSettings: unknown): Payload | undefined {
  const encoded = text(fields(protectedSettings)["script"]) ?? text(fields(settings)["script"]) ?? "";
  if (encoded.length > 256 * 1024 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const script = Buffer.from(encoded, "base64").toString("utf8");
  return {
    activationId: bashValue(script, "PATCHPLANE_ACTIVATION_ID"),
    activationCode: bashValue(script, "PATCHPLANE_ACTIVATION_CODE"),
    region: bashValue(script, "PATCHPLANE_REGION"),
    force: bashValue(script, "PATCHPLANE_FORCE") === "true",
    version: linuxVersion(script),
  };
}

/** Reads the command of a CustomScriptExtension for Windows; undefined when cmd.exe could not take its length. */
export function windowsCustomScript(settings: unknown, protectedSettings: unknown): Payload | undefined {
  const command =
    text(fields(protectedSettings)["commandToExecute"]) ?? text(fields(settings)["commandToExecute"]) ?? "";
  if (command.length > 8191) return undefined;
  const encoded = /FromBase64String\('([A-Za-z0-9+/=]+)'\)/.exec(command)?.[1] ?? "";
  const bytes = Buffer.from(encoded, "base64");
  const script = command.includes("DeflateStream") ? inflateRawSync(bytes) : bytes;
  return {
    activationId: powershellValue(command, "ActivationId"),
    activationCode: powershellValue(command, "ActivationCode"),
    region: powershellValue(command, "Region"),
    force: /\s-Force\b/.test(command),
    version: windowsVersion(script.toString("utf8")),
  };
}

/** Reads a managed Run Command: the released script in the open, the activation in its parameters. */
export function runCommandPayload(windows: boolean, properties: unknown): Payload {
  const script = text(fields(fields(properties)["source"])["script"]) ?? "";
  const open = nameValues(fields(properties)["parameters"]);
  const secret = nameValues(fields(properties)["protectedParameters"]);
  const value = (name: string): string | undefined => secret.get(name) ?? open.get(name);
  return windows
    ? {
        activationId: value("ActivationId"),
        activationCode: value("ActivationCode"),
        region: value("Region"),
        force: open.has("Force"),
        version: windowsVersion(script),
      }
    : {
        activationId: value("PATCHPLANE_ACTIVATION_ID"),
        activationCode: value("PATCHPLANE_ACTIVATION_CODE"),
        region: value("PATCHPLANE_REGION"),
        force: value("PATCHPLANE_FORCE") === "true",
        version: linuxVersion(script),
      };
}
