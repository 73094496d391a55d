import type { z } from "zod";
import { kernelPackages } from "../../domain/stack/baselineFilters.ts";
import type { OperatingSystem } from "../../domain/server.ts";
import type { baselineSchema } from "./baseline.ts";

type Preset = z.input<typeof baselineSchema>;
type Apt = Extract<Preset, { operatingSystem: "UBUNTU" | "DEBIAN" }>;
type Yum = Extract<Preset, { operatingSystem: "AMAZON_LINUX_2" | "AMAZON_LINUX_2023" }>;
type Windows = Extract<Preset, { operatingSystem: "WINDOWS" }>;

/** SLA of P5: critical patches within 30 days, the others within 90. */
const criticalSlaDays = 30;
const otherSlaDays = 90;

/** Kernels are kept out; BLOCK would make every running kernel INSTALLED_REJECTED and its node non-compliant. */
function withoutKernels(os: OperatingSystem) {
  return { rejectedPatches: [...kernelPackages(os)], rejectedPatchesAction: "ALLOW_AS_DEPENDENCY" as const };
}

/**
 * All security updates of apt. All five priorities: they are Debian's package priorities, not severities, and a rule
 * without Optional leaves most security updates out.
 */
const aptSecurity: NonNullable<Apt["rules"]>[number] = {
  filters: { PRODUCT: ["*"], PRIORITY: ["Required", "Important", "Standard", "Optional", "Extra"] },
  enableNonSecurity: false,
  complianceLevel: "CRITICAL",
  slaDays: criticalSlaDays,
};

function apt(os: Apt["operatingSystem"], description: string, more: Partial<Apt> = {}): Apt {
  return { operatingSystem: os, description, rules: [aptSecurity], ...withoutKernels(os), ...more };
}

/** Days until security patches of Amazon Linux are approved, by severity, and until bugfixes are; none leaves these out. */
interface YumDelays {
  readonly urgent: number;
  readonly ordinary: number;
  readonly bugfix?: number;
}

/** A rule for security notices without a severity is left out on purpose: Amazon Linux gives every one a severity. */
function yumRules(delays: YumDelays): NonNullable<Yum["rules"]> {
  const security = { CLASSIFICATION: ["Security"] };
  return [
    {
      filters: { PRODUCT: ["*"], ...security, SEVERITY: ["Critical", "Important"] },
      approveAfterDays: delays.urgent,
      complianceLevel: "CRITICAL",
      slaDays: criticalSlaDays,
    },
    {
      filters: { PRODUCT: ["*"], ...security, SEVERITY: ["Medium", "Low"] },
      approveAfterDays: delays.ordinary,
      complianceLevel: "MEDIUM",
      slaDays: otherSlaDays,
    },
    ...(delays.bugfix === undefined
      ? []
      : [
          {
            filters: { PRODUCT: ["*"], CLASSIFICATION: ["Bugfix"] },
            approveAfterDays: delays.bugfix,
            complianceLevel: "LOW" as const,
            slaDays: otherSlaDays,
          },
        ]),
  ];
}

/** P2: critical and important after 3 days, medium and low after 7, bugfixes after 14. */
const automaticDelays: YumDelays = { urgent: 3, ordinary: 7, bugfix: 14 };
const atOnce: YumDelays = { urgent: 0, ordinary: 0 };

function yum(os: Yum["operatingSystem"], description: string, delays: YumDelays, more: Partial<Yum> = {}): Yum {
  return { operatingSystem: os, description, rules: yumRules(delays), ...withoutKernels(os), ...more };
}

/** No delay: Patch Tuesday sets the pace, and windows some days apart let the first servers prove a patch. */
function windows(description: string, more: Partial<Windows> = {}): Windows {
  return {
    operatingSystem: "WINDOWS",
    description,
    rules: [
      {
        filters: { PRODUCT: ["*"], CLASSIFICATION: ["SecurityUpdates", "CriticalUpdates"] },
        approveAfterDays: 0,
        complianceLevel: "CRITICAL",
        slaDays: criticalSlaDays,
      },
    ],
    ...more,
  };
}

/** Approves kernels alone: what a kernel window installs instead of its groups' own baselines. */
function kernel(os: "UBUNTU" | "AMAZON_LINUX_2" | "AMAZON_LINUX_2023"): Preset {
  return {
    operatingSystem: os,
    description: "kernel packages only, for a kernel window",
    approvedPatches: [...kernelPackages(os)],
    approvedPatchesComplianceLevel: "CRITICAL",
  };
}

const reviewed = "security updates, shown by scans; installed only as an approvals file names them";
const fallback = "servers without a patch group: security updates, so that gaps show";

/**
 * Baselines that every stack has (P2, P3). A reviewed group's baseline approves what its scans should report missing:
 * without rules a scan finds nothing, so "manual approval" is the install task's matter, not the baseline's.
 */
export const presetBaselines: Readonly<Record<string, Preset>> = {
  "ubuntu-auto": apt("UBUNTU", "security updates, installed by themselves"),
  "ubuntu-sensitive": apt("UBUNTU", reviewed),
  "ubuntu-default": apt("UBUNTU", fallback, { default: true }),
  "ubuntu-kernel": kernel("UBUNTU"),
  "debian-default": apt("DEBIAN", fallback, { default: true }),
  "al2-auto": yum("AMAZON_LINUX_2", "security updates and bugfixes, installed by themselves", automaticDelays),
  "al2-sensitive": yum("AMAZON_LINUX_2", reviewed, atOnce),
  "al2-default": yum("AMAZON_LINUX_2", fallback, atOnce, { default: true }),
  "al2-kernel": kernel("AMAZON_LINUX_2"),
  "al2023-auto": yum("AMAZON_LINUX_2023", "security updates and bugfixes, installed by themselves", automaticDelays),
  "al2023-sensitive": yum("AMAZON_LINUX_2023", reviewed, atOnce),
  "al2023-default": yum("AMAZON_LINUX_2023", fallback, atOnce, { default: true }),
  "al2023-kernel": kernel("AMAZON_LINUX_2023"),
  "windows-auto": windows("security and critical updates, installed by themselves"),
  "windows-sensitive": windows("security and critical updates, for scans"),
  "windows-default": windows(fallback, { default: true }),
};
