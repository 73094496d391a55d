import { ListCommandsCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Plane } from "../../../domain/plane.ts";
import { runOf, type NodeResult } from "../../../domain/runs/runRecord.ts";
import { send, type Sending } from "../../../operations/runs/send.ts";
import { sendFixture, smallPlane, type SendFixture } from "./sendFixture.ts";

const web1 = "i-00000000000000001";
const web2 = "i-00000000000000002";
const db1 = "i-00000000000000003";
const scan = { document: "AWS-RunPatchBaseline", parameters: { Operation: ["Scan"] } };
const install = { document: "AWS-RunPatchBaseline", parameters: { Operation: ["Install"] } };

describe("sending an order to servers", function () {
  this.timeout(300_000);
  let plane: Plane;
  let at: SendFixture;

  before(async () => {
    plane = await smallPlane();
  });
  beforeEach(async () => {
    at = await sendFixture(plane);
  });
  afterEach(() => at.close());

  async function sent(changes: Partial<Sending> = {}, more: readonly string[] = []): Promise<readonly NodeResult[]> {
    const { client, location, record } = at;
    const nodes = [...(await at.nodes()), ...more.map((id) => ({ id, name: id, pingStatus: "Online" }))];
    const signal = new AbortController().signal;
    const sending = { client, location, record, order: scan, waitMinutes: 30, signal, ...changes };
    return (await at.while(send(nodes, sending))).results;
  }

  const outcomes = (results: readonly NodeResult[]): unknown =>
    Object.fromEntries(results.map(({ node, outcome, reason }) => [node, `${outcome} ${reason}`.trim()]));

  it("answers what came of it on each, and has every call and every result on record", async () => {
    const results = await sent();
    expect(outcomes(results)).to.deep.equal({ [web1]: "done", [web2]: "done", [db1]: "done" });
    const kinds = at.lines().map(({ line }) => line);
    expect(kinds).to.deep.equal(["begun", "asked", "answered", "result", "result", "result"]);
    const [, asked, answered] = at.lines();
    expect(asked).to.deep.include({ action: "sendCommand", nodes: [web1, web2, db1] });
    const { Commands = [] } = await at.client.send(new ListCommandsCommand({}));
    expect(answered).to.deep.include({ outcome: "done", got: Commands[0]?.CommandId });
    expect(Commands.map(({ Comment }) => Comment)).to.deep.equal([`patchplane ${at.record.id} 1`]);
    expect(results.map(({ command }) => command)).to.deep.equal(results.map(() => Commands[0]?.CommandId));
  });

  it("gives each command of a run a name of its own, whichever call sends it", async () => {
    const nodes = await at.nodes();
    const { client, location, record } = at;
    const signal = new AbortController().signal;
    for (const node of nodes.slice(0, 2))
      await at.while(send([node], { client, location, record, order: scan, waitMinutes: 30, signal }));
    const { Commands = [] } = await client.send(new ListCommandsCommand({}));
    expect(Commands.map(({ Comment }) => Comment)).to.have.members(
      [1, 2].map((each) => `patchplane ${record.id} ${String(each)}`),
    );
    expect(runOf(at.lines())?.actions.map(({ got }) => got)).to.have.members(
      Commands.map(({ CommandId }) => CommandId),
    );
  });

  it("says in words why servers failed, from what they wrote", async () => {
    at.cloud.inject({ machine: web1, kind: "lockHeld" });
    at.cloud.inject({ machine: web2, kind: "repositoryUnreachable" });
    const results = await sent({ order: install, maxErrors: 3 });
    expect(outcomes(results)).to.deep.include({
      [web1]:
        "failed another package manager holds the lock: E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)",
      [web2]:
        "failed the repository cannot be reached: Error: Failed to download metadata for repo 'amazonlinux': Cannot download repomd.xml",
    });
  });

  it("sends nothing to a silent server, and gives up one that goes silent before it has fetched the command", async () => {
    at.cloud.inject({ machine: web1, kind: "offline" });
    await at.cloud.advanceTo(new Date("2026-12-01T13:00:00Z"));
    const soon = new Date(at.cloud.now().getTime() + 1000);
    at.cloud.inject({ machine: db1, kind: "offline", from: soon });
    const results = await sent({ order: install, concurrency: 1 });
    const told =
      /at (\S+), and has most likely/.exec(results.find(({ node }) => node === db1)?.reason ?? "")?.[1] ?? "";
    expect(Date.parse(told)).to.be.greaterThan(soon.getTime() + 5 * 60_000);
    expect(outcomes(results)).to.deep.equal({
      [web1]: "unreachable its agent is silent since 2026-12-01T12:00:00Z: ConnectionLost",
      [web2]: "done",
      [db1]: `unreachable its agent is silent since 2026-12-01T13:00:01Z: ConnectionLost; it was told to install at ${told}, and has most likely not heard of it`,
    });
    expect(at.lines().filter(({ line }) => line === "asked")).to.have.lengthOf(2);
  });

  it("keeps what is known where AWS does not tell how a lost server is now, or what a failed one wrote", async () => {
    at.cloud.inject({ machine: web1, kind: "lockHeld" });
    at.cloud.inject({ machine: db1, kind: "offline", from: new Date(at.cloud.now().getTime() + 1000) });
    const refused = ["DescribeInstanceInformationCommand", "GetCommandInvocationCommand"];
    const nodes = await at.nodes();
    at.client.middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          if (!refused.includes(commandName)) return next(args);
          const denied = { name: "AccessDeniedException", $metadata: {} };
          throw Object.assign(new Error(`no right to ${commandName}`), denied);
        },
      { step: "initialize" },
    );
    const { client, location, record } = at;
    const sending = { client, location, record, order: install, concurrency: 1, waitMinutes: 30 };
    const { signal } = new AbortController();
    const { results } = await at.while(send(nodes, { ...sending, signal }));
    const found = Object.fromEntries(results.map(({ node, outcome, reason }) => [node, [outcome, reason] as const]));
    expect(found[web2]).to.deep.equal(["done", ""]);
    expect(found[web1]?.[0]).to.equal("failed");
    expect(found[web1]?.[1]).to.contain("what it wrote is not readable: not allowed (");
    expect(found[db1]?.[0]).to.equal("unknown");
    expect(found[db1]?.[1]).to.contain("how it is now is not readable: not allowed (");
  });

  it("does not let a server that AWS does not know keep a command from the others", async () => {
    const gone = "i-0000000000000dead";
    const results = await sent({}, [gone]);
    expect(results.find(({ node }) => node === gone)).to.include({ outcome: "unreachable", command: null });
    expect(results.filter(({ outcome }) => outcome === "done").map(({ node }) => node)).to.have.members([
      web1,
      web2,
      db1,
    ]);
  });

  it("begins no more servers once more have failed than may", async () => {
    at.cloud.inject({ machine: web1, kind: "lockHeld" });
    const results = await sent({ order: install, concurrency: 1, maxErrors: 0 });
    expect(results.map(({ outcome }) => outcome)).to.deep.equal(["failed", "notReached", "notReached"]);
    expect(results[1]?.reason).to.equal("not begun, because 1 server had failed");
  });

  it("waits no longer than it may, and calls what goes on unknown", async () => {
    const { client, location, record } = at;
    const signal = new AbortController().signal;
    const nodes = await at.nodes();
    const { results } = await send(nodes, { client, location, record, order: scan, waitMinutes: 1 / 60, signal });
    expect(new Set(results.map(({ outcome }) => outcome))).to.deep.equal(new Set(["unknown"]));
    expect(results[0]?.reason).to.contain("still under way after");
  });
});
