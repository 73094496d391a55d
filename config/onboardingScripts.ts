import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { OnboardingScript, OnboardingScripts } from "../domain/onboarding/payload.ts";
import { projectFiles, type ProjectFiles } from "./projectFiles.ts";

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

function releasedNames(files: ProjectFiles): readonly (readonly [string, string?])[] {
  const folders = files.list(onboardingScriptsFolder).filter((entry) => entry.isFolder);
  const keys = files.list(join(onboardingScriptsFolder, "keys"));
  return namesOf(
    folders.map(({ name }) => name),
    keys.map(({ name }) => name),
  );
}

/** What rows may name as `onboarding_script`; empty where the project has no released scripts. */
export function onboardingScriptNames(files: ProjectFiles): readonly string[] {
  return releasedNames(files).map(called);
}

/** OpenPGP version 4 fingerprint of a binary key's first packet (RFC 4880, 12.2). */
function fingerprintOf(key: Buffer): string {
  const length = key[0] === 0x99 && key.length > 3 ? 3 + key.readUInt16BE(1) : 0;
  return createHash("sha1").update(key.subarray(0, length)).digest("hex").toUpperCase();
}

/** A file that has to be there: a script that is not read would be one that is not run. */
function read(files: ProjectFiles, path: string): string {
  const text = files.read(path);
  if (text === undefined) throw new RangeError(`${path} is missing`);
  return text;
}

/** The word of `PATCHPLANE_SIGNING_KEYS` for a key file. */
function signingKeyWord(files: ProjectFiles, path: string): string {
  const { fingerprint, expires, key } = signingKey.parse(JSON.parse(read(files, path)));
  if (fingerprintOf(Buffer.from(key, "base64")) !== fingerprint) {
    throw new RangeError(`${path}: the key has another fingerprint than ${fingerprint}`);
  }
  return `${fingerprint}:${String(Date.parse(expires) / 1000)}:${key}`;
}

function readScript(files: ProjectFiles, folder: string): OnboardingScript {
  const packed = files.read(join(folder, "windows.packed"));
  return {
    linux: read(files, join(folder, "linux.sh")),
    windows: read(files, join(folder, "windows.ps1")),
    ...(packed === undefined ? {} : { windowsPacked: packed }),
  };
}

/**
 * Reads every released version of the onboarding scripts: each folder `v<n>` holds `linux.sh` and `windows.ps1`, the
 * latter also packed where a command would be too long for it. A file `keys/<name>.json` makes one more of each version
 * but the first, `v<n>+<name>`, whose Linux script trusts that key as well: so AWS's next key reaches the VMs whose rows
 * say so, and runs no script again.
 *
 * @param root the project's root
 * @throws NoPlainFile when something of it is a link; RangeError when a folder lacks one of the two, or a key is not what
 * its file says
 */
export function loadOnboardingScripts(root: string): OnboardingScripts {
  const files = projectFiles(root);
  return Object.fromEntries(
    releasedNames(files).map(([version, key]) => {
      const script = readScript(files, join(onboardingScriptsFolder, version));
      if (key === undefined) return [version, script];
      const word = signingKeyWord(files, join(onboardingScriptsFolder, "keys", `${key}.json`));
      const linux = `#!/bin/bash\nPATCHPLANE_SIGNING_KEYS='${word}'\n${script.linux}`;
      return [called([version, key]), { ...script, linux }];
    }),
  );
}
