import { expect } from "chai";
import { actionNamed, actionNames, judge, type Context, type Verdict } from "../../simulator/index.ts";
import { own } from "./needs.ts";
import { account, entryAccount, policiesOf, policyOf } from "./template.ts";

const deployRole = `arn:aws:iam::${account}:role/patchplane-deploy`;
const identity = policiesOf("DeployRole");
const boundary = policyOf("Boundary");
const here = { "aws:RequestedRegion": "us-east-1" };
const iam = (resource: string): string => `arn:aws:iam::${account}:${resource}`;

function deployer(action: string, resource: string, context: Context = {}): Verdict {
  return judge({ principal: { role: deployRole }, action, resource, context: { ...here, ...context } }, { identity });
}

/** A role of the stack into which somebody has written everything. */
function swollen(action: string, resource: string, context: Context = {}): Verdict {
  const everything = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  return judge(
    { principal: { role: own.role }, action, resource, context: { ...here, ...context } },
    { identity: [everything], boundary },
  );
}

const bound = { "iam:PermissionsBoundary": own.boundary };
const owned = { "aws:ResourceTag/ManagedBy": "patchplane", "aws:ResourceTag/Environment": "prod" };
const tagging = { "aws:RequestTag/ManagedBy": "patchplane", "aws:RequestTag/Environment": "prod" };
const strangers = { ...tagging, "aws:ResourceTag/ManagedBy": "their team" };

/** Roles and policies that are not the stack's, by what they are. */
const others: Readonly<Record<string, string>> = {
  administrator: iam("role/Administrator"),
  "another environment's role": iam("role/patchplane/prod-apac/patchplane-prod-apac-use1-window"),
  "another environment's policy": iam("policy/patchplane/prod-apac/patchplane-prod-apac-use1-node"),
  boundary: own.boundary,
  "break-glass": iam("role/patchplane-prod-use1-break-glass"),
  "deploying role": deployRole,
  "deploying role of another environment": iam("role/patchplane-deploy-apac"),
  "deploying role's policy": iam("policy/patchplane-deploy"),
  "deploying role's second policy": iam("policy/patchplane-deploy-identity"),
  "entry of an environment called like it": iam("role/patchplane-entry-deploy-prod"),
  "entry of the operating workflow": iam("role/patchplane-entry-operate-prod"),
  "operators' role": iam("role/patchplane-operator-prod"),
  "operators' policy": iam("policy/patchplane-operator-prod"),
  "name of the stack outside its path": iam("role/patchplane-prod-use1-window"),
  "policy of AWS": "arn:aws:iam::aws:policy/AdministratorAccess",
  "reading role": iam("role/patchplane-preview"),
  "reading role's policy": iam("policy/patchplane-preview"),
  user: iam("user/patchplane/prod/somebody"),
  group: iam("group/patchplane/prod/somebody"),
  profile: iam("instance-profile/patchplane/prod/web"),
  provider: iam("oidc-provider/token.actions.githubusercontent.com"),
};

/** Everything that IAM lets anybody do but reading. */
const writes = actionNames().filter(
  (name) => name.startsWith("iam:") && /Write|Permissions|Tagging/.test(actionNamed(name).level),
);

