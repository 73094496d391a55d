import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { connectPlugin, failureOf } from "./pluginClient.ts";

const bin = fileURLToPath(new URL("../../../simulator/plugins/bin", import.meta.url));

describe("the plugin executables", () => {
  for (const [name, type] of [
    ["pulumi-resource-aws", "aws:ssm/patchGroup:PatchGroup"],
    ["pulumi-resource-azure-native", "azure-native:compute:VirtualMachineExtension"],
  ] as const) {
    it(`are found on PATH, print their port first and answer: ${name}`, async () => {
      const path = [bin, process.execPath.slice(0, process.execPath.lastIndexOf("/")), process.env["PATH"]].join(
        delimiter,
      );
      const child = spawn(name, ["127.0.0.1:1"], { env: { PATH: path }, stdio: ["ignore", "pipe", "inherit"] });
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
  }
});
