import { z } from "zod";
import { severityOfWord, type Severity } from "../packages/severity.ts";
import { cveIn, isoOf, type Reading } from "./advisory.ts";

/** A package that a notice mends, on one architecture. */
export interface NoticePackage {
  readonly name: string;
  readonly architecture: string;
  readonly version: string;
}

/** A security notice of Amazon Linux. */
export interface Alas {
  readonly id: string;
  readonly release: string;
  readonly published: string;
  readonly severity: Severity;
  readonly cves: readonly string[];
  readonly packages: readonly NoticePackage[];
}

/** One element where there is one, a list where there are several: the XML says neither. */
function several<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value: unknown) => (value === undefined || value === "" ? [] : [value].flat()), z.array(schema));
}

const packageSchema = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  release: z.string().min(1),
  epoch: z.string().default("0"),
  arch: z.string(),
});
const updateSchema = z.object({
  id: z.string().min(1),
  type: z.string(),
  severity: z.string().default(""),
  issued: z.object({ date: z.string() }).optional(),
  references: z
    .union([z.literal(""), z.object({ reference: several(z.object({ id: z.string(), type: z.string() })) })])
    .optional(),
  pkglist: z.object({ collection: several(z.object({ package: several(packageSchema) })) }),
});

/**
 * `ALAS2023-2024-519` and `ALAS2023LIVEPATCH-2024-010`; `ALAS2-2018-951` and, of a topic of amazon-linux-extras, both
 * `ALAS2DOCKER-2024-040` and `ALASKERNEL-5.10-2022-007`. `ALAS-2018-951` is of the Amazon Linux before them.
 */
function releaseOf(id: string): string | undefined {
  if (/^ALAS2023[A-Z-]/.test(id)) return "2023";
  return /^ALAS(?:2-|2?[A-Z])/.test(id) ? "2" : undefined;
}

/**
 * Reads one `update` of Amazon Linux's updateinfo.xml, as an XML parser gives it: attributes and children alike by name.
 * https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
 */
export function readUpdate(update: unknown): Reading<Alas> {
  const parsed = updateSchema.safeParse(update);
  if (!parsed.success) return { kind: "fault", message: z.prettifyError(parsed.error).replace(/\s+/g, " ") };
  const { id, type, severity, issued, references, pkglist } = parsed.data;
  if (type !== "security") return { kind: "leftOut", reason: "no security" };
  const release = releaseOf(id);
  if (release === undefined) return { kind: "leftOut", reason: "of other releases" };
  const packages = pkglist.collection
    .flatMap((collection) => collection.package)
    .filter(({ arch }) => arch !== "src")
    .map(({ name, arch, epoch, version, release: build }) => ({
      name,
      architecture: arch,
      version: `${epoch === "0" || epoch === "" ? "" : `${epoch}:`}${version}-${build}`,
    }));
  if (packages.length === 0) return { kind: "fault", message: "a security notice that names no package" };
  const referred = references === undefined || references === "" ? [] : references.reference;
  const cves = referred
    .filter((reference) => reference.type === "cve")
    .flatMap((reference) => cveIn(reference.id) ?? []);
  return {
    kind: "read",
    read: {
      id,
      release,
      published: isoOf(issued?.date),
      severity: severityOfWord(severity),
      cves: [...new Set(cves)].sort(),
      packages,
    },
  };
}
