import cvss from "ae-cvss-calculator";
import { z } from "zod";
import { severityOfWord, type Severity } from "../packages/severity.ts";
import { releasesByOs } from "../server.ts";
import { cveIn, isoOf, type Reading } from "./advisory.ts";

/** How bad a CVE is, and who says so. */
export interface RatedSeverity {
  readonly severity: Severity;
  readonly source: string;
}

/** A binary package of a release, and the version that mends it. */
export interface FixedPackage {
  readonly release: string;
  readonly name: string;
  readonly version: string;
}

/** A notice of Canonical's (`USN-…`), or its record of one CVE. */
export interface OsvRecord {
  readonly kind: "notice" | "cve";
  readonly id: string;
  readonly published: string;
  readonly cves: readonly string[];
  readonly rated: RatedSeverity;
  readonly fixed: readonly FixedPackage[];
}

const namedBinary = z.object({ binary_name: z.string(), binary_version: z.string() });
const affectedSchema = z.object({
  package: z.object({ ecosystem: z.string() }),
  ranges: z.array(z.object({ events: z.array(z.record(z.string(), z.string())) })).default([]),
  // Records of before 2025 have one object of names and versions, newer ones an object for each name.
  ecosystem_specific: z
    .object({
      binaries: z.array(z.union([namedBinary, z.record(z.string(), z.string())])).default([]),
      ubuntu_priority: z.string().optional(),
    })
    .optional(),
});
const osvSchema = z.object({
  id: z.string(),
  published: z.string().optional(),
  withdrawn: z.string().optional(),
  upstream: z.array(z.string()).default([]),
  related: z.array(z.string()).default([]),
  aliases: z.array(z.string()).default([]),
  severity: z.array(z.object({ type: z.string(), score: z.string() })).default([]),
  affected: z.array(affectedSchema).default([]),
});
type Osv = z.infer<typeof osvSchema>;
type Affected = z.infer<typeof affectedSchema>;

const releases: readonly string[] = releasesByOs.ubuntu;
/** Standard support and Ubuntu Pro. FIPS and real-time builds have versions of their own, not to be compared with these. */
const ecosystem = /^Ubuntu:(?:Pro:)?(\d+\.\d+)(?::LTS)?$/;

function binariesOf({ ecosystem_specific: specific }: Affected): readonly (readonly [string, string])[] {
  return (specific?.binaries ?? []).flatMap((entry) => {
    const named = namedBinary.safeParse(entry);
    return named.success ? [[named.data.binary_name, named.data.binary_version] as const] : Object.entries(entry);
  });
}

/** Records of what is not mended yet list the binaries too, with the versions that are there. */
function isFixed({ ranges }: Affected): boolean {
  return ranges.some(({ events }) => events.some((event) => event["fixed"] !== undefined));
}

/** Canonical's own word where it has one: it knows how the packages are built. Else the score of the newest CVSS vector. */
function ratedOf({ severity, affected }: Osv): RatedSeverity {
  const words = [
    ...severity.filter(({ type }) => type === "Ubuntu").map(({ score }) => score),
    ...affected.flatMap(({ ecosystem_specific: specific }) => specific?.ubuntu_priority ?? []),
  ];
  const known = words.map(severityOfWord).find((word) => word !== "unknown");
  if (known !== undefined) return { severity: known, source: "Ubuntu" };
  const vectors = severity
    .filter(({ type }) => type.startsWith("CVSS_"))
    .toSorted((a, b) => (a.type < b.type ? 1 : -1));
  return vectors.map(({ score }) => scoreOf(score)).find(({ severity: found }) => found !== "unknown") ?? unrated;
}

/** Nobody said how bad it is. */
const unrated: RatedSeverity = { severity: "unknown", source: "" };

/** What is used of the library: the types that it brings name files that Node's resolution does not find. */
interface Vector {
  readonly isBaseFullyDefined: () => boolean;
  readonly calculateScores: () => { readonly overall?: number };
}

const { fromVector } = cvss as { readonly fromVector: (vector: string) => Vector | null };

/** Qualitative severity of a CVSS vector: https://www.first.org/cvss/v3-1/specification-document, section 5. */
function scoreOf(text: string): RatedSeverity {
  const vector = fromVector(text);
  const overall = vector?.isBaseFullyDefined() === true ? vector.calculateScores().overall : undefined;
  if (overall === undefined) return unrated;
  const version = /^CVSS:(\d\.\d)\//.exec(text)?.[1] ?? "2.0";
  const severity = overall >= 9 ? "critical" : overall >= 7 ? "high" : overall >= 4 ? "medium" : "low";
  return { severity, source: `CVSS ${version}: ${overall.toFixed(1)}` };
}

/** Whether anybody wants to know of a package: a record of the kernel's names thousands. */
export type Wants = (packageName: string) => boolean;

function fixedOf(
  osv: Osv,
  wants: Wants,
): { readonly fixed: readonly FixedPackage[]; readonly nameless: readonly string[] } {
  const here = osv.affected.flatMap((affected) => {
    const release = ecosystem.exec(affected.package.ecosystem)?.[1];
    if (release === undefined || !releases.includes(release) || !isFixed(affected)) return [];
    return [{ release, where: affected.package.ecosystem, binaries: binariesOf(affected) }];
  });
  return {
    fixed: here.flatMap(({ release, binaries }) =>
      binaries.filter(([name]) => wants(name)).map(([name, version]) => ({ release, name, version })),
    ),
    nameless: here.filter(({ binaries }) => binaries.length === 0).map(({ where }) => where),
  };
}

/**
 * Reads one of Canonical's OSV records: which binary packages it mends, from which version on.
 * https://documentation.ubuntu.com/security/security-updates/osv/
 */
export function readOsv(record: unknown, wants: Wants): Reading<OsvRecord> {
  const parsed = osvSchema.safeParse(record);
  if (!parsed.success) return { kind: "fault", message: z.prettifyError(parsed.error).replace(/\s+/g, " ") };
  const osv = parsed.data;
  if (osv.withdrawn !== undefined) return { kind: "leftOut", reason: "withdrawn" };
  const own = cveIn(osv.id);
  if (own === undefined && !osv.id.startsWith("USN-")) return { kind: "leftOut", reason: "notices of live patches" };
  const { fixed, nameless } = fixedOf(osv, wants);
  if (nameless.length > 0)
    return { kind: "fault", message: `mended, and names no binary package: ${nameless.join(", ")}` };
  if (fixed.length === 0) return { kind: "leftOut", reason: "mending nothing that is known here" };
  const named = [...osv.upstream, ...osv.related, ...osv.aliases].flatMap((text) => cveIn(text) ?? []);
  return {
    kind: "read",
    read: {
      kind: own === undefined ? "notice" : "cve",
      id: osv.id,
      published: isoOf(osv.published),
      cves: own === undefined ? [...new Set(named)].sort() : [own],
      rated: ratedOf(osv),
      fixed,
    },
  };
}
