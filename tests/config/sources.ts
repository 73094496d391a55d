import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readPlaneFrom } from "../../config/file.ts";
import { readStackFile } from "../../config/stackFile.ts";
import type { FolderEntry, ProjectFiles } from "../../config/projectFiles.ts";
import type { Resolved } from "../../config/assemblePlane.ts";
import { formatFault, type Finding } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { fleetColumnNames, type FleetRow } from "../../fleet/schema.ts";

/** The project's root. */
export const root = join(import.meta.dirname, "..", "..");

/** Text of a trap file. */
export function trap(name: string): string {
  return readFileSync(join(import.meta.dirname, "traps", name), "utf8");
}

/** Files that stand in memory only. */
export function filesOf(texts: Readonly<Record<string, string>>): ProjectFiles {
  return {
    read: (path) => texts[path],
    list: (path) => {
      const folder = path === "" ? "" : `${path}/`;
      const below = Object.keys(texts).filter((file) => file.startsWith(folder));
      const entries = new Map<string, FolderEntry>();
      for (const file of below) {
        const [name = "", ...rest] = file.slice(folder.length).split("/");
        entries.set(name, { name, isFolder: rest.length > 0 });
      }
      return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}

type Settings = Readonly<Record<string, unknown>>;

/** Settings of a small stack without any fault or warning. */
export const smallSettings: Settings = {
  environment: "test",
  timezone: "UTC",
  fleet: "fleet.csv",
  locations: { one: { accountId: "111122223333", region: "us-east-1" } },
  subscriptions: { core: { subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01", location: "one" } },
  groups: {
    "prod-sensitive": null,
    "prod-windows": null,
    "jump-log": null,
    nonprod: null,
    "nonprod-windows": null,
  },
};

const plainRow: FleetRow = {
  id: "i-0123456789abcdef0",
  name: "web-001",
  cloud: "aws",
  site: "one",
  region: "us-east-1",
  os: "ubuntu",
  release: "22.04",
  arch: "x86_64",
  patch_group: "prod-auto",
  environment: "test",
  business_unit: "",
  owner: "",
  vm_id: "",
  onboarding_method: "",
  onboarding_script: "",
  onboarding_attempt: "",
  size: "",
};

/** A fleet file's text; rows differ from an EC2 instance in `prod-auto` by what they name. */
export function fleetText(...rows: readonly Partial<FleetRow>[]): string {
  const lines = rows.map((row) => fleetColumnNames.map((name) => ({ ...plainRow, ...row })[name]).join(","));
  return [fleetColumnNames.join(","), ...lines].join("\n");
}

/** A VM's row: number `n` of subscription `core`. */
export function vmRow(n: number): Partial<FleetRow> {
  const digits = String(n).padStart(12, "0");
  return {
    id: `/subscriptions/5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm${digits}`,
    name: `vm${digits}`,
    cloud: "azure",
    site: "core",
    region: "eastus2",
    vm_id: `00000000-0000-4000-8000-${digits}`,
    onboarding_script: "v2",
    onboarding_attempt: "1",
  };
}

/** A stack file's text. */
export function stackText(settings: Settings): string {
  const config = Object.entries(settings).map(([key, value]) => [`patchplane:${key}`, value] as const);
  const all = { "pulumi:disable-default-providers": ["*"], ...Object.fromEntries(config) };
  // JSON is YAML, and quotes every text.
  return JSON.stringify({ config: all }, null, 2);
}

/** Resolves a stack file `Pulumi.test.yaml` made of settings, with other files beside it. */
export function resolve(settings: Settings, files: Readonly<Record<string, string>> = {}): Resolved {
  return readPlaneFrom(
    filesOf({ "fleet.csv": fleetText({}), ...files, "Pulumi.test.yaml": stackText(settings) }),
    "test",
  );
}

/** The faults, one line each. */
export function faultsOf(resolved: Resolved): readonly string[] {
  return "faults" in resolved ? resolved.faults.map(formatFault) : [];
}

/** The plane, which there must be. */
export function planeOf(resolved: Resolved): { readonly plane: Plane; readonly warnings: readonly Finding[] } {
  expect(faultsOf(resolved)).to.deep.equal([]);
  if ("faults" in resolved) throw new Error("unreachable");
  return resolved;
}

/** Demands that exactly one fault is found, and that its line holds all the texts. */
export function expectOnly(resolved: Resolved, ...texts: readonly string[]): void {
  const faults = faultsOf(resolved);
  expect(faults, faults.join("\n")).to.have.lengthOf(1);
  for (const text of texts) expect(faults[0]).to.contain(text);
}

/** Puts a stack file's configuration where a running program finds it, as the CLI does. */
export function runWith(stackFileText: string): void {
  const { config } = readStackFile(stackFileText, "Pulumi.yaml");
  pulumi.runtime.setAllConfig({ ...config.values }, [...config.secretKeys]);
}

/** A good approvals file, with changes. */
export function approvalsFile(more: object = {}): string {
  const patches = { UBUNTU: [{ id: "openssl.amd64", title: "3.0.2-0ubuntu1.20" }] };
  return JSON.stringify(
    { scan: "11111111-2222-4333-8444-555555555555", note: "tested", expires: "2026-12-20T06:00:00Z", patches, ...more },
    null,
    2,
  );
}
