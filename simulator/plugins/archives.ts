import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isRecord, type Value } from "./values.ts";

/** Key and words by which the engine marks archives and assets, sdk/go/common/resource/sig. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";

function textIn(value: Value | undefined, name: string): string | undefined {
  const text = isRecord(value) ? value[name] : undefined;
  return typeof text === "string" ? text : undefined;
}

/** The files of an archive of file assets, by their names in it, as base64; anything else in an archive is refused. */
export function filesOf(archive: Value | undefined): Readonly<Record<string, string>> {
  const assets = isRecord(archive) ? archive["assets"] : undefined;
  if (!isRecord(assets)) throw new Error("the archive is none of single files, which is all that is covered here");
  return Object.fromEntries(
    Object.entries(assets).map(([name, asset]) => {
      const path = textIn(asset, "path");
      if (textIn(asset, signatureKey) !== assetSignature || path === undefined)
        throw new Error(`${name} is no file, which is all that an archive may hold here`);
      return [name, readFileSync(path).toString("base64")];
    }),
  );
}

/**
 * The hash of an archive's content: the engine's own, or where none has come with it, one over its files. Undefined for
 * what is no archive.
 */
export function hashOf(value: Value | undefined): string | undefined {
  if (textIn(value, signatureKey) !== archiveSignature) return undefined;
  return (
    textIn(value, "hash") ??
    createHash("sha256")
      .update(JSON.stringify(filesOf(value)))
      .digest("hex")
  );
}
