import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { peakMebibytes } from "../cost.ts";
import type { Onboarding } from "./onboarding.ts";
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
  const { register } = await import("./programs/whole.ts");
  register(task.root, task.checkout);
} else {
  const onboarding = JSON.parse(readFileSync(join(task.root, "onboarding.json"), "utf8")) as Onboarding;
  const programs = {
    component: () => import("./programs/component.ts"),
    naive: () => import("./programs/naive.ts"),
    floor: () => import("./programs/floor.ts"),
  };
  const { register } = await programs[task.program]();
  register(onboarding);
}
