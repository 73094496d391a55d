import { releasesByOs } from "../domain/server.ts";

/** One column of the fleet file. */
export interface FleetColumn {
  readonly name: string;
  /** Which rows fill it in. */
  readonly on: "every row" | "Azure rows" | "Auto Scaling rows";
  readonly description: string;
}

const releases = Object.entries(releasesByOs)
  .map(([os, known]) => `${os}: ${known.join(", ")}`)
  .join("; ");

/** The columns of the fleet file, in the order in which they are written; reading takes them in any order. */
export const fleetColumns = [
  {
    name: "id",
    on: "every row",
    description:
      "`i-…`, `asg:<name>` (an Auto Scaling group is one row), or the VM's ARM id; a group's name may stand at every site",
  },
  { name: "name", on: "every row", description: "what people call it; names no resource" },
  { name: "cloud", on: "every row", description: "`aws` or `azure`" },
  {
    name: "site",
    on: "every row",
    description: "name of its location (AWS) or subscription (Azure) in the stack file",
  },
  {
    name: "region",
    on: "every row",
    description: "AWS Region of its location, or Azure region of the machine (`westeurope`)",
  },
  { name: "os", on: "every row", description: `\`${Object.keys(releasesByOs).join("`, `")}\`` },
  { name: "release", on: "every row", description: releases },
  { name: "arch", on: "every row", description: "`x86_64` or `arm64`" },
  { name: "patch_group", on: "every row", description: "value of its `PatchGroup` tag" },
  { name: "environment", on: "every row", description: "value of its `Environment` tag" },
  { name: "business_unit", on: "every row", description: "business unit, may be empty" },
  { name: "owner", on: "every row", description: "value of its `Owner` tag: who is told, may be empty" },
  { name: "vm_id", on: "Azure rows", description: "Azure's `vmId`, a GUID" },
  {
    name: "onboarding_method",
    on: "Azure rows",
    description: "`customScript` or `runCommand`; empty is the subscription's",
  },
  { name: "onboarding_script", on: "Azure rows", description: "released onboarding script, `v2` for a new row" },
  { name: "onboarding_attempt", on: "Azure rows", description: "1 at first; raised to register once more" },
  { name: "size", on: "Auto Scaling rows", description: "the group's usual size; empty is 1" },
] as const satisfies readonly FleetColumn[];

/** Name of a column. */
export type FleetColumnName = (typeof fleetColumns)[number]["name"];

/** A row as text. */
export type FleetRow = Readonly<Record<FleetColumnName, string>>;

/** Names of the columns, in the order in which they are written. */
export const fleetColumnNames: readonly FleetColumnName[] = fleetColumns.map((column) => column.name);

/** An EC2 instance id or an Auto Scaling group's row. */
export const awsIdPattern = /^(i-([0-9a-f]{8}|[0-9a-f]{17})|asg:[\x21-\x7e]{1,255})$/;

/**
 * An Azure VM's resource id, lower-cased, its names by Azure's rules: a resource group has letters and digits of any
 * script and `_ - . ( )` and does not end in a dot; a VM has none of Azure's special characters and no blank, begins
 * with no underscore, and ends in neither a dot nor a hyphen.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export const armIdPattern =
  /^\/subscriptions\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/resourcegroups\/([\p{L}\p{N}_.()-]{0,89}[\p{L}\p{N}_()-])\/providers\/microsoft\.compute\/virtualmachines\/((?![_])[^\\/"[\]:|<>+=;,?*@&~!#$%^(){}'`\s\p{C}]{0,63}[^\\/"[\]:|<>+=;,?*@&~!#$%^(){}'`\s\p{C}.-])$/u;

/** A GUID, lower-cased. */
export const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An Azure region's short name. */
export const azureRegionPattern = /^[a-z][a-z0-9]+$/;
