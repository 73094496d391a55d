import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import manifest from "../../package.json" with { type: "json" };
import { commandLines, optionsOf } from "./commandLines.ts";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

async function printed(...args: readonly string[]): Promise<string> {
  return (await run(process.execPath, args, { cwd: root, env: { HOME: tmpdir() } })).stdout;
}

/** The commands and options that fish is told of, which are made of the command line itself. */
async function patchplaneOptions(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const script = await printed(join(root, "scripts", "patchplane.ts"), "completion", "fish");
  const commands = [...script.matchAll(/__patchplane_at ""' -a ([a-z-]+)/g)].map(([, name = ""]) => name);
  return new Map(
    commands.map((name) => {
      const lines = script.split("\n").filter((line) => line.includes(`'__patchplane_at ${name}'`));
      const long = lines.flatMap((line) => / -l ([a-z-]+)/.exec(line)?.[1] ?? []).map((option) => `--${option}`);
      const short = lines.flatMap((line) => / -s ([a-zA-Z])\b/.exec(line)?.[1] ?? []).map((option) => `-${option}`);
      return [name, new Set([...long, ...short])];
    }),
  );
}

/** What a command says of its options. */
function optionsIn(help: string): readonly string[] {
  return [...help.matchAll(/^ +(?:(-[a-zA-Z]), )?(--[a-z-]+)/gm)].flatMap(([, short, long = ""]) =>
    short === undefined ? [long] : [short, long],
  );
}

describe("a command that a page, a message or a comment tells somebody to type", function () {
  it("is one of patchplane's, with options that it has", async () => {
    const known = await patchplaneOptions();
    const lines = commandLines("patchplane").filter(({ words }) => /^[a-z]/.test(words[0] ?? ""));
    expect(lines.length).to.be.greaterThan(100);
    const wrong = lines.flatMap(({ at, words }) => {
      const [name = ""] = /^[a-z-]+/.exec(words[0] ?? "") ?? [];
      const options = known.get(name);
      if (options === undefined) return [`${at}: no command ${name}`];
      return optionsOf(words).flatMap((option) => (options.has(option) ? [] : [`${at}: ${name} has no ${option}`]));
    });
    expect(wrong).to.deep.equal([]);
  });

  it("is in the table of docs/commands.md, which says of each command what it is for and which have no --format", async () => {
    const known = await patchplaneOptions();
    const page = await readFile(join(root, "docs", "commands.md"), "utf8");
    const [table = ""] = /\| command +\| what +\|\n(?:\|.*\n)+/.exec(page) ?? [];
    const told = [...table.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) +\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = ""]) => name),
    );
    expect(told).to.have.members([...known.keys()]);
    const [, without = ""] = /`--format` is of every command but ([^:]*):/.exec(page) ?? [];
    const formless = [...known].filter(([, options]) => !options.has("--format")).map(([name]) => name);
    expect([...without.matchAll(/`([a-z-]+)`/g)].map(([, name = ""]) => name)).to.have.members(formless);
  });

  it("is a script of package.json, with options that it has", async () => {
    const scripts: Readonly<Record<string, string>> = manifest.scripts;
    const lines = commandLines("npm").map(({ at, words }) => {
      const [name = ""] = /^[a-z:-]+/.exec(words[0] ?? "") ?? [];
      return { at, name, rest: words[1] === "--" ? words.slice(2) : [] };
    });
    expect(lines.length).to.be.greaterThan(40);
    expect(lines.filter(({ name }) => scripts[name] === undefined)).to.deep.equal([]);

    // The Pulumi CLI's own commands and options are compared with that CLI, in the engine's suite.
    const withOptions = lines.filter(({ name, rest }) => name !== "pulumi" && optionsOf(rest).length > 0);
    const calls = Map.groupBy(withOptions, ({ name }) => (scripts[name] ?? "").split(" ").slice(1).join(" "));
    expect(calls.size).to.be.greaterThan(3);
    await Promise.all(
      [...calls].map(async ([call, called]) => {
        const options = optionsIn(await printed(...call.split(" "), "--help"));
        for (const { at, rest } of called) expect(options, at).to.include.members([...optionsOf(rest)]);
      }),
    );
  });

  it("tells what it is for, and does nothing, where a script without options is asked for help", async () => {
    const names = ["guard", "inventory", "golden", "picture", "engine"] as const;
    await Promise.all(
      names.map(async (name) => {
        const help = await printed(...manifest.scripts[name].split(" ").slice(1), "--help");
        expect(help).to.match(new RegExp(`^Usage: npm run ${name} -- \\[options\\]\n\n\\w`));
      }),
    );
  });
});
