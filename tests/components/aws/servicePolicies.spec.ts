import { expect } from "chai";
import { judge } from "../../../simulator/index.ts";
import type { Verdict } from "../../../simulator/index.ts";
import type { Recorder } from "../../harness/mocks.ts";
import {
  built,
  everything,
  hybridRole,
  nodePolicyOf,
  notificationRole,
  onBucket,
  operatorRole,
  publishedKeys,
  text,
  tls,
} from "./policyQuestions.ts";
import { deployer, sampleLocation } from "./samples.ts";

describe("policies of services", () => {
  describe("Systems Manager itself", () => {
    const service = { service: "ssm.amazonaws.com" };
    const sync = {
      ...tls,
      "aws:SourceAccount": "111122223333",
      "aws:SourceArn": "arn:aws:ssm:eu-central-1:111122223333:resource-data-sync/patchplane-prod-inventory",
      "s3:x-amz-acl": "bucket-owner-full-control",
    };
    const synced = "sync/AWS:Application/accountid=111122223333/region=eu-central-1/one.json";

    it("writes synced data of this account, and nothing else", async () => {
      const may = onBucket(await built(), service, [], sync);
      expect(may("s3:GetBucketAcl", "")).to.equal("allowed");
      // No source tells whether the service names its source when it only looks.
      expect(onBucket(await built(), service, [], tls)("s3:GetBucketAcl", "")).to.equal("allowed");
      expect(may("s3:PutObject", synced)).to.equal("allowed");
      expect(may("s3:PutObject", synced.replace("111122223333", "999999999999"))).to.equal("denied by default");
      expect(may("s3:PutObject", "logs/one")).to.equal("denied by default");
      for (const key of publishedKeys) expect(may("s3:PutObject", key), key).to.equal("denied explicitly");
      expect(may("s3:GetObject", synced)).to.equal("denied by default");
      expect(may("s3:DeleteObject", synced)).to.equal("denied by default");
    });

    it("writes nothing on behalf of another account, from another source, or under another ACL", async () => {
      const recorder = await built();
      for (const change of [
        { "aws:SourceAccount": "999999999999" },
        { "aws:SourceArn": "arn:aws:ssm:eu-central-1:999999999999:resource-data-sync/theirs" },
        { "s3:x-amz-acl": "private" },
      ]) {
        const verdict = onBucket(recorder, service, [], { ...sync, ...change })("s3:PutObject", synced);
        expect(verdict, Object.keys(change).join()).to.equal("denied by default");
      }
    });

    it("takes the hybrid role for this account and Region only, the others so where the location says it", async () => {
      const assumed = (recorder: Recorder) => (name: string, context: Readonly<Record<string, string>>) =>
        judge(
          { principal: service, action: "sts:AssumeRole", resource: "*", context },
          { resource: text(recorder, "Role", name, "assumeRolePolicy") },
        );
      const ours = {
        "aws:SourceAccount": "111122223333",
        "aws:SourceArn": "arn:aws:ssm:eu-central-1:111122223333:mi-0123",
      };
      const theirs = { ...ours, "aws:SourceAccount": "999999999999" };
      const assume = assumed(await built());
      const pinned = assumed(await built(sampleLocation({ pinsServiceTrust: true })));
      expect(assume("main-access-hybrid", ours)).to.equal("allowed");
      expect(assume("main-access-hybrid", theirs)).to.equal("denied by default");
      for (const name of ["main-access-window", "main-notifications-role"]) {
        expect(assume(name, {}), name).to.equal("allowed");
        expect(pinned(name, ours), name).to.equal("allowed");
        expect(pinned(name, theirs), name).to.equal("denied by default");
        expect(pinned(name, {}), name).to.equal("denied by default");
      }
      const elsewhere = { ...ours, "aws:SourceArn": "arn:aws:ssm:us-east-1:111122223333:mi-0123" };
      expect(assume("main-access-hybrid", elsewhere)).to.equal("denied by default");
      expect(assume("main-access-default-host", {})).to.equal("allowed");
    });
  });

  describe("transport", () => {
    it("is refused without TLS, to whoever asks, for whatever they ask", async () => {
      const recorder = await built();
      for (const role of [deployer, operatorRole, hybridRole]) {
        const may = onBucket(recorder, { role }, [everything], { "aws:SecureTransport": "false" });
        for (const [action, key] of [
          ["s3:GetObject", "approvals/0123.yaml"],
          ["s3:PutObject", "logs/one"],
          ["s3:ListBucket", ""],
        ] as const) {
          expect(may(action, key), `${role} ${action}`).to.equal("denied explicitly");
        }
      }
    });

    it("of node results is the one rule's over TLS", async () => {
      const resource = text(await built(), "QueuePolicy", "main-notifications-queue-policy");
      const rule = "arn:aws:events:eu-central-1:111122223333:rule/patchplane-prod-node-results";
      const send = (context: Readonly<Record<string, string>>): Verdict =>
        judge(
          {
            principal: { service: "events.amazonaws.com" },
            action: "sqs:SendMessage",
            resource: "arn:aws:sqs:eu-central-1:111122223333:patchplane-prod-node-results",
            context,
          },
          { resource },
        );
      expect(send({ ...tls, "aws:SourceArn": rule })).to.equal("allowed");
      expect(send({ ...tls, "aws:SourceArn": `${rule}-of-others` })).to.equal("denied by default");
      expect(send({ "aws:SecureTransport": "false", "aws:SourceArn": rule })).to.equal("denied explicitly");
    });
  });

  describe("the encrypted topic", () => {
    const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0123";
    const topicArn = "arn:aws:sns:eu-central-1:111122223333:patchplane-prod-patching";

    it("is open to EventBridge, which can meet no condition, with its key", async () => {
      const recorder = await built();
      const events = { service: "events.amazonaws.com" };
      const resource = text(recorder, "TopicPolicy", "main-notifications-topic-policy");
      const key = text(recorder, "Key", "main-notifications-key");
      expect(judge({ principal: events, action: "sns:Publish", resource: topicArn }, { resource })).to.equal("allowed");
      for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
        expect(judge({ principal: events, action, resource: keyArn }, { key }), action).to.equal("allowed");
      }
      expect(judge({ principal: events, action: "kms:ScheduleKeyDeletion", resource: keyArn }, { key })).to.equal(
        "denied by default",
      );
      expect(judge({ principal: events, action: "sns:Subscribe", resource: topicArn }, { resource })).to.equal(
        "denied by default",
      );
    });

    it("has a key that names the deploying role, whose tags need not count yet, and gives it no use", async () => {
      const key = text(await built(), "aws:kms/key:Key", "main-notifications-key");
      const ask = (action: string, role: string): Verdict =>
        judge({ principal: { role }, action, resource: keyArn }, { key });
      for (const action of ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:EnableKeyRotation", "kms:CreateAlias"]) {
        expect(ask(action, deployer), action).to.equal("allowed");
        expect(ask(action, operatorRole), action).to.equal("denied by default");
      }
      for (const action of ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"]) {
        expect(ask(action, deployer), action).to.equal("denied by default");
      }
      const { roleArn: _none, ...withoutRole } = sampleLocation();
      expect(text(await built(withoutRole), "aws:kms/key:Key", "main-notifications-key")).not.to.contain("Deployer");
    });

    it("is open to the notification role, with its key, and to nobody's node", async () => {
      const recorder = await built();
      const key = text(recorder, "Key", "main-notifications-key");
      const role = [text(recorder, "RolePolicy", "main-notifications-role-policy")];
      const asked = { principal: { role: notificationRole } };
      expect(judge({ ...asked, action: "sns:Publish", resource: topicArn }, { identity: role })).to.equal("allowed");
      expect(judge({ ...asked, action: "kms:GenerateDataKey", resource: keyArn }, { identity: role, key })).to.equal(
        "allowed",
      );
      expect(judge({ ...asked, action: "sns:Publish", resource: `${topicArn}-2` }, { identity: role })).to.equal(
        "denied by default",
      );
      const node = { principal: { role: hybridRole }, action: "sns:Publish", resource: topicArn };
      expect(judge(node, { identity: [nodePolicyOf(recorder)] })).to.equal("denied by default");
    });
  });
});
