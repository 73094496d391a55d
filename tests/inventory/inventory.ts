import { join } from "node:path";
import { readPlane } from "../../config/file.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { loadReportSql } from "../../config/reportSql.ts";
import { formatFault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { program } from "../../program.ts";
import { makeProviders } from "../../providers.ts";
import { settled, startMocks, type MockOutputs, type RecordedResource } from "../harness/mocks.ts";

const root = join(import.meta.dirname, "..", "..");

/** File that holds the inventory of an environment. */
export function inventoryFile(environment: string): string {
  return join(import.meta.dirname, `${environment}.txt`);
}

/** The plane of a checked-in environment. */
export function checkedIn(environment: string): Plane {
  const read = readPlane(root, environment);
  if ("faults" in read) throw new Error(read.faults.map(formatFault).join("\n"));
  return read.plane;
}

/**
 * Everything the whole program registers for a checked-in environment, under mocks.
 * @param outputs - further computed outputs by resource
 */
export async function registered(environment: string, outputs?: MockOutputs): Promise<readonly RecordedResource[]> {
  const plane = checkedIn(environment);
  const recorder = await startMocks(outputs);
  const functions = { runReporter: "runReporter.mjs" };
  program(plane, makeProviders(plane), loadOnboardingScripts(root), functions, loadReportSql(root));
  await settled();
  return recorder.resources;
}

function lastPart(urn: string): string {
  return urn === "" ? "-" : (urn.split("::").at(-1) ?? "-");
}

/** Name of the provider a resource is managed by. */
export function providerName(resource: RecordedResource): string {
  return lastPart(resource.provider.split("::").slice(0, -1).join("::"));
}

/** One line per resource: type, name, parent, provider; sorted, so a lost or renamed one is one line of a diff. */
export function inventoryText(resources: readonly RecordedResource[]): string {
  const lines = resources.map((resource) =>
    [resource.type, resource.name, lastPart(resource.parent), resource.custom ? providerName(resource) : "-"].join(
      "  ",
    ),
  );
  return `${lines.sort().join("\n")}\n`;
}
