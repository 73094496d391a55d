import { expect } from "chai";
import { resolveEngine } from "../../engine/resolve.ts";
import { commandLines, optionsOf } from "../docs/commandLines.ts";
import { ended } from "./command.ts";

describe("a pulumi command that a page, a message or a comment tells somebody to type", function () {
  it("is one of the CLI's, with options that it has", async () => {
    const engine = await resolveEngine(() => undefined);
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const helps = new Map<string, string>();
    async function help(path: readonly string[]): Promise<string> {
      const key = path.join(" ");
      const text = helps.get(key) ?? (await ended(engine.path, [...path, "--help"], process.cwd(), env)).text;
      helps.set(key, text);
      return text;
    }

    const wrong: string[] = [];
    const inSandbox = commandLines("npm").flatMap(({ at, words: [script, dashes, ...words] }) =>
      script === "pulumi" && dashes === "--" && /^[a-z]/.test(words[0] ?? "")
        ? [{ at, words: words.filter((word) => word !== "--checkpoints") }]
        : [],
    );
    expect(inSandbox.length).to.be.greaterThan(4);
    const lines = [...commandLines("pulumi"), ...inSandbox];
    expect(lines.length).to.be.greaterThan(40);
    for (const { at, words } of lines) {
      const named = words.map((word) => /^[a-z-]+/.exec(word)?.[0] ?? "");
      const hasCommands = (await help(named.slice(0, 1))).includes("\nAvailable Commands:");
      const path = named.slice(0, hasCommands && /^[a-z]/.test(named[1] ?? "") ? 2 : 1);
      const text = await help(path);
      // Of a command that it does not know below another, the CLI shows the help of that.
      const unknown = !text.includes("\nUsage:") || text === (await help(path.slice(0, -1)));
      if (unknown) wrong.push(`${at}: no command ${path.join(" ")}`);
      const options: readonly string[] = text.match(/(?<=^\s+(?:-[a-zA-Z], )?)--?[a-zA-Z-]+/gm) ?? [];
      for (const option of optionsOf(words)) {
        if (!options.includes(option)) wrong.push(`${at}: ${path.join(" ")} has no ${option}`);
      }
    }
    expect(wrong).to.deep.equal([]);
  });
});
