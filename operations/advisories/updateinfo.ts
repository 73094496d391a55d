import { createHash } from "node:crypto";
import { parseXML } from "@aws-sdk/xml-builder";
import { z } from "zod";
import { bytesOf, isUrl } from "./source.ts";

/** The XML parser gives one element as itself, several as a list, and an empty one as an empty text. */
const list = (value: unknown): unknown[] => (value === undefined || value === "" ? [] : [value].flat());

const updatesSchema = z.object({
  updates: z.preprocess(
    (value) => (value === "" ? {} : value),
    z.object({ update: z.preprocess(list, z.array(z.unknown())) }),
  ),
});
const checksumSchema = z.object({ type: z.literal("sha256"), "#text": z.string() });
const repomdSchema = z.object({
  repomd: z.object({
    data: z.preprocess(
      list,
      z.array(
        z.object({
          type: z.string(),
          location: z.object({ href: z.string() }),
          // Of the file as it is unpacked.
          "open-checksum": checksumSchema.optional(),
        }),
      ),
    ),
  }),
});

/** The first repository that a `mirror.list` names, with a slash at its end. */
async function repositoryOf(mirrorList: string): Promise<string> {
  const first = (await bytesOf(mirrorList)).toString("utf8").trim().split("\n")[0] ?? "";
  if (!isUrl(first)) throw new Error(`${mirrorList} names no repository`);
  return first.replace(/\/*$/, "/");
}

/** The notices of the repository that a `mirror.list` names, checked against its own metadata. */
async function ofRepository(mirrorList: string): Promise<Buffer> {
  const repository = await repositoryOf(mirrorList);
  const metadata = new URL("repodata/repomd.xml", repository).href;
  const parsed = repomdSchema.safeParse(parseXML((await bytesOf(metadata)).toString("utf8")));
  const found = parsed.data?.repomd.data.find(({ type }) => type === "updateinfo");
  if (found === undefined) throw new Error(`${metadata} names no updateinfo`);
  const place = new URL(found.location.href, repository).href;
  const bytes = await bytesOf(place);
  const wanted = found["open-checksum"]?.["#text"].trim();
  if (wanted !== createHash("sha256").update(bytes).digest("hex")) {
    throw new Error(`${place} is not what its repository's metadata says: another checksum`);
  }
  return bytes;
}

/**
 * The notices of an updateinfo.xml (a file or an address, packed or not), or of the repository behind a `mirror.list`.
 * @throws whatever keeps it from being read whole
 */
export async function readUpdates(source: string): Promise<readonly unknown[]> {
  const bytes = source.endsWith("mirror.list") ? await ofRepository(source) : await bytesOf(source);
  const parsed = updatesSchema.safeParse(parseXML(bytes.toString("utf8")));
  if (!parsed.success) throw new Error(`${source} is no updateinfo.xml`);
  return parsed.data.updates.update;
}
