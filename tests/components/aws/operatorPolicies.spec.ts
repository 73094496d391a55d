import { expect } from "chai";
import { judge, judgeAll, type Verdict } from "../../../simulator/index.ts";
import {
  allOfSsm,
  breakGlass,
  bucket,
  built,
  everything,
  guardOf,
  hybridNode,
  hybridRole,
  instance,
  notificationRole,
  onBucket,
  operatorRole,
  tls,
  publishedKeys,
  runPatchBaseline,
  runShellScript,
  sendCommand,
  windowPolicyOf,
  windowRole,
  writes,
} from "./policyQuestions.ts";
import { deployer, locationWithoutRole } from "./samples.ts";

describe("policies of people, the deploying role and the windows' role", () => {
  describe("people and the deploying role", () => {
    it("let the deploying role publish and withdraw, and nobody else with the same rights", async () => {
      const recorder = await built();
      const deploying = onBucket(recorder, { role: deployer }, [everything]);
      const operating = onBucket(recorder, { role: operatorRole }, [everything]);
      for (const key of publishedKeys) {
        for (const action of writes) {
          expect(deploying(action, key), `deployer ${action}`).to.equal("allowed");
          expect(operating(action, key), `operator ${action}`).to.equal("denied explicitly");
        }
        expect(operating("s3:GetObject", key)).to.equal("allowed");
      }
      expect(deploying("s3:PutBucketPolicy", "")).to.equal("allowed");
    });

    it("keep nodes from publishing, but not people, where the deploying role is not known", async () => {
      const recorder = await built(locationWithoutRole());
      const person = onBucket(recorder, { role: operatorRole }, [everything]);
      const node = onBucket(recorder, { role: hybridRole }, [everything]);
      expect(person("s3:PutObject", "approvals/0123.yaml")).to.equal("allowed");
      expect(node("s3:PutObject", "approvals/0123.yaml")).to.equal("denied explicitly");
    });

    it("let the deploying role alone put down who approved, once and for ever", async () => {
      const recorder = await built();
      const key = "approved/prod-sensitive/2026-12-01-0123.json";
      const once = { ...tls, "s3:if-none-match": "*" };
      expect(onBucket(recorder, { role: deployer }, [everything], once)("s3:PutObject", key)).to.equal("allowed");
      for (const role of [operatorRole, hybridRole])
        expect(onBucket(recorder, { role }, [everything], once)("s3:PutObject", key), role).to.equal(
          "denied explicitly",
        );
      const plain = onBucket(recorder, { role: deployer }, [everything]);
      for (const action of ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"])
        expect(plain(action, key), action).to.equal("denied explicitly");
      expect(onBucket(recorder, { role: operatorRole }, [everything])("s3:GetObject", key)).to.equal("allowed");
    });

    it("let nobody take away or write over the record of a run, or what one installed by", async () => {
      const recorder = await built();
      for (const role of [deployer, operatorRole]) {
        const plain = onBucket(recorder, { role }, [everything]);
        const once = onBucket(recorder, { role }, [everything], { ...tls, "s3:if-none-match": "*" });
        for (const key of ["runs/2026-12-01T030000Z-prod-stop-1a2b/000018.jsonl", "installs/0123456789abcdef.yaml"]) {
          expect(once("s3:PutObject", key)).to.equal("allowed");
          for (const action of ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"])
            expect(plain(action, key), action).to.equal("denied explicitly");
        }
      }
    });

    it("keep an operator with all of SSM from running anything on reviewed nodes, and on no others", async () => {
      const identity = [allOfSsm, guardOf(await built())];
      for (const node of [instance, hybridNode]) {
        for (const document of [runPatchBaseline, runShellScript]) {
          const on = (group: string): Verdict =>
            judgeAll(sendCommand(operatorRole, document, node, group), { identity });
          expect(on("prod-sensitive"), document).to.equal("denied explicitly");
          expect(on("prod-auto"), document).to.equal("allowed");
        }
      }
    });

    it("spare the windows' role and the break-glass role in the guard policy", async () => {
      const identity = [allOfSsm, guardOf(await built())];
      for (const role of [windowRole, breakGlass]) {
        const command = sendCommand(role, runPatchBaseline, instance, "prod-sensitive");
        expect(judgeAll(command, { identity }), role).to.equal("allowed");
      }
    });

    it("keep an operator from AWS's patching runbooks, and from no other runbook", async () => {
      const identity = [allOfSsm, guardOf(await built())];
      const start = (runbook: string): Verdict =>
        judge(
          {
            principal: { role: operatorRole },
            action: "ssm:StartAutomationExecution",
            resource: `arn:aws:ssm:eu-central-1::automation-definition/${runbook}:$DEFAULT`,
          },
          { identity },
        );
      expect(start("AWS-PatchInstanceWithRollback")).to.equal("denied explicitly");
      expect(start("AWS-PatchAsgInstance")).to.equal("denied explicitly");
      expect(start("AWS-RestartEC2Instance")).to.equal("allowed");
    });
  });

  describe("the windows' role", () => {
    it("sends patch and hook documents to the location's groups, with logs to its bucket", async () => {
      const identity = [windowPolicyOf(await built())];
      const hooked = "arn:aws:ssm:eu-central-1:111122223333:document/patchplane-prod-mw-hooked-0123abcd";
      for (const document of [runPatchBaseline, `${runPatchBaseline}WithHooks`, hooked]) {
        for (const group of ["prod-auto", "prod-sensitive"]) {
          for (const node of [instance, hybridNode]) {
            const command = [
              ...sendCommand(windowRole, document, node, group),
              { principal: { role: windowRole }, action: "ssm:SendCommand", resource: bucket },
            ];
            expect(judgeAll(command, { identity }), `${document} ${group}`).to.equal("allowed");
          }
        }
      }
    });

    it("sends no other document, reaches no other node, and passes no other role", async () => {
      const identity = [windowPolicyOf(await built())];
      const send = (document: string, node: string, group: string): Verdict =>
        judgeAll(sendCommand(windowRole, document, node, group), { identity });
      expect(send(runShellScript, instance, "prod-auto")).to.equal("denied by default");
      expect(send(runPatchBaseline, instance, "other-team")).to.equal("denied by default");
      expect(send(runPatchBaseline, instance.replace("eu-central-1", "us-east-1"), "prod-auto")).to.equal(
        "denied by default",
      );
      const untagged = { principal: { role: windowRole }, action: "ssm:SendCommand", resource: instance };
      expect(judge(untagged, { identity })).to.equal("denied by default");
      const pass = (role: string): Verdict =>
        judge({ principal: { role: windowRole }, action: "iam:PassRole", resource: role }, { identity });
      expect(pass(notificationRole)).to.equal("allowed");
      expect(pass(hybridRole)).to.equal("denied by default");
    });
  });
});
