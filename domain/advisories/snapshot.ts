import type { AdvisoryRecord } from "./advisory.ts";
import type { OsvRecord, RatedSeverity, Wants } from "./osv.ts";
import type { Alas } from "./updateinfo.ts";

function ubuntuRecord(
  { id, published }: OsvRecord,
  { release, name, version }: OsvRecord["fixed"][number],
  cve: string,
  { severity, source }: RatedSeverity,
  retrieved: string,
): AdvisoryRecord {
  return {
    os_family: "ubuntu",
    release,
    package: name,
    fixed_version: version,
    advisory: id,
    cve,
    severity,
    severity_source: source,
    kev: "",
    published,
    retrieved,
  };
}

const unrated: RatedSeverity = { severity: "unknown", source: "" };

/**
 * Advisories of Ubuntu. A notice says which update mends what, and a CVE's own record how bad it is: together they are
 * one line. A CVE's record stands for itself where no notice names it for that package and release.
 */
export function ubuntuAdvisories(records: readonly OsvRecord[], retrieved: string): readonly AdvisoryRecord[] {
  const rated = new Map(
    records.flatMap(({ kind, cves, rated: of }) => (kind === "cve" ? cves.map((cve) => [cve, of]) : [])),
  );
  const noticed = new Set<string>();
  const key = (release: string, name: string, cve: string): string => `${release} ${name} ${cve}`;
  const lines = (record: OsvRecord, isNew: (release: string, name: string, cve: string) => boolean) =>
    record.fixed.flatMap((fixed) => {
      const cves = record.cves.length === 0 ? [""] : record.cves;
      return cves
        .filter((cve) => isNew(fixed.release, fixed.name, cve))
        .map((cve) => ubuntuRecord(record, fixed, cve, rated.get(cve) ?? unrated, retrieved));
    });
  const notices = records.filter(({ kind }) => kind === "notice").flatMap((record) => lines(record, () => true));
  for (const line of notices) noticed.add(key(line.release, line.package, line.cve));
  const others = records
    .filter(({ kind }) => kind === "cve")
    .flatMap((record) => lines(record, (...of) => !noticed.has(key(...of))));
  return [...notices, ...others];
}

function alasRecords(alas: Alas, retrieved: string, wants: Wants): readonly AdvisoryRecord[] {
  const cves = alas.cves.length === 0 ? [""] : alas.cves;
  const byName = Map.groupBy(alas.packages, ({ name }) => name);
  return [...byName].flatMap(([name, packages]) => {
    if (!wants(name)) return [];
    const isOne = new Set(packages.map(({ version }) => version)).size === 1;
    const fixed = isOne
      ? packages.slice(0, 1).map(({ version }) => ({ fixed_version: version }))
      : packages.map(({ version, architecture }) => ({ fixed_version: version, architecture }));
    return fixed.flatMap((of) =>
      cves.map((cve): AdvisoryRecord => ({
        os_family: "amazon-linux",
        release: alas.release,
        package: name,
        ...of,
        advisory: alas.id,
        cve,
        severity: alas.severity,
        severity_source: alas.severity === "unknown" ? "" : "Amazon Linux",
        kev: "",
        published: alas.published,
        retrieved,
      })),
    );
  });
}

/** Advisories of Amazon Linux. The repositories of two architectures bring one notice in two halves. */
export function amazonLinuxAdvisories(
  notices: readonly Alas[],
  retrieved: string,
  wants: Wants,
): readonly AdvisoryRecord[] {
  const byId = Map.groupBy(notices, ({ id }) => id);
  return [...byId.values()].flatMap((halves) => {
    const [first] = halves;
    if (first === undefined) return [];
    return alasRecords({ ...first, packages: halves.flatMap(({ packages }) => packages) }, retrieved, wants);
  });
}
