import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { startCloud, type Cloud } from "../../simulator/index.ts";
import { root } from "../config/sources.ts";
import { openStack, type DeployedOutputs, type Stack } from "../../rehearsal/stack.ts";
import type { Evidence, Observation } from "./evidence.ts";
import { observe } from "./observe.ts";
import type { Scenario } from "./scenario.ts";

interface Step {
  readonly at: Date;
  readonly act: () => Promise<void>;
}

const scripts = loadOnboardingScripts(root);

async function observed(cloud: Cloud, scenario: Scenario): Promise<Observation> {
  const at = cloud.now();
  const plane = scenario.deployments.findLast((deployment) => deployment.at <= at)?.plane;
  if (plane === undefined) throw new Error("nothing is deployed yet");
  return { at, decided: cloud.journal.entries.length, ...(await observe(cloud.url, plane, at)) };
}

/** Deploys and observes at their dates; of one date, deploys first. */
async function play(cloud: Cloud, stack: Stack, scenario: Scenario): Promise<Omit<Evidence, "scenario" | "journal">> {
  let outputs: DeployedOutputs = { locations: {} };
  const observations: Observation[] = [];
  const deploys = scenario.deployments.map(({ at, plane }): Step => {
    return {
      at,
      act: async () => {
        outputs = await stack.deploy(plane);
      },
    };
  });
  const looks = scenario.lookAt.map((at): Step => {
    return { at, act: async () => void observations.push(await observed(cloud, scenario)) };
  });
  const steps = [...deploys, ...looks].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  for (const { at, act } of steps) {
    await cloud.advanceTo(at);
    await act();
  }
  return { outputs, observations };
}

/** Plays a scenario in an embedded cloud of its own, and returns what it left behind. */
export async function runScenario(scenario: Scenario): Promise<Evidence> {
  const { world, span, seed } = scenario;
  const cloud = await startCloud({ world, now: span.start, seed });
  try {
    const played = await play(cloud, openStack(cloud.url, scripts), scenario);
    return { scenario, ...played, journal: [...cloud.journal.entries] };
  } finally {
    await cloud.close();
  }
}
