import { buildFunctionCode } from "./config/functionCode.ts";
import { loadPlane } from "./config/load.ts";
import { loadOnboardingScripts } from "./config/onboardingScripts.ts";
import { loadReportSql } from "./config/reportSql.ts";
import { program } from "./program.ts";
import { makeProviders } from "./providers.ts";

const root = import.meta.dirname;
const plane = loadPlane(root);

/** What an operator needs of each location and each subscription; see {@link program}. */
export const { locations, subscriptions } = program(
  plane,
  makeProviders(plane),
  loadOnboardingScripts(root),
  buildFunctionCode(root),
  loadReportSql(root),
);
