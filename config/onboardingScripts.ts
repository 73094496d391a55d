import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { OnboardingScript, OnboardingScripts } from "../domain/onboarding/payload.ts";
import type { ProjectFiles } from "./projectFiles.ts";

export type { OnboardingScripts } from "../domain/onboarding/payload.ts";

/** Where the released scripts lie, relative to the project's root. */
export const onboardingScriptsFolder = join("components", "azure", "onboarding");

const versionPattern = /^v[1-9][0-9]*$/;
const keyFilePattern = /^([a-z0-9][a-z0-9-]*)\.json$/;
/** Its Linux script knows one key and takes no other. */
const withoutKeys = "v1";

/** One more key of AWS's that an onboarding script trusts: `keys/<name>.json`. */
const signingKey = z.strictObject({
  fingerprint: z.string().regex(/^[0-9A-F]{40}$/, "40 capital hexadecimal digits"),
  expires: z.iso.datetime(),
  /** The binary OpenPGP key, as base64. */
  key: z.base64(),
});

/** What rows may name, by the folders and key files there are: each version, and each with each key. */
function namesOf(folders: readonly string[], keyFiles: readonly string[]): readonly (readonly [string, string?])[] {
  const versions = folders.filter((name) => versionPattern.test(name));
  const keys = keyFiles.flatMap((name) => keyFilePattern.exec(name)?.[1] ?? []);
  return versions.flatMap((version) => [
    [version],
    ...(version === withoutKeys ? [] : keys.map((key) => [version, key] as const)),
  ]);
}

function called([version, key]: readonly [string, string?]): string {
  return key === undefined ? version : `${version}+${key}`;
}

/** What rows may name as `onboarding_script`; empty where the project has no released scripts. */
export function onboardingScriptNames(files: ProjectFiles): readonly string[] {
  const folders = files.list(onboardingScriptsFolder).filter((entry) => entry.isFolder);
  const keys = files.list(join(onboardingScriptsFolder, "keys"));
  return namesOf(
    folders.map(({ name }) => name),
    keys.map(({ name }) => name),
  ).map(called);
}

/** OpenPGP version 4 fingerprint of a binary key's first packet (RFC 4880, 12.2). */
function fingerprintOf(key: Buffer): string {
  const length = key[0] === 0x99 && key.length > 3 ? 3 + key.readUInt16BE(1) : 0;
  return createHash("sha1").update(key.subarray(0, length)).digest("hex").toUpperCase();
}

/** The word of `PATCHPLANE_SIGNING_KEYS` for a key file. */
function signingKeyWord(file: string): string {
  const { fingerprint, expires, key } = signingKey.parse(JSON.parse(readFileSync(file, "utf8")));
  if (fingerprintOf(Buffer.from(key, "base64")) !== fingerprint) {
    throw new RangeError(`${file}: the key has another fingerprint than ${fingerprint}`);
  }
  return `${fingerprint}:${String(Date.parse(expires) / 1000)}:${key}`;
}

function readScript(folder: string): OnboardingScript {
  const packed = join(folder, "windows.packed");
  return {
    linux: readFileSync(join(folder, "linux.sh"), "utf8"),
    windows: readFileSync(join(folder, "windows.ps1"), "utf8"),
    ...(existsSync(packed) ? { windowsPacked: readFileSync(packed, "utf8") } : {}),
  };
}

/**
 * Reads every released version of the onboarding scripts: each folder `v<n>` holds `linux.sh` and `windows.ps1`, the
 * latter also packed where a command would be too long for it. A file `keys/<name>.json` makes one more of each version
 * but the first, `v<n>+<name>`, whose Linux script trusts that key as well: so AWS's next key reaches the VMs whose rows
 * say so, and runs no script again.
 *
 * @param root the project's root
 * @throws the file system's error when a folder lacks one of the two; RangeError when a key is not what its file says
 */
export function loadOnboardingScripts(root: string): OnboardingScripts {
  const folder = join(root, onboardingScriptsFolder);
  const keysFolder = join(folder, "keys");
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const keyFiles = existsSync(keysFolder) ? readdirSync(keysFolder) : [];
  const names = namesOf(
    folders.map(({ name }) => name),
    keyFiles,
  );
  return Object.fromEntries(
    names.map(([version, key]) => {
      const script = readScript(join(folder, version));
      if (key === undefined) return [version, script];
      const word = signingKeyWord(join(keysFolder, `${key}.json`));
      const linux = `#!/bin/bash\nPATCHPLANE_SIGNING_KEYS='${word}'\n${script.linux}`;
      return [called([version, key]), { ...script, linux }];
    }),
  );
}
