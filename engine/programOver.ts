import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { join } from "node:path";
import { buildFunctionCode } from "../config/functionCode.ts";
import { loadPlane } from "../config/load.ts";
import { loadOnboardingScripts } from "../config/onboardingScripts.ts";
import { loadReportSql } from "../config/reportSql.ts";
import { program } from "../program.ts";
import { makeProviders } from "../providers.ts";

const projectRoot = join(import.meta.dirname, "..");

/**
 * The program over stack file, fleet and approvals of another folder than the project's own: what index.ts does, with
 * the project's released onboarding scripts and its functions.
 */
export function programOver(root: string): PulumiFn {
  return () => {
    const plane = loadPlane(root);
    const scripts = loadOnboardingScripts(projectRoot);
    const functions = buildFunctionCode(projectRoot);
    return Promise.resolve({
      ...program(plane, makeProviders(plane), scripts, functions, loadReportSql(projectRoot)),
    });
  };
}
