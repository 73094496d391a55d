import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { connectPlugin, failureOf } from "./pluginClient.ts";

const bin = fileURLToPath(new URL("../../../simulator/plugins/bin", import.meta.url));

/** Starts a plugin as the engine does, which keeps the other end of its standard input. */
function started(name: string) {
  const path = [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter);
  return spawn(name, ["127.0.0.1:1"], { env: { PATH: path }, stdio: ["pipe", "pipe", "inherit"] });
}

describe("the plugin executables", () => {
  for (const [name, type] of [
    ["pulumi-resource-aws", "aws:ssm/patchGroup:PatchGroup"],
    ["pulumi-resource-azure-native", "azure-native:compute:VirtualMachineExtension"],
  ] as const) {
    it(`are found on PATH, print their port first and answer: ${name}`, async () => {
      const child = started(name);
      try {
        const [line] = (await once(createInterface(child.stdout), "line")) as [string];
        expect(line).to.match(/^\d+$/);
        const plugin = connectPlugin(Number(line), () => child.kill());
        expect((await plugin.check(type, {})).faults.length).to.be.greaterThan(1);
        expect((await failureOf(plugin.configure({ region: "eu-west-1" }))).message).to.include("is");
        plugin.close();
        await once(child, "exit");
      } finally {
        child.kill();
      }
    });

    it(`end by themselves when the engine was killed and cannot tell them to: ${name}`, async () => {
      const child = started(name);
      await once(createInterface(child.stdout), "line");
      child.stdin.end();
      expect(await once(child, "exit")).to.deep.equal([0, null]);
    });
  }
});
