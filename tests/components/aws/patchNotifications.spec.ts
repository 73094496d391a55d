import { expect } from "chai";
import { PatchNotifications } from "../../../components/aws/patchNotifications.ts";
import { valueOf } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { eventMatches } from "./eventMatches.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { awsOutputs, sampleLocation, tags } from "./samples.ts";

const usual = { environment: "prod", location: sampleLocation(), emails: ["b@example.com", "a@example.com"] };
const { built, made } = builderOf(PatchNotifications, "notify", usual, awsOutputs);

function commandEvent(kind: string, document: string, status: string): object {
  return { source: "aws.ssm", "detail-type": `EC2 Command ${kind}`, detail: { "document-name": document, status } };
}

describe("PatchNotifications", () => {
  it("makes topic, key, queue, role, and a rule with its target per purpose", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Alias notify-key-alias",
      "EventRule notify-commands-failed",
      "EventRule notify-node-results",
      "EventTarget notify-commands-failed-target",
      "EventTarget notify-node-results-target",
      "Key notify-key",
      "Queue notify-queue",
      "QueuePolicy notify-queue-policy",
      "Role notify-role",
      "RolePolicy notify-role-policy",
      "Topic notify-topic",
      "TopicPolicy notify-topic-policy",
      "TopicSubscription notify-mail-a@example.com",
      "TopicSubscription notify-mail-b@example.com",
    ]);
    expectInherited(recorder);
  });

  it("encrypts the topic with a rotated key of its own, and the queue by SQS, kept fourteen days", async () => {
    const recorder = await built();
    expect(recorder.only("Key").inputs).to.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
    expect(recorder.only("Alias").inputs).to.deep.equal({
      name: "alias/patchplane-prod-patching",
      targetKeyId: "arn:aws:kms:eu-central-1:111122223333:key/0123",
    });
    expect(recorder.only("Topic").inputs).to.deep.equal({
      name: "patchplane-prod-patching",
      kmsMasterKeyId: "arn:aws:kms:eu-central-1:111122223333:key/0123",
      tags,
    });
    expect(recorder.only("Queue").inputs).to.deep.equal({
      name: "patchplane-prod-node-results",
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
      tags,
    });
  });

  // A provider may compute nothing but ids and ARNs: with an input that hangs on more, every further preview would show
  // a change. The id of a queue is its URL, and a key may be named by its ARN.
  it("takes nothing from a resource but its id and its ARN", async () => {
    const recorder = await built();
    expect(recorder.only("QueuePolicy").inputs["queueUrl"]).to.equal("notify-queue-id");
    const again = await built();
    const inputs = ({ resources }: typeof recorder): unknown => resources.map(({ name, inputs: own }) => [name, own]);
    expect(inputs(again)).to.deep.equal(inputs(recorder));
    for (const { name, inputs: own } of recorder.resources)
      expect(Object.values(own).includes(undefined), name).to.equal(false);
  });

  it("subscribes each address once, by its own name", async () => {
    const recorder = await built({ emails: ["a@example.com", "a@example.com"] });
    expect(recorder.only("TopicSubscription").inputs).to.deep.equal({
      topic: "arn:aws:mock:::notify-topic",
      protocol: "email",
      endpoint: "a@example.com",
    });
  });

  it("sends alarms to the topic and node results to the queue only, after the policies that allow it", async () => {
    const recorder = await built();
    const topicPolicy = recorder.only("TopicPolicy").urn;
    const queuePolicy = recorder.only("QueuePolicy").urn;
    for (const purpose of ["commands-failed"]) {
      const target = recorder.only("EventTarget", `notify-${purpose}-target`);
      expect(target.inputs).to.deep.equal({
        rule: `patchplane-prod-${purpose}`,
        targetId: "topic",
        arn: "arn:aws:mock:::notify-topic",
      });
      expect(target.dependsOn).to.include(topicPolicy);
    }
    const results = recorder.only("EventTarget", "notify-node-results-target");
    expect(results.inputs).to.deep.equal({
      rule: "patchplane-prod-node-results",
      targetId: "queue",
      arn: "arn:aws:mock:::notify-queue",
    });
    expect(results.dependsOn).to.include(queuePolicy);
  });

  it("matches the events AWS publishes, under either spelling of their types, and no others", async () => {
    const recorder = await built();
    const matching = (event: object): readonly string[] =>
      recorder
        .ofType("EventRule")
        .filter((rule) => eventMatches(json(rule, "eventPattern"), event))
        .map((rule) => rule.name.replace("notify-", ""));
    const cases: readonly (readonly [object, readonly string[]])[] = [
      [commandEvent("Status-change Notification", "AWS-RunPatchBaseline", "Failed"), ["commands-failed"]],
      [commandEvent("State-change Notification", "AWS-RunPatchBaseline", "TimedOut"), ["commands-failed"]],
      [commandEvent("Status-change Notification", "patchplane-prod-mw-guarded", "Cancelled"), ["commands-failed"]],
      [commandEvent("Status-change Notification", "AWS-RunPatchBaseline", "Success"), []],
      [commandEvent("Status-change Notification", "AWS-RunShellScript", "Failed"), []],
      [commandEvent("Invocation Status-change Notification", "AWS-RunPatchBaseline", "Success"), ["node-results"]],
      [commandEvent("Invocation Status-change Notification", "AWS-RunPatchBaseline", "Failed"), ["node-results"]],
      [commandEvent("Invocation Status-change Notification", "AWS-RunPatchBaseline", "InProgress"), []],
    ];
    for (const [event, rules] of cases) {
      expect(matching(event), Object.values(event).map(String).join(" ")).to.deep.equal(rules);
    }
  });

  it("answers topic, role and queue", async () => {
    const notify = await made({ emails: [] });
    expect(await valueOf(notify.topicArn)).to.equal("arn:aws:mock:::notify-topic");
    expect(await valueOf(notify.notificationRoleArn)).to.equal("arn:aws:mock:::notify-role");
    expect(await valueOf(notify.eventsQueueUrl)).to.equal("notify-queue-id");
  });
});
