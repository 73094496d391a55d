import { aptPriorities, kernelPackages, packageFamily } from "../../domain/stack/baselineFilters.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import type { Draws } from "./draws.ts";

type Settings = Readonly<Record<string, unknown>>;

const day = 86_400_000;

const extras: Readonly<Record<"apt" | "yum", readonly string[]>> = {
  apt: ["tzdata", "vim-tiny", "curl*", "openssl", "git"],
  yum: ["bash", "curl*", "openssl", "sudo"],
};
const unwanted: Readonly<Record<"apt" | "yum", readonly string[]>> = {
  apt: ["libc*", "wget", "python3-*"],
  yum: ["glibc*", "python*", "systemd"],
};

/** Either form in which a rule lets a release through after a while; the date lies around the start. */
function approval(draws: Draws, start: Date, mostDays: number): Settings {
  if (draws.chance("until a date", 0.15)) {
    const until = new Date(start.getTime() + draws.whole("days to the date", -20, 10) * day);
    return { approveUntilDate: until.toISOString().slice(0, 10) };
  }
  return { approveAfterDays: draws.whole("delay", 0, mostDays) };
}

function lists(draws: Draws, os: OperatingSystem, family: "apt" | "yum"): Settings {
  return {
    approvedPatches: draws.chance("approved list", 0.3) ? draws.some("approved", extras[family], 1) : [],
    approvedPatchesEnableNonSecurity: draws.chance("approved non-security", 0.5),
    rejectedPatches: [
      ...kernelPackages(os),
      ...(draws.chance("rejected list", 0.3) ? draws.some("rejected", unwanted[family], 1) : []),
    ],
    rejectedPatchesAction: draws.chance("block", 0.15) ? "BLOCK" : "ALLOW_AS_DEPENDENCY",
  };
}

function aptBaseline(draws: Draws, os: OperatingSystem): Settings {
  const rule = {
    filters: { PRODUCT: ["*"], PRIORITY: aptPriorities },
    enableNonSecurity: draws.chance("non-security", 0.2),
    complianceLevel: "CRITICAL",
  };
  return { operatingSystem: os, rules: [rule], ...lists(draws, os, "apt") };
}

function yumBaseline(draws: Draws, os: OperatingSystem, start: Date): Settings {
  const rule = (name: string, filters: Settings): Settings => ({
    filters: { PRODUCT: ["*"], ...filters },
    enableNonSecurity: draws.chance(`${name} non-security`, 0.1),
    complianceLevel: draws.pick(`${name} level`, ["CRITICAL", "HIGH", "MEDIUM"]),
    ...approval(draws.within(name), start, 14),
  });
  const security = { CLASSIFICATION: ["Security"] };
  const split = draws.chance("by severity", 0.5);
  const rules = split
    ? [
        rule("urgent", { ...security, SEVERITY: ["Critical", "Important"] }),
        rule("ordinary", { ...security, SEVERITY: ["Medium", "Low"] }),
      ]
    : [rule("security", security)];
  const bugfix = draws.chance("bugfixes", 0.5) ? [rule("bugfix", { CLASSIFICATION: ["Bugfix"] })] : [];
  return { operatingSystem: os, rules: [...rules, ...bugfix], ...lists(draws, os, "yum") };
}

function windowsBaseline(draws: Draws, start: Date): Settings {
  const classes = draws.some("classifications", ["SecurityUpdates", "CriticalUpdates", "UpdateRollups"], 1);
  return {
    operatingSystem: "WINDOWS",
    rules: [
      {
        filters: { PRODUCT: ["*"], CLASSIFICATION: [...new Set(["SecurityUpdates", ...classes])] },
        complianceLevel: "CRITICAL",
        ...approval(draws, start, 10),
      },
    ],
    availableSecurityUpdatesComplianceStatus: draws.pick("available", ["COMPLIANT", "NON_COMPLIANT"]),
  };
}

/** An ordinary baseline of an operating system: it approves something and keeps kernels out. */
export function drawBaseline(draws: Draws, os: OperatingSystem, start: Date): Settings {
  switch (packageFamily(os)) {
    case "apt":
      return aptBaseline(draws, os);
    case "yum":
      return yumBaseline(draws, os, start);
    case "windows":
      return windowsBaseline(draws, start);
  }
}
