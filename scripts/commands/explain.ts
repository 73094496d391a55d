import { Argument, type Command } from "commander";
import { readPlane } from "../../config/file.ts";
import { nearest } from "../../domain/nearest.ts";
import { readOrigins } from "../../config/origins.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { environmentsOf } from "../../config/stackFile.ts";
import { explained } from "../../domain/explain/explanation.ts";
import { subjectNames, subjectsOf, type Subject, type SubjectKind } from "../../domain/explain/subjects.ts";
import type { Fault, Finding } from "../../domain/fault.ts";
import { locationNameOf } from "../../domain/fleet/placement.ts";
import type { Plane } from "../../domain/plane.ts";
import { firstOf } from "../../domain/text.ts";
import { explainDocument, explainJson } from "../../render/explain/explainDocument.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { chosenStack } from "../cli/invocation.ts";
import { placeOf, shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { UsageError } from "../cli/usageError.ts";

interface StackPlane {
  readonly stack: string;
  readonly plane: Plane;
  readonly warnings: readonly Finding[];
}

interface Found extends StackPlane {
  readonly subject: Subject;
}

const mostAlternatives = 10;
const kinds: readonly SubjectKind[] = ["server", "window", "group"];

/** A name may say what it stands for, as in `window:mw-kernel`. */
function asked(text: string): { readonly kind?: SubjectKind; readonly name: string } {
  const kind = kinds.find((known) => text.startsWith(`${known}:`));
  return kind === undefined ? { name: text } : { kind, name: text.slice(kind.length + 1) };
}

/**
 * The planes of the stack that was named, or of all that can be read: a fault in one stack need not hide what another
 * one says.
 */
function readStacks(root: string, given: string | undefined): readonly StackPlane[] {
  const stacks = given === undefined ? environmentsOf(projectFiles(root)) : [chosenStack(root, given)];
  if (stacks.length === 0) chosenStack(root, given);
  const faults: Fault[] = [];
  const planes = stacks.flatMap((stack) => {
    const resolved = readPlane(root, stack);
    if ("plane" in resolved) return [{ stack, ...resolved }];
    faults.push(...resolved.faults);
    return [];
  });
  if (planes.length === 0) throw new UsageError(faults, projectFiles(root));
  if (faults.length > 0) {
    const broken = stacks.filter((stack) => planes.every((plane) => plane.stack !== stack));
    say(`not looked at, because of faults: ${broken.join(", ")} (name it by --stack to see them)\n`);
  }
  return planes;
}

function shown({ stack, subject, plane }: Found): string {
  switch (subject.kind) {
    case "group":
      return `group:${subject.group.name} (stack ${stack})`;
    case "window":
      return `window:${subject.window.name} (stack ${stack})`;
    case "server":
      return `${subject.server.id} (stack ${stack}, location ${locationNameOf(plane, subject.server)})`;
  }
}

function theOne(text: string, found: readonly Found[], planes: readonly StackPlane[]): Found {
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const path = "name";
  if (one === undefined) {
    const known = [...new Set(planes.flatMap(({ plane }) => subjectNames(plane)))];
    const near = nearest(asked(text).name, known);
    const stacks = planes.map(({ stack }) => stack).join(", ");
    const message = `no server, window or patch group of that name in ${stacks}`;
    const fix =
      near === undefined ? "give a name or id as in the fleet file or the stack file" : `did you mean "${near}"?`;
    throw new UsageError([{ path, message, value: text, fix }]);
  }
  const allowed = firstOf(found.map(shown), mostAlternatives);
  const fix = "name one of them, with --stack or --location where that is what tells them apart";
  throw new UsageError([{ path, message: "stands for several things", value: text, allowed, fix }]);
}

function resolve({ root, options, names: [text = ""] }: FleetCall<SharedOptions>): Found {
  const planes = readStacks(root, options.stack);
  const { kind, name } = asked(text);
  const found = planes.flatMap((stack) =>
    subjectsOf(stack.plane, name, { kind, locations: options.location }).map((subject) => ({ ...stack, subject })),
  );
  return theOne(text, found, planes);
}

/** Adds `patchplane explain`. */
export function addExplain(program: Command, root: string): void {
  fleetCommand<SharedOptions, Found>(program, root, {
    name: "explain",
    arguments: [new Argument("<name>", "a server's name or id (i-…, asg:…, ARM id, vmId), a window or a patch group")],
    summary: "what happens to a server, window or patch group, when and why, from file and line",
    description:
      "Says in words what the stack files do to a server, a maintenance window or a patch group. Reads the files and " +
      "asks no cloud. Where a name stands for several things, write server:…, window:… or group:… before it.",
    options: [
      shared.cwd(),
      shared.stack("only this stack file; all of them when left out"),
      shared.locations("only servers of this location; may be repeated"),
      shared.asOf("what counts as the present (default: now)"),
      ...shared.format(),
    ],
    exitCodes: "0 explained; 2 usage or configuration, no such name, or several.",
    examples: [
      "npx patchplane explain p-euw1-web-001 --stack prod",
      "npx patchplane explain mw-install-auto --stack prod",
      "npx patchplane explain group:prod-sensitive --stack prod --json",
    ],
    resolve,
    run: (found, { root: project, options, asOf }) => {
      const { stack, plane, subject, warnings } = found;
      const facts = explained(plane, subject, asOf, warnings, readOrigins(projectFiles(project), stack));
      return {
        json: () => explainJson(stack, asOf, facts),
        shown: () => [explainDocument(placeOf(stack, options), asOf, facts)],
      };
    },
  });
}
