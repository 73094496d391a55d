import { expect } from "chai";
import type { Plane } from "../../../domain/plane.ts";
import { runOf, type NodeResult, type Run } from "../../../domain/runs/runRecord.ts";
import { closeLocations } from "../../../operations/aws/locations.ts";
import { installOn, type InstallLimits } from "../../../operations/install.ts";
import { settleRun } from "../../../operations/rerun.ts";
import { findServers } from "../../../operations/runs/servers.ts";
import { startGateway, type Gateway } from "../../engine/gateway.ts";
import { pointedAt, quietly } from "../reading.ts";
import { sendFixture, smallPlane, type SendFixture } from "./sendFixture.ts";

const [web1, web2, db1] = ["i-00000000000000001", "i-00000000000000002", "i-00000000000000003"];
const limits: InstallLimits = { canary: 1, concurrency: 50, maxErrors: 0, reboot: "RebootIfNeeded" };

describe("an installation in waves", function () {
  this.timeout(300_000);
  let plane: Plane;
  let at: SendFixture;
  let between: Gateway;

  before(async () => {
    plane = await smallPlane();
  });
  beforeEach(async () => {
    at = await sendFixture(plane);
    between = await startGateway(at.cloud.url);
  });
  afterEach(async () => {
    await between.close();
    await at.close();
  });

  /** What came of each server, and why, in the order they were begun. */
  async function installed(
    servers: readonly string[],
    own: Partial<InstallLimits> = {},
  ): Promise<readonly (readonly [node: string, outcome: string, reason: string])[]> {
    const { record } = at;
    const results = await pointedAt(between.url, async () => {
      const scope = { runSteps: quietly, locations: ["use1"] };
      const found = await findServers(plane, scope, ({ server }) => servers.includes(server.id));
      const signal = new AbortController().signal;
      const options = { ...limits, ...own, record, runSteps: quietly, waitMinutes: 240, signal };
      const done = await at.while(installOn(plane, found, options));
      closeLocations(found.reads);
      return done.results;
    });
    return results.map(({ node, outcome, reason }) => [node, outcome, reason] as const);
  }

  /** Asks for what was sent once more, as a rerun does. */
  async function settled(): Promise<readonly NodeResult[]> {
    const run = { ...runOf(at.lines()), verb: "install" } as Run;
    return pointedAt(between.url, async () => {
      const found = await findServers(plane, { runSteps: quietly, locations: ["use1"] }, () => true);
      const done = await at.while(settleRun(found, run, at.record, { runSteps: quietly, waitMinutes: 240 }));
      closeLocations(found.reads);
      return done.results;
    });
  }

  it("ends where nobody can read whether the canary is patched, which is not called done until a rerun has read it", async () => {
    let sent = false;
    between.before = ({ operation }) => {
      sent ||= operation === "SendCommand";
      if (!sent || operation !== "DescribeInstancePatchStates") return undefined;
      return { status: 400, body: JSON.stringify({ __type: "AccessDeniedException", message: "no right to read" }) };
    };
    const [first, second] = await installed([web1, web2]);
    expect(first?.slice(0, 2)).to.deep.equal([web1, "unknown"]);
    expect(first?.[2]).to.match(/^the command succeeded, and what came of it could not be read: not allowed/);
    expect(second).to.deep.equal([web2, "notReached", "not begun, because a location failed"]);

    between.before = () => undefined;
    const after = new Map((await settled()).map((each) => [each.node, each.outcome]));
    expect([after.get(web1), after.get(web2)]).to.deep.equal(["done", "notReached"]);
  });

  it("waits a little for reports that AWS does not show yet when the command has ended", async () => {
    let looks = 0;
    let sent = false;
    between.before = ({ operation }) => {
      sent ||= operation === "SendCommand";
      if (!sent || operation !== "DescribeInstancePatchStates") return undefined;
      looks += 1;
      return looks === 1 ? { status: 200, body: '{"InstancePatchStates":[]}' } : undefined;
    };
    expect(await installed([web1])).to.deep.equal([[web1, "done", ""]]);
    expect(looks).to.equal(2);
  });

  it("is judged by the reports where a rerun looks after it too", async () => {
    const [first] = await installed([web1]);
    expect(first).to.deep.equal([web1, "done", ""]);
    // As where the process was killed when the command had ended, and before its result was on record.
    at.record.write({ line: "result", location: "use1", node: web1, outcome: "unknown", reason: "", command: "x" });
    between.before = ({ operation }) =>
      operation === "DescribeInstancePatchStates" ? { status: 200, body: '{"InstancePatchStates":[]}' } : undefined;
    const [result] = await settled();
    expect([result?.outcome, result?.reason]).to.deep.equal([
      "failed",
      "the command succeeded, and no report has arrived since",
    ]);
  });

  it("lets no more servers fail than may, over all waves together", async () => {
    for (const machine of [web1, web2, db1]) at.cloud.inject({ machine, kind: "lockHeld" });
    const outcomes = await installed([web1, web2, db1], { maxErrors: 1, concurrency: 1 });
    expect(outcomes.map(([, outcome]) => outcome)).to.deep.equal(["failed", "failed", "notReached"]);
    expect(outcomes[2]?.[2]).to.equal("not begun, because 1 server had failed");
  });
});
