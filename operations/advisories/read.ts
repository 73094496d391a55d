import type { Reading } from "../../domain/advisories/advisory.ts";
import { catalogueSchema, readExploited, type Exploited } from "../../domain/advisories/kev.ts";
import { readOsv, type OsvRecord, type Wants } from "../../domain/advisories/osv.ts";
import { readUpdate, type Alas } from "../../domain/advisories/updateinfo.ts";
import { isMapping } from "../../domain/values.ts";
import { visitOsv } from "./osv.ts";
import { bytesOf } from "./source.ts";
import { readUpdates } from "./updateinfo.ts";

/** What was read of one source. */
export interface SourceRead<Read> {
  readonly records: number;
  readonly read: readonly Read[];
  /** Records that are of no use here, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Records that have another shape than known, by name. */
  readonly faults: readonly { readonly record: string; readonly message: string }[];
}

/** Gathers readings, whatever they are of. */
function gathering<Read>() {
  const read: Read[] = [];
  const leftOut: Record<string, number> = {};
  const faults: { record: string; message: string }[] = [];
  let records = 0;
  return {
    add: (record: string, reading: Reading<Read>): void => {
      records += 1;
      if (reading.kind === "read") read.push(reading.read);
      else if (reading.kind === "leftOut") leftOut[reading.reason] = (leftOut[reading.reason] ?? 0) + 1;
      else faults.push({ record, message: reading.message });
    },
    done: (): SourceRead<Read> => ({ records, read, leftOut, faults }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Canonical's OSV records: a folder, a tar archive, or one file. */
export async function readUbuntu(source: string, wants: Wants): Promise<SourceRead<OsvRecord>> {
  const { add, done } = gathering<OsvRecord>();
  await visitOsv(source, (name, text) => {
    const record = parsed(text);
    add(name, record === undefined ? { kind: "fault", message: "no JSON" } : readOsv(record, wants));
  });
  return done();
}

/** Amazon Linux's updateinfo.xml, or the `mirror.list` of a repository. */
export async function readAmazonLinux(source: string): Promise<SourceRead<Alas>> {
  const { add, done } = gathering<Alas>();
  for (const [index, update] of (await readUpdates(source)).entries()) {
    const id = isMapping(update) && typeof update["id"] === "string" ? update["id"] : `update ${String(index + 1)}`;
    add(id, readUpdate(update));
  }
  return done();
}

/** CISA's catalogue of what is known to be exploited. */
export async function readKev(source: string): Promise<SourceRead<Exploited>> {
  const { add, done } = gathering<Exploited>();
  const catalogue = catalogueSchema.safeParse(parsed((await bytesOf(source)).toString("utf8")));
  if (!catalogue.success) throw new Error(`${source} is no catalogue of exploited vulnerabilities`);
  for (const [index, entry] of catalogue.data.vulnerabilities.entries()) {
    add(`entry ${String(index + 1)}`, readExploited(entry));
  }
  return done();
}
