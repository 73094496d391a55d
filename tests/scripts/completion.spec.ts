import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { folderOfAll } from "../harness/folders.ts";
import { patchplane, projectCopy } from "./commandFixture.ts";

const run = promisify(execFile);

/** Has bash complete lines as it does when Tab is pressed, one after the other; prints the replies, a line each. */
const driver = `
source "$1"
shift
for line in "$@"; do
  COMP_LINE="$line" COMP_POINT=\${#line}
  read -r -a COMP_WORDS <<< "$line"
  case "$line" in *' ') COMP_WORDS+=('');; esac
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  specification="$(complete -p "\${COMP_WORDS[0]}")"
  function="\${specification#*-F }"
  "\${function%% *}"
  echo "\${COMPREPLY[*]}"
done
`;

describe("patchplane completion, the command", function () {
  const folder = folderOfAll(projectCopy);
  let script: string;
  const home = folderOfAll();

  async function completed(...lines: readonly string[]): Promise<readonly string[]> {
    const env = { PATH: process.env["PATH"] ?? "", HOME: home() };
    const { stdout, stderr } = await run("bash", ["--norc", "-c", driver, "bash", script, ...lines], {
      env,
      cwd: folder(),
    });
    expect(stderr).to.equal("");
    return stdout.split("\n").slice(0, -1);
  }

  before(async () => {
    const ended = await patchplane(folder(), "http://127.0.0.1:1", ["completion", "bash"]);
    expect(ended).to.include({ code: 0, stderr: "" });
    script = join(home(), "completion.bash");
    await writeFile(script, ended.stdout);
  });

  it("completes the formats of every command that shows a document", async () => {
    const commands = ["plan", "status", "tags", "explain", "accounts", "changed"];
    const offered = await completed(...commands.map((name) => `patchplane ${name} --format `));
    expect(offered).to.deep.equal(commands.map(() => "text markdown html csv json"));
  });

  it("completes commands, their options and fixed words in bash", async () => {
    expect(
      await completed("patchplane sta", "patchplane explain --js", "patchplane completion ", "patchplane t"),
    ).to.deep.equal(["status", "--json", "bash zsh fish", "tags"]);
    const [all = ""] = await completed("patchplane ");
    expect(all.split(" ")).to.include.members(["status", "tags", "explain", "init", "completion", "--help"]);
  });

  it("completes names from the files, presets among them, after their options", async () => {
    const vms = "/subscriptions/00000000-0000-4000-8000-00000000000d/";
    const replies: Readonly<Record<string, string>> = {
      "patchplane status --stack ": "test",
      "patchplane status -l ": "euw1 use1",
      "patchplane status --stack test --group prod-": "prod-auto prod-sensitive prod-windows",
      "patchplane explain mw-k": "mw-kernel",
      "patchplane explain web": "web-1 web-2 web-3",
      [`patchplane explain ${vms}`]: `${vms}resourcegroups/rg-data/providers/microsoft.compute/virtualmachines/data-1`,
      "patchplane init two --copy-from t": "test",
      "patchplane status --as-of ": "",
    };
    expect(await completed(...Object.keys(replies))).to.deep.equal(Object.values(replies));
  });

  it("completes behind npx, folders after --cwd, and names with a colon, at which bash parts words", async () => {
    const fleet = join(folder(), "fleet", "test.csv");
    const text = await readFile(fleet, "utf8");
    await writeFile(
      fleet,
      `${text.trimEnd()}\nasg:workers,workers,aws,use1,us-east-1,ubuntu,22.04,x86_64,prod-auto,test,,,,,,,2\n`,
    );
    const replies = await completed(
      "npx patchplane ini",
      "npx cowsay ",
      "patchplane tags --cwd rend",
      "patchplane explain asg:w",
    );
    await writeFile(fleet, text);
    expect(replies).to.deep.equal(["init", "", "render", "workers"]);
  });

  it("offers no name that a shell would read as more than a word", async () => {
    const file = join(folder(), "Pulumi.test.yaml");
    const text = await readFile(file, "utf8");
    const names = [
      "a;touch x",
      "a$(touch x)",
      "a`touch x`",
      "a&b",
      "a|b",
      "a b",
      "a'b",
      'a"b',
      "a>b",
      "a*",
      "a\\b",
      "-a",
      "a-1",
    ];
    const groups = names.map((name) => `    ${JSON.stringify(name)}: {}`).join("\n");
    await writeFile(file, `config:\n  patchplane:groups:\n${groups}\n`);
    const replies = await completed("patchplane status --stack test --group a", "patchplane explain a");
    await writeFile(file, text);
    expect(replies).to.deep.equal(["a-1", "a-1"]);
  });

  it("says nothing when the files are broken", async () => {
    const file = join(folder(), "Pulumi.test.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, "config: [\n");
    const replies = await completed("patchplane status --location ", "patchplane status --stack ");
    await writeFile(file, text);
    expect(replies).to.deep.equal(["", "test"]);
  });

  it("has a script for zsh and fish, and ends with 2 for another shell", async () => {
    for (const [shell, text] of [
      ["zsh", "compdef _patchplane patchplane"],
      ["fish", "complete -c $program"],
    ] as const) {
      const ended = await patchplane(folder(), "http://127.0.0.1:1", ["completion", shell]);
      expect(ended).to.include({ code: 0, stderr: "" });
      expect(ended.stdout).to.contain(text);
    }
    const other = await patchplane(folder(), "http://127.0.0.1:1", ["completion", "tcsh"]);
    expect(other.code).to.equal(2);
    expect(other.stderr).to.contain("Allowed choices are bash, zsh, fish");
  });
});
