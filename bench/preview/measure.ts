import { join } from "node:path";
import { loadOnboardingScripts, type OnboardingScripts } from "../../config/onboardingScripts.ts";
import { resolveEngine, type Engine } from "../../engine/resolve.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Server } from "../../domain/server.ts";
import { drawFleet, startCloud, worldFromPlane } from "../../simulator/index.ts";
import type { PreviewFigures, PreviewRound, WholeFigures } from "../results.ts";
import { benchTime, type Session } from "../project.ts";
import type { Onboarding } from "./inputs.ts";
import { openPreviewProject, type Preview, type PreviewProject } from "./project.ts";
import { comparedPrograms, type ComparedProgram } from "./task.ts";

/** Resources beside those of the VMs: the stack and its two providers. */
const besides = 3;

/** Resources that a preview of each program must show: the component adds itself and one component per VM. */
function expectedCreates(program: ComparedProgram, vms: number): number {
  return besides + 2 * vms + (program === "component" ? 1 + vms : 0);
}

/** Previews once with every program, so that nothing is loaded from a cold disk later, and compares their inputs. */
async function warmUp(project: PreviewProject): Promise<void> {
  const digests = new Map<ComparedProgram, string>();
  for (const program of comparedPrograms) digests.set(program, await project.inputsDigest(program));
  if (new Set(digests.values()).size !== 1) {
    const list = [...digests].map(([program, digest]) => `${program}: ${digest}`).join(", ");
    throw new Error(`the programs send different inputs, so they cannot be compared: ${list}`);
  }
}

/** The order of a round: each program comes first in turn. */
function orderOf(round: number): readonly ComparedProgram[] {
  const first = round % comparedPrograms.length;
  return [...comparedPrograms.slice(first), ...comparedPrograms.slice(0, first)];
}

async function measureSize(session: Session, project: PreviewProject, vms: number): Promise<PreviewFigures> {
  const rounds: PreviewRound[] = [];
  for (let round = 0; round < session.rounds; round += 1) {
    const costs: Partial<Record<ComparedProgram, PreviewRound[ComparedProgram]>> = {};
    for (const program of orderOf(round)) {
      const what = `preview of ${String(vms)} VMs, round ${String(round + 1)} of ${String(session.rounds)}`;
      session.progress(`${what}, ${program}`);
      const { creates, ...cost } = await project.preview(program);
      const wanted = expectedCreates(program, vms);
      if (creates !== wanted) throw new Error(`${what}, ${program}: ${String(creates)} creates, not ${String(wanted)}`);
      costs[program] = cost;
    }
    rounds.push(costs as PreviewRound);
  }
  return { vms, rounds };
}

/** Previews of the whole checked-in stack, each beside one of as many bare resources. */
async function measureWhole(session: Session, project: PreviewProject): Promise<WholeFigures> {
  session.progress("warm-up with the checked-in stack");
  await project.keepBare();
  const rounds: WholeFigures["rounds"][number][] = [];
  let resources = 0;
  for (let round = 0; round < session.rounds; round += 1) {
    session.progress(`preview of the checked-in stack, round ${String(round + 1)} of ${String(session.rounds)}`);
    const order = round % 2 === 0 ? (["whole", "bare"] as const) : (["bare", "whole"] as const);
    const costs: Partial<Record<"whole" | "bare", Preview>> = {};
    for (const program of order) costs[program] = await project.preview(program);
    const { whole, bare } = costs as Record<"whole" | "bare", Preview>;
    if (whole.creates !== bare.creates)
      throw new Error(`the whole program makes ${String(whole.creates)} resources, the bare ${String(bare.creates)}`);
    resources = whole.creates;
    rounds.push({ whole, bare });
  }
  return { resources, rounds };
}

/**
 * So many VMs with the shape of the plane's own, all in its first subscription that onboards by VM extension: the
 * naive program knows no other method.
 *
 * @throws Error when the plane has no such subscription
 */
function drawOnboarding(plane: Plane, scripts: OnboardingScripts, vms: number, seed: number): Onboarding {
  const subscription = Object.values(plane.subscriptions).find((each) => each.onboarding === "customScript");
  const location = subscription === undefined ? undefined : plane.locations[subscription.location];
  if (subscription === undefined || location === undefined) {
    throw new Error("no subscription of the stack onboards by customScript");
  }
  const shape = plane.fleet.filter(
    (server) => server.site === subscription.name && server.azure?.onboardingMethod === "customScript",
  );
  const servers = drawFleet(shape, { servers: vms, seed });
  return { subscription, location, servers, hybridRoleName: "patchplane-bench-hybrid-node", scripts };
}

function azureRows({ fleet }: Plane): readonly Server[] {
  return fleet.filter(({ cloud }) => cloud === "azure");
}

/**
 * Previews of the compared programs at each size, interleaved, all on one engine and one embedded cloud without
 * machines: a preview reads no server. Then those of the checked-in stack as a whole.
 */
export async function measurePreviews(
  session: Session,
  sizes: readonly number[],
): Promise<{ readonly compared: readonly PreviewFigures[]; readonly whole: WholeFigures }> {
  const { checkout, plane, seed, progress } = session;
  const engine: Engine = await resolveEngine(progress);
  const world = { ...worldFromPlane(plane, { seed }), machines: [] };
  const cloud = await startCloud({ world, now: new Date(benchTime), seed });
  try {
    const figures: PreviewFigures[] = [];
    for (const vms of sizes) {
      const onboarding = drawOnboarding(plane, loadOnboardingScripts(checkout), vms, seed);
      const root = join(session.folder, `vms-${String(vms)}`);
      const project = await openPreviewProject(session, { engine, cloudUrl: cloud.url }, root, onboarding);
      if (figures.length === 0) {
        progress(`warm-up with ${String(vms)} VMs`);
        await warmUp(project);
      }
      figures.push(await measureSize(session, project, vms));
    }
    const fleet = { ...drawOnboarding(plane, loadOnboardingScripts(checkout), 1, seed), servers: azureRows(plane) };
    const whole = await openPreviewProject(
      session,
      { engine, cloudUrl: cloud.url },
      join(session.folder, "whole"),
      fleet,
    );
    return { compared: figures, whole: await measureWhole(session, whole) };
  } finally {
    await cloud.close();
  }
}
