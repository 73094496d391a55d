import { rm } from "node:fs/promises";
import { bringUp, findEngine, openCloud, secondPreview, type Show } from "./deploy.ts";
import { passNights } from "./nights.ts";
import { showPlan } from "./planStep.ts";
import { approveReviewed, deployApproval, installApproved, verifyInstalled } from "./reviewedSteps.ts";
import { collectBefore, reportChanges } from "./reportStep.ts";
import type { DemoRun } from "./run.ts";
import { checkOnboarding, reportStatus } from "./statusSteps.ts";

/** One step: does its part, shows that it goes on, and answers the title that says what came of it. */
export interface DemoStep {
  readonly title: string;
  /** Whether what it shows is told in a pipe too: building an engine takes minutes. @default false */
  readonly talks?: boolean;
  readonly act: (run: DemoRun, show: Show) => Promise<string>;
}

/** The demo, in order. */
export const demoSteps: readonly DemoStep[] = [
  { title: "Pulumi CLI", act: findEngine, talks: true },
  { title: "embedded cloud", act: openCloud },
  { title: "pulumi up", act: bringUp },
  { title: "onboarding", act: checkOnboarding },
  { title: "second preview", act: secondPreview },
  { title: "collect", act: collectBefore },
  { title: "two weeks of windows", act: passNights },
  { title: "status", act: reportStatus },
  { title: "report", act: reportChanges },
  { title: "patchplane plan", act: showPlan },
  { title: "review and approve", act: approveReviewed },
  { title: "merge and deploy", act: deployApproval },
  { title: "the reviewed window", act: installApproved },
  { title: "verify and report", act: verifyInstalled },
];

/** Ends the cloud, and removes the run's folder unless it is to be kept. */
export async function closeDemo(run: DemoRun): Promise<void> {
  await run.cloud?.close();
  if (run.root !== undefined && !run.options.keep) await rm(run.root, { recursive: true, force: true });
}
