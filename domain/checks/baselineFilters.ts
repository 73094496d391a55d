import { patchFilterValues } from "../stack/baselineFilters.ts";
import { finding } from "./checkTable.ts";
import type { Finding, PlacelessFault } from "../fault.ts";
import { archiveAreas, knownFamilies, knownProducts, knownSections } from "./filterValueTable.ts";
import { nearest } from "../nearest.ts";
import type { Baseline } from "../baseline.ts";
import { operatingSystems } from "../server.ts";

type System = Baseline["operatingSystem"];

/** Filters of one rule, by key. */
type Filters = Readonly<Record<string, readonly string[]>>;

const betterValues: ReadonlyMap<string, string> = new Map([
  ["All", "*"],
  ["all", "*"],
  ["Moderate", "Medium"],
]);

/** What the values of a rule's filters mean to the OS; its keys, and how many and how long values are, the schema says. */
export function checkFilterValues(os: System, filters: Filters, path: string): readonly Finding[] {
  return Object.entries(filters).flatMap(([key, values]) =>
    values.flatMap((value, index) => checkValue(os, filters, key, value, `${path}.${key}[${String(index)}]`)),
  );
}

function checkValue(os: System, filters: Filters, key: string, value: string, path: string): readonly Finding[] {
  if (value === "*") {
    return [];
  }
  const known = patchFilterValues(os, key);
  const isLabel = value.toLowerCase() === "all";
  if (value.includes("*") || isLabel || (known !== undefined && !known.includes(value))) {
    const better = betterValues.get(value);
    const fits = better === "*" || (better !== undefined && known?.includes(better) === true);
    return [
      finding("baseline-filters", {
        path,
        message: isLabel ? "All is the console's label, not a value" : `${os} has no such value`,
        value,
        allowed: [...(known ?? ["exact values"]), "*"].join(", "),
        ...(fits ? { fix: `write ${better}` } : {}),
      }),
    ];
  }
  const fault = unknownValue(os, filters, key, value);
  return fault === undefined ? [] : [finding("unknown-filter-value", { path, value, ...fault })];
}

/** Whether a rule's `PATCH_SET` lets updates of Microsoft's applications in. */
export function takesApplications(filters: { readonly PATCH_SET?: readonly string[] }): boolean {
  return filters.PATCH_SET?.some((set) => set === "APPLICATION" || set === "*") ?? false;
}

function unknownValue(os: System, filters: Filters, key: string, value: string): PlacelessFault | undefined {
  switch (key) {
    case "PRODUCT":
    case "PRODUCT_FAMILY":
      return takesApplications(filters) ? undefined : unknownProduct(os, key, value);
    case "SECTION":
      return unknownSection(value);
    default:
      return undefined;
  }
}

function unknownProduct(os: System, key: "PRODUCT" | "PRODUCT_FAMILY", value: string): PlacelessFault | undefined {
  const known = key === "PRODUCT" ? knownProducts[os] : knownFamilies;
  if (known.includes(value)) {
    return undefined;
  }
  const owner = key === "PRODUCT" ? operatingSystems.find((other) => knownProducts[other].includes(value)) : undefined;
  const near = nearest(value, known);
  const advice = [
    ...(near === undefined ? [] : [`did you mean "${near}"?`]),
    ...(os === "WINDOWS" && near === undefined ? ["a Microsoft application needs PATCH_SET: [APPLICATION];"] : []),
    `if \`aws ssm describe-patch-properties --operating-system ${os} --property ${key}\` lists it, switch this check off with a reason`,
  ];
  return {
    message: `no ${key === "PRODUCT" ? "product" : "product family"} of ${os}${owner === undefined ? "" : `, but of ${owner}`}`,
    allowed: [...known, "*"].join(", "),
    fix: advice.join(" "),
  };
}

/** `libs`, or `universe/libs` outside the main area. */
function unknownSection(value: string): PlacelessFault | undefined {
  const [, area, section = ""] = /^(?:([^/]*)\/)?(.*)$/su.exec(value) ?? [];
  const areaKnown = area === undefined || archiveAreas.includes(area);
  if (areaKnown && knownSections.includes(section)) {
    return undefined;
  }
  const near = areaKnown ? nearest(section, knownSections) : undefined;
  return {
    message: "no section of Debian or Ubuntu, so it matches no package",
    allowed: `${knownSections.join(", ")}, each also after ${archiveAreas.join("/, ")}/, or *`,
    fix:
      near === undefined
        ? "take a section as `apt-cache show` prints it; for a repository with its own, switch this check off with a reason"
        : `did you mean "${area === undefined ? "" : `${area}/`}${near}"?`,
  };
}
