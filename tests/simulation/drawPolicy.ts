import { checkTable } from "../../domain/checks/checkTable.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import { presetNames } from "../../config/schema/presets.ts";
import { drawBaseline } from "./drawBaseline.ts";
import type { Draws } from "./draws.ts";
import { drawInstallWindow, drawScanWindow, zones, type Span } from "./drawWindow.ts";

/** Settings as a stack file writes them, without their `patchplane:` namespace. */
export type Settings = Readonly<Record<string, unknown>>;

/** A group of the drawn policy. */
export interface DrawnGroup {
  readonly name: string;
  readonly approval: "automatic" | "reviewed";
  readonly systems: readonly OperatingSystem[];
}

/** A policy, and what the draws of fleet and approvals need of it. */
export interface DrawnPolicy {
  readonly settings: Settings;
  readonly groups: readonly DrawnGroup[];
  /** Names of locations and subscriptions. */
  readonly locations: readonly string[];
  readonly subscriptions: readonly string[];
}

const linux: readonly OperatingSystem[] = ["UBUNTU", "AMAZON_LINUX_2", "AMAZON_LINUX_2023", "DEBIAN"];
const kernelBaselines: Readonly<Partial<Record<OperatingSystem, string>>> = {
  UBUNTU: "ubuntu-kernel",
  AMAZON_LINUX_2: "al2-kernel",
  AMAZON_LINUX_2023: "al2023-kernel",
};
const places = {
  one: { accountId: "111122223333", region: "us-east-1" },
  two: { accountId: "444455556666", region: "eu-west-1", roleArn: "arn:aws:iam::444455556666:role/patchplane-deploy" },
} as const;
const subscriptionIds = ["5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01", "9be04c7d-31a8-4f65-8d2b-6a7e5c904f02"];

function nothingOfPresets(section: string): Settings {
  return Object.fromEntries((presetNames[section] ?? []).map((name) => [name, null]));
}

/** The `windows` of a stack without any. */
export const noWindows: Settings = nothingOfPresets("windows");

/** A drawn policy may be unwise; what AWS's API refuses stays an error. */
const unwise = Object.fromEntries(
  checkTable
    .filter((check) => check.switchable)
    .map(({ id }) => [id, { severity: "off", reason: "the policy is drawn" }]),
);

function baselineName(group: string, os: OperatingSystem): string {
  return `${group}-${os.toLowerCase().replaceAll("_", "-")}`;
}

function drawGroups(draws: Draws): readonly DrawnGroup[] {
  const one = (name: string, approval: DrawnGroup["approval"], systems: readonly OperatingSystem[]): DrawnGroup => {
    return { name, approval, systems };
  };
  const some = (what: string): readonly OperatingSystem[] => draws.some(what, linux, 1);
  return [
    one("auto", "automatic", some("auto")),
    ...(draws.chance("second", 0.6) ? [one("second", "automatic", some("second"))] : []),
    one("reviewed", "reviewed", draws.chance("mixed", 0.4) ? [...some("reviewed"), "WINDOWS"] : some("reviewed")),
    ...(draws.chance("windows", 0.6)
      ? [one("windows", draws.pick("windows approval", ["automatic", "automatic", "reviewed"]), ["WINDOWS"])]
      : []),
  ];
}

/** Windows never reboots by itself, so a group that has it does not either. */
function groupSettings(draws: Draws, { name, approval, systems }: DrawnGroup): Settings {
  return {
    baselines: Object.fromEntries(systems.map((os) => [os, baselineName(name, os)])),
    approval,
    reboot: systems.includes("WINDOWS")
      ? "NoReboot"
      : draws.pick(`${name} reboot`, ["RebootIfNeeded", "RebootIfNeeded", "NoReboot"]),
  };
}

function scanWindows(draws: Draws, names: readonly string[]): Settings {
  if (draws.chance("one scan", 0.6)) return { "scan-all": drawScanWindow(draws.within("scan-all"), names) };
  return Object.fromEntries(
    names
      // Some servers are scanned by no window at all.
      .filter((name) => draws.chance(`scan ${name}`, 0.85))
      .map((name) => [`scan-${name}`, drawScanWindow(draws.within(`scan-${name}`), [name])]),
  );
}

