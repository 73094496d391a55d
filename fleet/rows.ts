import { newestScript } from "../domain/fleet/onboardingScripts.ts";
import type { PlacelessFault } from "../domain/fault.ts";
import { suggest } from "../domain/nearest.ts";
import { isAutoScaling, type OnboardingMethod, type OsName, type Server } from "../domain/server.ts";
import { releasesByOs } from "../domain/server.ts";
import { checkAsciiName, checkTagValue } from "../domain/fleet/tags.ts";
import {
  armIdPattern,
  awsIdPattern,
  azureRegionPattern,
  guidPattern,
  type FleetColumnName,
  type FleetRow,
} from "./schema.ts";

/** What a row's site may be. What is not known, because the stack file is at fault there, is not compared. */
export interface FleetContext {
  readonly locations?: ReadonlyMap<string, { readonly region?: string }>;
  readonly subscriptions?: ReadonlyMap<
    string,
    { readonly subscriptionId?: string; readonly onboarding: OnboardingMethod }
  >;
  /** Versions of the onboarding script that are released; not compared when left out. */
  readonly scripts?: readonly string[];
}

/** Takes down what is wrong with one row. */
export type Report = (column: FleetColumnName, fault: PlacelessFault) => void;

const azureOnly = ["vm_id", "onboarding_method", "onboarding_script", "onboarding_attempt"] as const;
const tagged = ["name", "environment", "business_unit", "owner"] as const;
const required = ["name", "region", "environment"] as const;
const methods: readonly string[] = ["customScript", "runCommand"] satisfies readonly OnboardingMethod[];
const wholeNumber = /^[1-9]\d{0,8}$/;

function isOs(text: string): text is OsName {
  return Object.hasOwn(releasesByOs, text);
}

function checkMachine(row: FleetRow, report: Report): void {
  if (!isOs(row.os)) {
    report("os", { message: "unknown os", value: row.os, allowed: Object.keys(releasesByOs).join(", ") });
  } else {
    const known: readonly string[] = releasesByOs[row.os];
    if (!known.includes(row.release)) {
      report("release", { message: `unknown release of ${row.os}`, value: row.release, allowed: known.join(", ") });
    }
  }
  if (row.arch !== "x86_64" && row.arch !== "arm64") {
    report("arch", { message: "unknown architecture", value: row.arch, allowed: "x86_64, arm64" });
  }
}

function checkTags(row: FleetRow, report: Report): void {
  for (const column of required) {
    if (row[column] === "") report(column, { message: "is empty" });
  }
  for (const column of tagged) {
    const fault = checkTagValue(row[column]);
    if (fault !== undefined) report(column, fault);
  }
  const group = checkAsciiName(row.patch_group);
  if (group !== undefined) {
    const fix = row.patch_group === "" ? { fix: "tag the server with PatchGroup, and fill the column in" } : {};
    report("patch_group", { ...group, ...fix });
  }
}

/** A row's location or subscription; reports a name that is not known, unless nobody can know. */
function siteOf<Site>(
  row: FleetRow,
  sites: ReadonlyMap<string, Site> | undefined,
  kind: string,
  report: Report,
): Site | undefined {
  const site = sites?.get(row.site);
  if (sites !== undefined && site === undefined) {
    const { allowed } = suggest(row.site, [...sites.keys()].sort());
    report("site", { message: `there is no such ${kind}`, value: row.site, allowed });
  }
  return site;
}

function checkAws(row: FleetRow, context: FleetContext, report: Report): void {
  const location = siteOf(row, context.locations, "location", report);
  const named = row.region !== "";
  if (named && location?.region !== undefined && location.region !== row.region) {
    report("region", {
      message: `location ${row.site} is in another Region`,
      value: row.region,
      allowed: location.region,
    });
  }
  if (!awsIdPattern.test(row.id)) {
    report("id", {
      message: "not a server of AWS",
      value: row.id,
      allowed: "i- and 8 or 17 hex digits, or asg:<name>",
    });
  }
  for (const column of azureOnly) {
    if (row[column] !== "")
      report(column, { message: "is for Azure rows only", value: row[column], fix: "leave it empty" });
  }
  const scaling = isAutoScaling(row);
  if (row.size !== "" && !scaling) {
    report("size", { message: "is for Auto Scaling rows (asg:<name>) only", value: row.size, fix: "leave it empty" });
  } else if (row.size !== "" && !wholeNumber.test(row.size)) {
    report("size", { message: "not a number of machines", value: row.size, allowed: "a whole number from 1" });
  }
}