describe("the deploying role", () => {
  const listed: readonly (readonly [string, string, string, Context?])[] = [
    ["a role without a boundary", "iam:CreateRole", own.role],
    [
      "a role with a boundary of its own",
      "iam:CreateRole",
      own.role,
      { "iam:PermissionsBoundary": iam("policy/patchplane/prod/mine") },
    ],
    ["any policy in a role without the boundary", "iam:PutRolePolicy", own.role],
    [
      "AWS's administrator policy on a role of its own",
      "iam:AttachRolePolicy",
      own.role,
      { ...bound, "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
    ],
    [
      "a policy of its own on a role without the boundary",
      "iam:AttachRolePolicy",
      own.role,
      { "iam:PolicyARN": own.policy },
    ],
    ["the boundary taken away", "iam:DeleteRolePermissionsBoundary", own.role, bound],
    [
      "another boundary put in its place",
      "iam:PutRolePermissionsBoundary",
      own.role,
      { "iam:PermissionsBoundary": iam("policy/patchplane/prod/mine") },
    ],
    ["a new version of the boundary", "iam:CreatePolicyVersion", own.boundary],
    ["a new version of the node policy, which instance profiles of others hold", "iam:CreatePolicyVersion", own.policy],
    ["an older version of the guard, which people hold", "iam:SetDefaultPolicyVersion", own.policy],
    ["its own trust", "iam:UpdateAssumeRolePolicy", deployRole],
    ["its own policies", "iam:PutRolePolicy", deployRole, bound],
    [
      "the entry's trust",
      "iam:UpdateAssumeRolePolicy",
      `arn:aws:iam::${entryAccount}:role/patchplane-entry-deploy-prod`,
    ],
    ["the entry's trust in its own account", "iam:UpdateAssumeRolePolicy", iam("role/patchplane-entry-deploy-prod")],
    ["break-glass's trust", "iam:UpdateAssumeRolePolicy", iam("role/patchplane-prod-use1-break-glass")],
    ["a role of prod-apac", "iam:UpdateAssumeRolePolicy", others["another environment's role"] ?? ""],
    ["a role handed to EC2", "iam:PassRole", own.role, { "iam:PassedToService": "ec2.amazonaws.com" }],
    [
      "an administrator handed to Systems Manager",
      "iam:PassRole",
      others["administrator"] ?? "",
      { "iam:PassedToService": "ssm.amazonaws.com" },
    ],
    ["another role taken", "sts:AssumeRole", own.role],
    ["a stranger's window made its own", "ssm:AddTagsToResource", own.window, strangers],
    ["a stranger's baseline made its own", "ssm:AddTagsToResource", own.baseline, strangers],
    ["a stranger's key made its own", "kms:TagResource", own.key, strangers],
    ["the policy of a key that it tagged", "kms:PutKeyPolicy", own.key, owned],
    ["the deletion of a key that it tagged", "kms:ScheduleKeyDeletion", own.key, owned],
    [
      "a document of prod-apac",
      "ssm:UpdateDocument",
      own.document.replace("prod-mw", "prod-apac-mw"),
      { ...owned, "aws:ResourceTag/Environment": "prod-apac" },
    ],
    ["a topic of prod-apac", "sns:SetTopicAttributes", own.topic.replace("prod", "prod-apac")],
    ["a queue of prod-apac", "sqs:SetQueueAttributes", own.queue.replace("prod", "prod-apac")],
    ["a rule of prod-apac", "events:PutTargets", own.rule.replace("prod", "prod-apac")],
    ["an alias of prod-apac", "kms:UpdateAlias", own.alias.replace("prod", "prod-apac")],
    ["a data sync of prod-apac", "ssm:DeleteResourceDataSync", own.dataSync.replace("prod", "prod-apac")],
    ["a bucket of another account", "s3:PutBucketPolicy", own.bucket.replace(account, "999999999999")],
  ];
  for (const [what, action, resource, context] of listed) {
    it(`gets no more rights by ${what}`, () => {
      expect(deployer(action, resource, context)).not.to.equal("allowed");
    });
  }

  it("writes nothing in IAM but its own bound roles and its own policies, whatever the action and the conditions", () => {
    const contexts: readonly Context[] = [
      {},
      bound,
      { ...bound, ...tagging, "iam:PolicyARN": own.policy, "iam:PassedToService": "ssm.amazonaws.com" },
      { ...owned, ...tagging, "iam:PassedToService": "ssm.amazonaws.com" },
    ];
    const reached = Object.entries(others).flatMap(([what, resource]) =>
      writes.flatMap((action) =>
        contexts.some((context) => deployer(action, resource, context) === "allowed") ? [`${action} on ${what}`] : [],
      ),
    );
    expect(writes.length).to.be.greaterThan(100);
    expect(reached).to.deep.equal([]);
    const unbound = writes.filter(
      (action) => deployer(action, own.role, { "iam:PolicyARN": own.policy, ...tagging }) === "allowed",
    );
    // What a role without the boundary would suffer: none can be made, so there is none.
    expect(unbound).to.deep.equal([
      "iam:DeleteRole",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]);
    expect(writes.filter((action) => deployer(action, own.policy) === "allowed")).to.deep.equal([
      "iam:CreatePolicy",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ]);
  });

  it("is kept from the bootstrap's roles and policies even by somebody who attaches AdministratorAccess to it", () => {
    const all = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
    for (const what of [
      "boundary",
      "break-glass",
      "deploying role",
      "deploying role's policy",
      "reading role",
      "entry of an environment called like it",
      "entry of the operating workflow",
      "operators' role",
      "operators' policy",
    ]) {
      for (const action of writes) {
        const request = { principal: { role: deployRole }, action, resource: others[what] ?? "", context: here };
        expect(judge(request, { identity: [...identity, all] }), `${action} on ${what}`).to.equal("denied explicitly");
      }
    }
  });
});

describe("the permissions boundary of the stack's roles", () => {
  it("leaves a role into which everything was written nothing but the work of nodes, windows and notifications", () => {
    const ssm = (resource: string): string => `arn:aws:ssm:us-east-1:${account}:${resource}`;
    const inGroup = { "ssm:resourceTag/PatchGroup": "prod-auto" };
    const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
    for (const [action, resource, context] of [
      ["ssm:SendCommand", own.awsDocument],
      ["ssm:SendCommand", own.document],
      ["ssm:SendCommand", instance, inGroup],
      ["sns:Publish", own.topic],
      ["kms:GenerateDataKey", own.key, { "kms:ViaService": "sns.us-east-1.amazonaws.com" }],
      ["s3:PutObject", `${own.bucket}/logs/x`],
    ] as const) {
      expect(swollen(action, resource, context), `${action} ${resource}`).to.equal("allowed");
    }
    for (const [action, resource, context] of [
      ["ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript", inGroup],
      ["ssm:SendCommand", instance],
      ["ssm:StartSession", instance, inGroup],
      ["ssm:StartAutomationExecution", "arn:aws:ssm:us-east-1::automation-definition/AWS-RunShellScript:1"],
      ["ssm:GetParameter", ssm("parameter/password")],
      ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:us-east-1:${account}:secret:a`],
      ["kms:Decrypt", own.key],
      ["s3:PutObject", own.object],
      ["s3:GetObject", "arn:aws:s3:::acme-pulumi-state/prod/.pulumi/stacks/patchplane/prod.json"],
      ["sts:AssumeRole", deployRole],
      ["iam:PassRole", others["administrator"] ?? ""],
      ["ec2:TerminateInstances", instance],
    ] as const) {
      expect(swollen(action, resource, context), `${action} ${resource}`).to.equal("denied by default");
    }
    for (const action of writes.filter((each) => each !== "iam:PassRole")) {
      expect(swollen(action, own.role, bound), action).to.equal("denied by default");
    }
  });
});