function installWindows(draws: Draws, span: Span, groups: readonly DrawnGroup[]): Settings {
  const automatic = groups.filter((group) => group.approval === "automatic").map((group) => group.name);
  const reviewed = groups.filter((group) => group.approval === "reviewed").map((group) => group.name);
  const together = draws.chance("together", 0.5);
  const named = (name: string, of: readonly string[]): [string, Settings] => [
    name,
    drawInstallWindow(draws.within(name), span, of),
  ];
  return Object.fromEntries([
    ...(together ? [named("install-all", automatic)] : automatic.map((name) => named(`install-${name}`, [name]))),
    ...reviewed.map((name) => named(`approved-${name}`, [name])),
  ]);
}

function kernelWindow(draws: Draws, span: Span, groups: readonly DrawnGroup[]): Settings {
  const fit = groups.filter(
    (group) => group.approval === "automatic" && group.systems.every((os) => kernelBaselines[os] !== undefined),
  );
  if (fit.length === 0 || !draws.chance("kernel", 0.6)) return {};
  const baselines = [...new Set(fit.flatMap((group) => group.systems.flatMap((os) => kernelBaselines[os] ?? [])))];
  const names = fit.map((group) => group.name);
  return { kernel: drawInstallWindow(draws.within("kernel"), span, names, baselines) };
}

function drawSites(draws: Draws): Pick<DrawnPolicy, "locations" | "subscriptions"> & { readonly settings: Settings } {
  const locations = draws.chance("two locations", 0.35) ? ["one", "two"] : ["one"];
  const subscriptions = ["core", "emea"].slice(0, draws.whole("subscriptions", 0, 2));
  const own = { registersDefaults: true, ownsServiceSettings: true };
  return {
    locations,
    subscriptions,
    settings: {
      locations: Object.fromEntries(
        locations.map((name) => [name, { ...places[name === "two" ? "two" : "one"], ...own }]),
      ),
      subscriptions: Object.fromEntries(
        subscriptions.map((name, index) => [
          name,
          {
            subscriptionId: subscriptionIds[index],
            location: draws.pick(`${name} location`, locations),
            onboarding: draws.pick(`${name} onboarding`, ["customScript", "runCommand"]),
          },
        ]),
      ),
    },
  };
}

/** A small policy of a seed: one or two locations, up to four groups, and the windows that patch them. */
export function drawPolicy(draws: Draws, span: Span): DrawnPolicy {
  const sites = drawSites(draws.within("sites"));
  const groups = drawGroups(draws.within("groups"));
  const names = groups.map((group) => group.name);
  const first = groups.filter((group) => group.approval === "automatic").map((group) => group.name);
  const baselines = groups.flatMap((group) =>
    group.systems.map((os) => {
      const name = baselineName(group.name, os);
      return [name, drawBaseline(draws.within(name), os, span.start)] as const;
    }),
  );
  return {
    ...sites,
    groups,
    settings: {
      environment: "test",
      timezone: draws.pick("timezone", zones),
      fleet: "fleet.csv",
      ...sites.settings,
      baselines: Object.fromEntries(baselines),
      groups: {
        ...nothingOfPresets("groups"),
        ...Object.fromEntries(groups.map((group) => [group.name, groupSettings(draws.within("groups"), group)])),
        elsewhere: { patchedElsewhere: "by its own team" },
      },
      windows: {
        ...noWindows,
        ...scanWindows(draws.within("windows"), names),
        ...installWindows(draws.within("windows"), span, groups),
        ...kernelWindow(draws.within("windows"), span, groups),
      },
      checks: unwise,
      nodes: {
        scanOnFirstContact: draws.chance("scan on first contact", 0.7),
        installOnFirstContact: draws.chance("install on first contact", 0.25) ? draws.some("installed", first, 1) : [],
      },
    },
  };
}
