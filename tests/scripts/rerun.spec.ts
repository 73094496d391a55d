import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ListCommandsCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import { startGateway } from "../engine/gateway.ts";
import { gate, ssmOf } from "./commandFixture.ts";
import { bySchema, operatorPlace, running } from "./operatorFixture.ts";

describe("patchplane rerun, the command", function () {
  this.timeout(300_000);
  const at = operatorPlace(undefined, () => new Date());

  const scanned = (): readonly string[] =>
    at.cloud.journal.entries.flatMap((entry) => (entry.kind === "patching" ? entry.machine : [])).sort();
  const scan = ["scan", "--servers", "web-1,web-2"];

  async function commandsSent(): Promise<number> {
    const { Commands = [] } = await ssmOf(at.cloud, at.plane, "use1").send(new ListCommandsCommand({}));
    return Commands.length;
  }

  async function onlyRun(): Promise<string> {
    const [file = ""] = await readdir(join(at.folder, "runs"));
    return file.replace(".jsonl", "");
  }

  async function rerun(id: string): Promise<ServersJson> {
    const ended = await running(at.folder, at.cloud, ["rerun", id, "--json"]).ended;
    const answer = bySchema("scan", ended.stdout) as ServersJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  it("finds what a killed process had sent, although no answer came, and sends it nobody twice", async () => {
    const between = await startGateway(at.cloud.url);
    const sent = new Promise<void>((resolve) => {
      between.after = ({ operation }) => {
        if (operation !== "SendCommand") return undefined;
        resolve();
        return new Promise(() => undefined);
      };
    });
    const { child, ended } = running(at.folder, at.cloud, scan, { url: between.url, advances: false });
    await sent;
    child.kill("SIGKILL");
    expect((await ended).code).to.equal(null);
    await between.close();
    const id = await onlyRun();
    const read = await running(at.folder, at.cloud, ["runs", "--local", id]).ended;
    expect(read.stdout).to.contain("2 servers: 2 perhaps under way").and.not.contain("missed");
    const silent = await gate(at.cloud, undefined, "ListCommands");
    const unasked = await running(at.folder, at.cloud, ["rerun", id], { url: silent.url }).ended;
    await silent.close();
    expect([unasked.code, await commandsSent()]).to.deep.equal([3, 1]);
    const answer = await rerun(id);
    expect(answer).to.include({ exitCode: 0, run: null });
    expect(answer.servers).to.deep.equal([]);
    expect(scanned()).to.deep.equal(["i-00000000000000001", "i-00000000000000002"]);
    expect(await commandsSent()).to.equal(1);
  });

  it("says on Ctrl-C what goes on and how to cancel it, and looks after it later", async () => {
    const between = await startGateway(at.cloud.url);
    // It looks after the command only when it knows its id.
    const looked = new Promise<void>((resolve) => {
      between.before = ({ operation }) => {
        if (operation === "ListCommands") resolve();
        return undefined;
      };
    });
    const { child, ended } = running(at.folder, at.cloud, scan, { url: between.url, advances: false });
    await looked;
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    await between.close();
    const { Commands = [] } = await ssmOf(at.cloud, at.plane, "use1").send(new ListCommandsCommand({}));
    expect(code).to.equal(130);
    expect(stderr).to.contain(
      `aws ssm cancel-command --region us-east-1 --command-id ${Commands[0]?.CommandId ?? "?"}`,
    );
    const id = await onlyRun();
    expect(stderr).to.contain(`npx patchplane rerun --stack test ${id} looks after it`);
    // Somebody else looks after it, at a machine that has no record of it.
    await rm(join(at.folder, "runs"), { recursive: true });
    expect((await rerun(id)).servers).to.deep.equal([]);
    expect(await commandsSent()).to.equal(1);
  });

  it("repeats it for the server that was missed, and for no other, as a run of its own", async () => {
    at.cloud.stopMachine("i-00000000000000002");
    const first = bySchema(
      "scan",
      (await running(at.folder, at.cloud, [...scan, "--json"]).ended).stdout,
    ) as ServersJson;
    expect(first.exitCode).to.equal(1);
    at.cloud.startMachine("i-00000000000000002");
    const second = await rerun(first.run ?? "");
    expect(second.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([["web-2", "done"]]);
    expect([second.repeats, second.run === first.run]).to.deep.equal([first.run, false]);
    expect(scanned()).to.deep.equal(["i-00000000000000001", "i-00000000000000002"]);

    const listed = await running(at.folder, at.cloud, ["runs", "--json"]).ended;
    const { runs } = bySchema("runs", listed.stdout) as { readonly runs: readonly { readonly id: string }[] };
    expect(runs.map(({ id }) => id)).to.have.members([first.run, second.run]);
    const read = await running(at.folder, at.cloud, ["runs", second.run ?? ""]).ended;
    expect([read.code, read.stderr]).to.deep.equal([0, ""]);
    expect(read.stdout)
      .to.contain(`repeats ${first.run ?? ""}`)
      .and.contain("web-2")
      .and.contain("sendCommand");
  });

  it("ends with 1 where a server of it is no node any more, and says which", async () => {
    at.cloud.inject({ machine: "i-00000000000000001", kind: "repositoryUnreachable" });
    const first = await running(at.folder, at.cloud, [...scan, "--json"]).ended;
    at.cloud.stopMachine("i-00000000000000001");
    const answer = await rerun((bySchema("scan", first.stdout) as ServersJson).run ?? "");
    expect(answer).to.deep.include({ exitCode: 1, run: null, servers: [] });
    expect(answer.leftOut.map(({ name, why, settled }) => [name, why, settled])).to.deep.equal([
      ["web-1", "is no node any more, or no row of the fleet file", false],
    ]);
  });

  it("is a fault of usage with an id that is on no record", async () => {
    const ended = await running(at.folder, at.cloud, ["rerun", "2026-12-01T000000Z-test-scan-0000"]).ended;
    expect([ended.code, ended.stdout]).to.deep.equal([2, ""]);
    expect(ended.stderr).to.contain("no run of this stack");
  });
});
