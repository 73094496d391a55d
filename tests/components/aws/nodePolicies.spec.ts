import { expect } from "chai";
import { judge, judgeAll, type Context } from "../../../simulator/index.ts";
import {
  bucket,
  built,
  defaultHostRole,
  everything,
  fromInstance,
  hybridNode,
  hybridRole,
  instance,
  instanceRole,
  nodePolicyOf,
  onBucket,
  publishedKeys,
  runPatchBaseline,
  sendCommand,
  windowRole,
  writes,
} from "./policyQuestions.ts";
import { locationWithoutRole, sampleLocation } from "./samples.ts";

const ssmHere = "arn:aws:ssm:eu-central-1:111122223333";

describe("policies of nodes", () => {
  describe("a compromised hybrid node", () => {
    it("may do the agent's work: logs, published lists, AWS's buckets and documents", async () => {
      const recorder = await built();
      const identity = [nodePolicyOf(recorder)];
      const may = onBucket(recorder, { role: hybridRole }, identity);
      expect(may("s3:PutObject", "logs/install/mw/one")).to.equal("allowed");
      for (const key of publishedKeys) expect(may("s3:GetObject", key), key).to.equal("allowed");
      const calls: readonly (readonly [string, string])[] = [
        ["ssm:UpdateInstanceInformation", hybridNode],
        ["ssm:UpdateInstanceInformation", instance],
        ["ssm:UpdateInstanceAssociationStatus", `${ssmHere}:association/0123`],
        ["ssm:UpdateAssociationStatus", runPatchBaseline],
        ["ssm:PutInventory", "*"],
        ["ssm:GetDeployablePatchSnapshotForInstance", "*"],
        ["ssmmessages:OpenControlChannel", "*"],
        ["ec2messages:GetMessages", "*"],
        ["ssm:GetDocument", runPatchBaseline],
        ["ssm:GetDocument", "arn:aws:ssm:eu-central-1:111122223333:document/patchplane-prod-mw-guarded"],
        ["s3:GetObject", "arn:aws:s3:::patch-baseline-snapshot-eu-central-1/x"],
        ["s3:GetObject", "arn:aws:s3:::patch-baseline-snapshot-eu-central-1-69130610/x"],
        ["s3:GetObject", "arn:aws:s3:::aws-patch-manager-eu-central-1-1f9ba5d94/x"],
        ["s3:GetObject", "arn:aws:s3:::aws-ssm-eu-central-1/x"],
      ];
      for (const [action, resource] of calls) {
        expect(judge({ principal: { role: hybridRole }, action, resource }, { identity }), action).to.equal("allowed");
      }
    });

    // https://docs.aws.amazon.com/systems-manager/latest/userguide/compliance-permissions.html
    it("reports compliance as a node alone, and nothing on nodes, associations or documents elsewhere", async () => {
      const identity = [nodePolicyOf(await built())];
      const asks = (action: string, resource: string, context: Context = {}) =>
        judge({ principal: { role: hybridRole }, action, resource, context }, { identity });
      for (const context of [{ "ec2:SourceInstanceARN": instance }, { "ssm:SourceInstanceARN": hybridNode }]) {
        expect(asks("ssm:PutComplianceItems", hybridNode, context)).to.equal("allowed");
      }
      expect(asks("ssm:PutComplianceItems", hybridNode)).to.equal("denied by default");
      const elsewhere = (arn: string): string => arn.replace("eu-central-1", "us-east-1");
      for (const [action, resource] of [
        ["ssm:UpdateInstanceInformation", hybridNode],
        ["ssm:UpdateInstanceInformation", instance],
        ["ssm:UpdateInstanceAssociationStatus", `${ssmHere}:association/0123`],
        ["ssm:UpdateAssociationStatus", runPatchBaseline],
      ] as const) {
        expect(asks(action, elsewhere(resource)), `${action} elsewhere`).to.equal("denied by default");
      }
      expect(asks("ssm:UpdateAssociationStatus", `${ssmHere}:document/other-teams`)).to.equal("denied by default");
    });

    it("cannot write or delete what approves, carries baselines, or is synced, nor touch the bucket's settings", async () => {
      const recorder = await built();
      for (const identity of [[nodePolicyOf(recorder)], [everything]]) {
        const may = onBucket(recorder, { role: hybridRole }, identity);
        for (const action of writes) {
          for (const key of [
            ...publishedKeys,
            "installs/0123.yaml",
            "runs/a/1.jsonl",
            "sync/AWS:PatchSummary/one.json",
          ]) {
            expect(may(action, key), `${action} ${key}`).to.equal("denied explicitly");
          }
        }
        for (const action of ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutLifecycleConfiguration"]) {
          expect(may(action, ""), action).to.equal("denied explicitly");
        }
        expect(may("s3:DeleteObject", "logs/install/mw/one")).to.equal("denied explicitly");
      }
    });

    it("is granted no write but that of logs, even before the bucket's policy speaks", async () => {
      const identity = [nodePolicyOf(await built())];
      for (const action of writes) {
        for (const key of [...publishedKeys, "sync/AWS:PatchSummary/one.json"]) {
          const verdict = judge(
            { principal: { role: hybridRole }, action, resource: `${bucket}/${key}` },
            { identity },
          );
          expect(verdict, `${action} ${key}`).to.equal("denied by default");
        }
      }
    });

    it("cannot read others' logs or inventory, parameters, secrets or others' documents, nor send commands", async () => {
      const recorder = await built();
      const identity = [nodePolicyOf(recorder)];
      const may = onBucket(recorder, { role: hybridRole }, identity);
      for (const [action, key] of [
        ["s3:GetObject", "logs/install/mw/other"],
        ["s3:GetObject", "sync/AWS:Application/other.json"],
        ["s3:GetObjectVersion", "approvals/0123.yaml"],
        ["s3:ListBucket", ""],
      ] as const) {
        expect(may(action, key), `${action} ${key}`).to.equal("denied by default");
      }
      const account = "arn:aws:ssm:eu-central-1:111122223333";
      const calls: readonly (readonly [string, string])[] = [
        ["ssm:GetParameter", `${account}:parameter/db-password`],
        ["ssm:GetParameters", `${account}:parameter/db-password`],
        ["ssm:GetParametersByPath", `${account}:parameter/`],
        ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db"],
        ["ssm:GetDocument", `${account}:document/other-teams`],
        ["ssm:CreateActivation", "*"],
        ["ssm:AddTagsToResource", hybridNode],
        ["ssm:StartSession", instance],
        ["iam:PassRole", windowRole],
        ["sts:AssumeRole", windowRole],
        ["s3:GetObject", "arn:aws:s3:::amazon-ssm-us-east-1/x"],
      ];
      for (const [action, resource] of calls) {
        const verdict = judge({ principal: { role: hybridRole }, action, resource }, { identity });
        expect(verdict, action).to.equal("denied by default");
      }
      for (const node of [instance, hybridNode]) {
        const command = sendCommand(hybridRole, runPatchBaseline, node, "prod-auto");
        expect(judgeAll(command, { identity })).to.equal("denied by default");
      }
    });
  });

  describe("a compromised EC2 instance", () => {
    it("may put logs and get published lists with the node policy", async () => {
      const recorder = await built();
      const may = onBucket(recorder, { role: instanceRole }, [nodePolicyOf(recorder)], fromInstance);
      expect(may("s3:PutObject", "logs/scan/mw/one")).to.equal("allowed");
      for (const key of ["approvals/0123.yaml", "installs/0123.yaml"])
        expect(may("s3:GetObject", key), key).to.equal("allowed");
    });

    it("cannot write approvals, overrides or synced data, whatever else its profile or managed role holds", async () => {
      for (const location of [sampleLocation(), locationWithoutRole()]) {
        const recorder = await built(location);
        const profile = onBucket(recorder, { role: instanceRole }, [everything], fromInstance);
        const managed = onBucket(recorder, { role: defaultHostRole }, [everything]);
        for (const may of [profile, managed]) {
          for (const action of writes) {
            for (const key of [...publishedKeys, "sync/AWS:PatchSummary/one.json"]) {
              expect(may(action, key), `${action} ${key}`).to.equal("denied explicitly");
            }
          }
          expect(may("s3:PutBucketPolicy", "")).to.equal("denied explicitly");
        }
      }
    });
  });
});
