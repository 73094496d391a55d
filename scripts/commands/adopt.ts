import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Argument, Option, type Command } from "commander";
import { adoption } from "../../domain/onboarding/adoption.ts";
import { counted } from "../../domain/text.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { UsageError } from "../cli/usageError.ts";
import { writeAside } from "../cli/writeAside.ts";

interface AdoptOptions extends SharedOptions {
  readonly output: string;
}

async function read(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new UsageError([{ path: "<log>", message, value: file, fix: "name the file that holds the up's output" }]);
  }
}

/** Adds `patchplane adopt`. */
export function addAdopt(program: Command, root: string): void {
  fleetCommand<AdoptOptions, Invocation>(program, root, {
    name: "adopt",
    arguments: [new Argument("<log>", "what the refused pulumi up printed: a file, or - for standard input")],
    summary: "the import file of VMs whose onboarding Azure has and the state does not",
    description:
      "azure-native takes over nothing that it finds on a VM, so an up after a destroy, or with rows that come back, is " +
      "refused for each of them. Reads what such an up printed and writes the file by which one pulumi import takes all " +
      "of them into the state; the next up sends each VM its new activation. Needs no cloud.",
    options: [
      shared.cwd(),
      shared.stack(),
      new Option("-o, --output <file>", "where the import file is written").default("adopt.json"),
    ],
    exitCodes: "0 written; 1 nothing was refused, or something refused is no onboarding of this stack; 2 usage.",
    examples: [
      "pulumi up --stack prod --continue-on-error 2>&1 | tee up.log",
      "npx patchplane adopt up.log --stack prod",
      "pulumi import --stack prod --file adopt.json --protect=false --generate-code=false",
    ],
    resolve: openInvocation,
    run: async ({ stack, plane }, { names: [log = "-"], options }) => {
      const { file, unknown } = adoption(plane, stack, await read(log));
      const count = file.resources.length;
      for (const id of unknown) say(`refused too, and no onboarding of this stack: ${id}\n`);
      if (count === 0) {
        say("the output names no VM of the fleet file whose onboarding was refused; nothing is written\n");
        return { exitCode: exitCodes.findings, shown: "" };
      }
      writeAside(options.output, `${JSON.stringify(file, undefined, 2)}\n`);
      const next = `pulumi import --stack ${stack} --file ${options.output} --protect=false --generate-code=false`;
      return {
        exitCode: unknown.length > 0 ? exitCodes.findings : exitCodes.fine,
        shown: `${options.output} holds the onboarding of ${counted(count, "VM")}; now\n  ${next}\n`,
      };
    },
  });
}
