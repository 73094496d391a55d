import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { peakMebibytes } from "../child.ts";
import type { Onboarding } from "./inputs.ts";
import { answerVariable, type ProgramTask, taskVariable } from "./task.ts";

/*
 * `main` of the measured projects: the engine's runner imports it in a process of its own, which holds nothing but the
 * SDK and one of the programs. When that process ends, it leaves its highest memory in a file.
 */

const task = JSON.parse(process.env[taskVariable] ?? "") as ProgramTask;

process.once("exit", () => {
  writeFileSync(process.env[answerVariable] ?? "", String(peakMebibytes()));
});

if (task.program === "whole") {
  // The whole checked-in program, as index.ts runs it, on the stack file and the fleet of another root.
  const [
    { loadPlane },
    { loadOnboardingScripts },
    { buildFunctionCode },
    { loadReportSql },
    { program },
    { makeProviders },
  ] = await Promise.all([
    import("../../config/load.ts"),
    import("../../config/onboardingScripts.ts"),
    import("../../config/functionCode.ts"),
    import("../../config/reportSql.ts"),
    import("../../program.ts"),
    import("../../providers.ts"),
  ]);
  const plane = loadPlane(task.root);
  const scripts = loadOnboardingScripts(task.checkout);
  const functions = buildFunctionCode(task.checkout);
  program(plane, makeProviders(plane), scripts, functions, loadReportSql(task.checkout));
} else if (task.program === "bare") {
  const { registerBare } = await import("./bare.ts");
  registerBare(task.root);
} else {
  const onboarding = JSON.parse(readFileSync(join(task.root, "onboarding.json"), "utf8")) as Onboarding;
  const programs = {
    component: () => import("./component.ts"),
    naive: () => import("./naive.ts"),
    floor: () => import("./floor.ts"),
  };
  const { register } = await programs[task.program]();
  register(onboarding);
}
