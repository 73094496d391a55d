import { expect } from "chai";
import { WindowAlarms } from "../../../components/aws/windowAlarms.ts";
import { settled, startMocks } from "../../harness/mocks.ts";
import type { Recorder } from "../../harness/mocks.ts";
import { eventMatches } from "./eventMatches.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { awsOutputs, sampleLocation, withProvider } from "./samples.ts";

const topicArn = "arn:aws:sns:eu-central-1:111122223333:patchplane-prod-patching";

function ids(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const number = String(index).padStart(17, "0");
      return [`mw-${number}`, `mw-${number}`];
    }),
  );
}

async function built(windowIds: Readonly<Record<string, string>>): Promise<Recorder> {
  const recorder = await startMocks(awsOutputs);
  new WindowAlarms("alarms", { environment: "prod", location: sampleLocation(), windowIds, topicArn }, withProvider());
  await settled();
  return recorder;
}

function ruleOf(recorder: Recorder, name = "alarms-failed-runs"): unknown {
  return json(recorder.only("aws:cloudwatch/eventRule:EventRule", name), "eventPattern");
}

function execution(windowId: string, status: string, kind = "Execution State-change Notification"): object {
  return {
    source: "aws.ssm",
    "detail-type": `Maintenance Window ${kind}`,
    detail: { "window-id": windowId, status },
  };
}

describe("WindowAlarms", () => {
  it("makes one rule with its target, to the topic", async () => {
    const recorder = await built({ "mw-scan-all": "mw-0123456789abcdef0" });
    expect(inventory(recorder)).to.deep.equal([
      "EventRule alarms-failed-runs",
      "EventTarget alarms-failed-runs-target",
    ]);
    expect(recorder.only("aws:cloudwatch/eventRule:EventRule").inputs["name"]).to.equal("patchplane-prod-failed-runs");
    expect(recorder.only("aws:cloudwatch/eventTarget:EventTarget").inputs).to.include({
      arn: topicArn,
      targetId: "topic",
    });
    expectInherited(recorder);
  });

  it("fires for failed runs of the location's own windows, and for no other team's", async () => {
    const pattern = ruleOf(await built({ one: "mw-0123456789abcdef0", two: "mw-0123456789abcdef1" }));
    for (const status of ["CANCELLED", "FAILED", "SKIPPED_OVERLAPPING", "TIMED_OUT"]) {
      expect(eventMatches(pattern, execution("mw-0123456789abcdef1", status)), status).to.equal(true);
      expect(eventMatches(pattern, execution("mw-0123456789abcdef2", status)), status).to.equal(false);
    }
    const other = "Execution Status-change Notification";
    expect(eventMatches(pattern, execution("mw-0123456789abcdef0", "FAILED", other))).to.equal(true);
    expect(eventMatches(pattern, execution("mw-0123456789abcdef0", "SUCCESS"))).to.equal(false);
    const task = "Task Execution State-change Notification";
    expect(eventMatches(pattern, execution("mw-0123456789abcdef0", "FAILED", task))).to.equal(false);
  });

  it("keeps every pattern within EventBridge's 2,048 characters, by more rules", async () => {
    const recorder = await built(ids(101));
    const rules = recorder.ofType("aws:cloudwatch/eventRule:EventRule");
    expect(rules.map(({ name }) => name)).to.deep.equal([
      "alarms-failed-runs",
      "alarms-failed-runs-2",
      "alarms-failed-runs-3",
    ]);
    for (const { inputs, name } of rules) expect(String(inputs["eventPattern"]).length, name).to.be.at.most(2048);
    const all = rules.map((rule) => json(rule, "eventPattern"));
    for (const id of Object.values(ids(101))) {
      expect(
        all.filter((pattern) => eventMatches(pattern, execution(id, "FAILED"))),
        id,
      ).to.have.lengthOf(1);
    }
  });

  it("makes nothing where there is no window", async () => {
    expect(inventory(await built({}))).to.deep.equal([]);
  });
});
