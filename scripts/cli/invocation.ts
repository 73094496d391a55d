import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { faultReport } from "../../config/faultReport.ts";
import { readPlane } from "../../config/file.ts";
import { suggest } from "../../config/nearest.ts";
import { projectFiles, type ProjectFiles } from "../../config/projectFiles.ts";
import { environmentsOf, stackFileName } from "../../config/stackName.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { azureEndpoint, azureEndpointVariable } from "../../operations/azure/endpoint.ts";
import type { Scope } from "../../operations/fleetNodes.ts";
import { stepsFor } from "./progress.ts";

/** Something in the command line or the configuration that a person has to correct: exit code 2. */
export class UsageError extends Error {
  /** @param files - those the faults are in, to show their lines */
  constructor(faults: readonly Fault[], files: Pick<ProjectFiles, "read"> = { read: () => undefined }) {
    super(faultReport(faults, files));
    this.name = "UsageError";
  }
}

/** Options that every command about servers has. */
export interface ScopeOptions {
  /** Folder of stack files, fleet and approvals, instead of the project's own. */
  readonly cwd?: string;
  readonly stack?: string;
  readonly location?: readonly string[];
  readonly group?: readonly string[];
  readonly json?: boolean;
}

/** A command's plane and what of it is looked at. */
export interface Invocation {
  readonly stack: string;
  readonly plane: Plane;
  readonly scope: Scope;
}

/** Collects an option that may be given several times. */
export function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

const instantPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Reads an option that is an instant. */
export function instant(text: string): Date {
  const date = new Date(text);
  if (!instantPattern.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError("allowed: an ISO 8601 instant with its zone, e.g. 2026-12-01T12:00:00Z");
  }
  return date;
}

export function chosenStack(root: string, given: string | undefined, option = "--stack"): string {
  const known = environmentsOf(projectFiles(root));
  const [only] = known;
  if (only === undefined) {
    const message = "no stack file (Pulumi.<stack>.yaml) in the folder";
    throw new UsageError([{ path: "--cwd", message, value: root, fix: "name the project's folder" }]);
  }
  if (given === undefined && known.length > 1) {
    const allowed = known.join(", ");
    throw new UsageError([{ path: option, message: "there are several stacks", allowed, fix: "name one" }]);
  }
  const stack = given ?? only;
  if (known.includes(stack)) return stack;
  const message = `there is no ${stackFileName(stack)}`;
  throw new UsageError([{ path: option, message, value: stack, ...suggest(stack, known) }]);
}

function unknownNames(
  option: string,
  given: readonly string[] | undefined,
  known: readonly string[],
): readonly Fault[] {
  return (given ?? [])
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: option, message: "not in this stack", value: name, ...suggest(name, known) }));
}

/**
 * Reads the plane and checks every option against it, so that all that is wrong is said at once.
 * @param projectRoot - where this project is
 * @throws UsageError with every fault
 */
export function openInvocation(projectRoot: string, options: ScopeOptions): Invocation {
  const root = options.cwd === undefined ? projectRoot : resolve(options.cwd);
  const stack = chosenStack(root, options.stack);
  const resolved = readPlane(root, stack);
  if ("faults" in resolved) throw new UsageError(resolved.faults, projectFiles(root));
  const { plane } = resolved;
  const azure = azureEndpoint(process.env[azureEndpointVariable]);
  const faults = [
    ...unknownNames("--location", options.location, Object.keys(plane.locations).sort()),
    ...unknownNames("--group", options.group, Object.keys(plane.groups).sort()),
    ...("fault" in azure ? [azure.fault] : []),
  ];
  if (faults.length > 0 || "fault" in azure) throw new UsageError(faults);
  return {
    stack,
    plane,
    scope: {
      azure,
      runSteps: stepsFor(options),
      ...(options.location === undefined ? {} : { locations: options.location }),
      ...(options.group === undefined ? {} : { groups: options.group }),
    },
  };
}
