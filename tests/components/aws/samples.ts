import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider.js";
import { loadReportSql } from "../../../config/reportSql.ts";
import type { Location, ManagedGroup, Plane } from "../../../domain/plane.ts";
import type { Window, WindowSchedule } from "../../../domain/window.ts";
import type { FunctionCode } from "../../../domain/stack/runReporter.ts";
import {
  aptBaseline,
  group,
  location,
  samplePlane as domainPlane,
  schedule,
  window,
  windowsBaseline,
  yumBaseline,
} from "../../domain/samplePlane.ts";
import type { MockOutputs } from "../../harness/mocks.ts";

export const tags = { Environment: "prod", Location: "main", ManagedBy: "patchplane" };
export const deployer = "arn:aws:iam::111122223333:role/deployer";

export function sampleLocation(changes: Partial<Location> = {}): Location {
  const own = { accountId: "111122223333", roleArn: deployer, registersDefaults: true, ownsServiceSettings: true };
  return location("main", { ...own, ...changes });
}

/** The sample location without a known deploying role. */
export function locationWithoutRole(): Location {
  const location: Record<string, unknown> = { ...sampleLocation() };
  delete location["roleArn"];
  return location as unknown as Location;
}

export const ubuntuAuto = aptBaseline("ubuntu-auto", {
  description: "security updates of Ubuntu",
  default: true,
  approvedPatchesComplianceLevel: "HIGH",
  rejectedPatches: ["linux-image-*", "linux-aws*"],
  rules: [
    {
      complianceLevel: "HIGH",
      slaDays: 30,
      enableNonSecurity: false,
      filters: { PRIORITY: ["Required", "Important", "Standard", "Optional", "Extra"], PRODUCT: ["*"] },
    },
  ],
});

export const linux2Auto = yumBaseline("al2-auto", {
  description: "",
  approvedPatches: ["b", "a"],
  rejectedPatches: ["kernel*"],
  rules: [
    {
      complianceLevel: "CRITICAL",
      slaDays: 30,
      approveAfterDays: 3,
      enableNonSecurity: false,
      filters: { SEVERITY: ["Important", "Critical"], CLASSIFICATION: ["Security"], PRODUCT: ["*"] },
    },
    {
      complianceLevel: "LOW",
      slaDays: 90,
      approveUntilDate: "2026-11-01",
      enableNonSecurity: true,
      filters: { CLASSIFICATION: ["Bugfix"] },
    },
  ],
});

export const windowsAuto = windowsBaseline("windows-auto", {
  description: "security and critical updates",
  rejectedPatchesAction: "BLOCK",
  rules: [
    {
      complianceLevel: "CRITICAL",
      slaDays: 30,
      approveAfterDays: 7,
      filters: { CLASSIFICATION: ["SecurityUpdates", "CriticalUpdates"], PRODUCT: ["WindowsServer2016"] },
    },
  ],
});

/** Carried by kernel windows only. */
export const ubuntuKernel = { ...ubuntuAuto, name: "ubuntu-kernel", default: false, rejectedPatches: [] };

export function sampleGroup(changes: Partial<ManagedGroup> = {}): ManagedGroup {
  return group("prod-auto", changes);
}

export const sensitive = sampleGroup({ name: "prod-sensitive", approval: "reviewed", reboot: "NoReboot" });

export const weekly: WindowSchedule = schedule("cron(0 2 ? * SUN *)", { timezone: "Europe/Berlin" });

export function sampleWindow(changes: Partial<Window> = {}): Window {
  return window("mw-install-auto", {
    groups: ["prod-auto"],
    schedules: [weekly],
    timezone: "Europe/Berlin",
    ...changes,
  });
}

/** The reports' queries. */
export const sql = loadReportSql(join(import.meta.dirname, "..", "..", ".."));

/** Code of the functions; no spec of a component reads it. */
export const functions: FunctionCode = { runReporter: "runReporter.mjs" };

export function samplePlane(changes: Partial<Plane> = {}): Plane {
  const plane = domainPlane({
    timezone: "Europe/Berlin",
    locations: [sampleLocation()],
    baselines: [ubuntuAuto, linux2Auto, windowsAuto, ubuntuKernel],
    groups: [sampleGroup(), sensitive],
    windows: [sampleWindow()],
    notifications: { emails: ["patching@example.com"] },
    reports: {
      logRetentionDays: 90,
      syncInventory: true,
      collectionRetentionDays: 400,
      afterWindows: true,
      reservedConcurrency: false,
    },
    nodes: { agentUpdateSchedule: "rate(7 days)" },
    fleet: [],
  });
  return { ...plane, ...changes };
}

/** Outputs that AWS computes and components read. */
export const awsOutputs: MockOutputs = (args) => {
  switch (args.type) {
    case "aws:kms/key:Key":
      return { arn: "arn:aws:kms:eu-central-1:111122223333:key/0123" };
    default:
      return {};
  }
};

/** A component's options as the program gives them: an explicit provider, which every child must inherit. */
export function withProvider(): pulumi.ComponentResourceOptions {
  const aws = new Provider("main", { region: "eu-central-1" });
  return { providers: { aws } };
}
