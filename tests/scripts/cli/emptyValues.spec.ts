import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Command, CommanderError, type Option } from "commander";
import { UsageError } from "../../../scripts/cli/usageError.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = join(root, "scripts", "commands");

type Add = (program: Command, root: string) => void;

/** The whole command line, of every file that adds a command. */
async function everyCommand(): Promise<Command> {
  const program = new Command("patchplane").exitOverride().configureOutput({ writeErr: () => undefined });
  for (const file of readdirSync(folder)) {
    const exports = Object.entries((await import(join(folder, file))) as Record<string, unknown>);
    for (const [name, add] of exports) if (/^add[A-Z]/.test(name)) (add as Add)(program, root);
  }
  return program;
}

/** Options of one and several values whose value is a file, a folder or what may be either. */
function placesOf({ options }: Command): readonly Option[] {
  return options.filter(({ flags }) => /<(file|folder|path|place|source)>/.test(flags));
}

/** What a command line is refused for: by the command, or by an option's own check of its value. */
async function refusals(program: Command, args: readonly string[]): Promise<readonly string[]> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof UsageError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    if (error instanceof CommanderError && error.code === "commander.invalidArgument") return [error.message];
    throw error;
  }
  throw new Error(`${args.join(" ")} was taken`);
}

describe("a path that is empty", () => {
  it("is a usage fault of every option that takes one, before anything is read or written", async () => {
    const names = (await everyCommand()).commands.map((command) => command.name());
    const seen: string[] = [];
    for (const name of names) {
      const found = (await everyCommand()).commands.find((command) => command.name() === name);
      for (const option of found === undefined ? [] : placesOf(found)) {
        const program = await everyCommand();
        const mandatory = found?.options.filter((each) => each.mandatory && each !== option) ?? [];
        const needed = [
          ...(found?.registeredArguments.map(({ argChoices }) => argChoices?.[0] ?? "x") ?? []),
          ...mandatory.flatMap(({ long }) => [long ?? "", "x"]),
        ];
        const path = option.long ?? "";
        const others = found?.options.filter(({ mandatory, long }) => mandatory && long !== path) ?? [];
        const given = others.flatMap(({ long = "" }) => [long, "x"]);
        const [refused = ""] = await refusals(program, [name, ...needed, ...given, path, ""]);
        const own = path === "--calendar" ? "argument '' is invalid" : `${path}: is empty`;
        expect(refused, `${name} ${path}`).to.include(own);
        seen.push(`${name} ${path}`);
      }
    }
    expect(seen).to.include.members(["collect --store", "report --site", "report --output", "status --cwd"]);
  });

  it("is one as an argument, and every one is said at once", async () => {
    const args = ["plan", "", "..", "--cwd", "", "--calendar", "a.md"];
    expect(await refusals(await everyCommand(), args)).to.deep.equal([
      "--cwd: is empty",
      "command line: an argument is empty",
    ]);
  });
});