function checkOnboarding(row: FleetRow, { scripts }: FleetContext, report: Report): void {
  const { onboarding_method: method, onboarding_script: script, onboarding_attempt: attempt } = row;
  if (method !== "" && !methods.includes(method)) {
    report("onboarding_method", { message: "unknown method", value: method, allowed: methods.join(", ") });
  }
  if (!/^v[1-9]\d*(\+[a-z0-9-]+)?$/.test(script) || scripts?.includes(script) === false) {
    const allowed = scripts?.join(", ") ?? "v1, v2, …, v2+<key>";
    const fix = `a new row takes ${newestScript}`;
    report("onboarding_script", { message: "not a released script", value: script, allowed, fix });
  }
  if (!wholeNumber.test(attempt)) {
    const allowed = "a whole number from 1";
    report("onboarding_attempt", { message: "not a number of attempts", value: attempt, allowed });
  }
}

function checkAzure(row: FleetRow, context: FleetContext, report: Report): void {
  const subscription = siteOf(row, context.subscriptions, "subscription", report);
  const [, subscriptionId] = armIdPattern.exec(row.id.toLowerCase()) ?? [];
  if (subscriptionId === undefined) {
    const allowed = "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Compute/virtualMachines/<name>";
    report("id", { message: "not an ARM id of a VM", value: row.id, allowed });
  }
  const wanted = subscription?.subscriptionId;
  if (subscriptionId !== undefined && wanted !== undefined && wanted !== subscriptionId) {
    const message = `the id is in another subscription than ${row.site}`;
    report("id", { message, value: subscriptionId, allowed: wanted });
  }
  if (row.region !== "" && !azureRegionPattern.test(row.region)) {
    const allowed = "a region's short name, such as westeurope";
    report("region", { message: "not a region of Azure", value: row.region, allowed });
  }
  const name = checkAsciiName(row.name);
  if (name !== undefined && row.name !== "" && checkTagValue(row.name) === undefined) report("name", name);
  if (!guidPattern.test(row.vm_id.toLowerCase())) {
    report("vm_id", { message: "not a GUID", value: row.vm_id, allowed: "the VM's vmId" });
  }
  checkOnboarding(row, context, report);
  if (row.size !== "") {
    report("size", { message: "is for Auto Scaling rows (asg:<name>) only", value: row.size, fix: "leave it empty" });
  }
}

/** Reports everything that is wrong with a row by itself. */
export function checkRow(row: FleetRow, context: FleetContext, report: Report): void {
  checkMachine(row, report);
  checkTags(row, report);
  if (row.cloud === "aws") {
    checkAws(row, context, report);
  } else if (row.cloud === "azure") {
    checkAzure(row, context, report);
  } else {
    report("cloud", { message: "unknown cloud", value: row.cloud, allowed: "aws, azure" });
  }
}

/** The server of a row that {@link checkRow} found nothing wrong with. */
export function toServer(row: FleetRow, context: FleetContext, line: number): Server {
  const id = row.cloud === "azure" ? row.id.toLowerCase() : row.id;
  const [, subscriptionId = "", resourceGroup = "", vmName = ""] = armIdPattern.exec(id) ?? [];
  const method = row.onboarding_method as OnboardingMethod | "";
  const azure = {
    subscriptionId,
    resourceGroup,
    vmName,
    vmId: row.vm_id.toLowerCase(),
    onboardingMethod: method === "" ? (context.subscriptions?.get(row.site)?.onboarding ?? "customScript") : method,
    onboardingScript: row.onboarding_script,
    onboardingAttempt: Number(row.onboarding_attempt),
  };
  return {
    id,
    name: row.name,
    cloud: row.cloud as Server["cloud"],
    site: row.site,
    region: row.region,
    os: row.os as OsName,
    release: row.release,
    arch: row.arch as Server["arch"],
    patchGroup: row.patch_group,
    environment: row.environment,
    businessUnit: row.business_unit,
    owner: row.owner,
    size: row.size === "" ? 1 : Number(row.size),
    line,
    ...(row.cloud === "azure" ? { azure } : {}),
  };
}
