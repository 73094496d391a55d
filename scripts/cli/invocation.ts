import { readPlane } from "../../config/file.ts";
import { suggest } from "../../domain/nearest.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { environmentsOf, stackFileName } from "../../config/stackFile.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { azureEndpoint, azureEndpointVariable, type AzureEndpoint } from "../../operations/azure/endpoint.ts";
import type { Scope } from "../../operations/fleetNodes.ts";
import type { Place } from "../../render/commands.ts";
import type { Call } from "./command.ts";
import { placeOf, type SharedOptions } from "./options.ts";
import { stepsFor } from "./progress.ts";
import { UsageError } from "./usageError.ts";

/** A command's plane and what of it is looked at. */
export interface Invocation {
  readonly stack: string;
  readonly plane: Plane;
  readonly scope: Scope;
  /** Where a command that is told to type finds the same stack. */
  readonly place: Place;
}

/**
 * The stack that was named, or the only one there is.
 * @param root - the folder of stack files
 * @param option - the one it is named by
 * @throws UsageError when there is no such stack, or no way to tell
 */
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
 * Where Azure is.
 * @throws UsageError where the environment names what no token may be sent to
 */
export function openAzure(): AzureEndpoint {
  const azure = azureEndpoint(process.env[azureEndpointVariable]);
  if ("fault" in azure) throw new UsageError([azure.fault]);
  return azure;
}

/**
 * Reads the plane and checks every option against it, so that all that is wrong is said at once.
 * @throws UsageError with every fault
 */
export function openInvocation({ root, options }: Call<SharedOptions>): Invocation {
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
    place: placeOf(stack, options),
    scope: {
      azure,
      runSteps: stepsFor(options),
      ...(options.location === undefined ? {} : { locations: options.location }),
      ...(options.group === undefined ? {} : { groups: options.group }),
    },
  };
}
