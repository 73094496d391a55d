import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  actionNamed,
  judge,
  requestsFor,
  staleExceptions,
  withTagging,
  type Context,
  type Need,
  type Verdict,
} from "../../simulator/index.ts";
import { knownTypes, own, readNeeds, writeNeeds } from "./needs.ts";
import { account, actionsOf, policiesOf, resources, statementsOf, templateFiles } from "./template.ts";

const root = join(import.meta.dirname, "..", "..");
const region = { "aws:RequestedRegion": "us-east-1" };

type Role = "DeployRole" | "PreviewRole";

/** One question: some actions on one resource, with what is at hand of condition keys. */
interface Question {
  readonly actions: string;
  readonly resource: string;
  readonly context?: Context;
}

const principalOf = (role: Role): { readonly role: string } => ({
  role: `arn:aws:iam::${account}:role/${role === "DeployRole" ? "patchplane-deploy" : "patchplane-preview"}`,
});

/** What each check of some needs gets for an answer. */
function answers(role: Role, needs: readonly Need[]): readonly (readonly [string, Verdict])[] {
  const identity = policiesOf(role);
  return withTagging(needs).flatMap(({ action, named, policies }) =>
    requestsFor(principalOf(role), action, { ...named, keys: { ...named.keys, ...region } }).map(
      (request) => [`${action} on ${request.resource}`, judge(request, { identity, ...policies })] as const,
    ),
  );
}

function refused(role: Role, needs: readonly Need[]): readonly string[] {
  const found = answers(role, needs).filter(([, verdict]) => verdict !== "allowed");
  return [...new Set(found.map(([what, verdict]) => `${what}: ${verdict}`))];
}

function allowed(role: Role, questions: readonly Question[]): readonly string[] {
  const identity = policiesOf(role);
  return questions.flatMap(({ actions, resource, context }) =>
    actions
      .split(" ")
      .filter((action) => {
        const request = { principal: principalOf(role), action, resource, context: { ...region, ...context } };
        return judge(request, { identity }) === "allowed";
      })
      .map((action) => `${action} on ${resource}`),
  );
}

const ssm = (resource: string): string => `arn:aws:ssm:us-east-1:${account}:${resource}`;

/** What neither role may do, by what it would be good for. */
const forbidden: readonly Question[] = [
  {
    actions: "ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath",
    resource: ssm("parameter/database/password"),
  },
  { actions: "secretsmanager:GetSecretValue", resource: `arn:aws:secretsmanager:us-east-1:${account}:secret:a` },
  {
    actions: "kms:Decrypt kms:Encrypt kms:GenerateDataKey kms:CreateGrant",
    resource: `arn:aws:kms:us-east-1:${account}:key/1`,
  },
  { actions: "ssm:SendCommand ssm:StartSession ssm:StartAutomationExecution", resource: ssm("managed-instance/mi-1") },
  { actions: "ssm:SendCommand", resource: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript" },
  { actions: "ssm:CreateAssociation", resource: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript" },
  { actions: "ssm:DeregisterManagedInstance", resource: ssm("managed-instance/mi-1") },
  {
    actions: "sqs:ReceiveMessage sqs:PurgeQueue",
    resource: `arn:aws:sqs:us-east-1:${account}:patchplane-prod-node-results`,
  },
  { actions: "sns:Publish", resource: `arn:aws:sns:us-east-1:${account}:patchplane-prod-patching` },
  { actions: "s3:GetObject", resource: `arn:aws:s3:::patchplane-prod-prod-use1-${account}/logs/i-1/output.txt` },
  { actions: "s3:GetObject s3:PutObject", resource: "arn:aws:s3:::someone-elses/approvals/x.yaml" },
  { actions: "s3:PutBucketPolicy s3:DeleteBucket", resource: "arn:aws:s3:::patchplane-nonprod-x" },
  { actions: "iam:CreateUser iam:CreateAccessKey", resource: `arn:aws:iam::${account}:user/patchplane-prod-x` },
  {
    actions: "iam:CreateRole iam:PutRolePolicy iam:UpdateAssumeRolePolicy",
    resource: `arn:aws:iam::${account}:role/Administrator`,
  },
  {
    actions: "iam:PutRolePolicy iam:UpdateAssumeRolePolicy",
    resource: `arn:aws:iam::${account}:role/patchplane-deploy`,
  },
  {
    actions: "iam:PutRolePolicy iam:UpdateAssumeRolePolicy",
    resource: `arn:aws:iam::${account}:role/patchplane-preview`,
  },
  {
    actions: "iam:AttachRolePolicy",
    resource: `arn:aws:iam::${account}:role/patchplane/prod/patchplane-prod-use1-window`,
    context: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
  },
  {
    actions: "iam:PassRole",
    resource: `arn:aws:iam::${account}:role/patchplane/prod/patchplane-prod-use1-window`,
    context: { "iam:PassedToService": "ec2.amazonaws.com" },
  },
  {
    actions: "iam:PassRole",
    resource: `arn:aws:iam::${account}:role/Administrator`,
    context: { "iam:PassedToService": "ssm.amazonaws.com" },
  },
  {
    actions: "ssm:UpdatePatchBaseline ssm:DeletePatchBaseline",
    resource: ssm("patchbaseline/pb-1"),
    context: { "aws:ResourceTag/ManagedBy": "hand" },
  },
  {
    actions: "ssm:UpdateMaintenanceWindow",
    resource: ssm("maintenancewindow/mw-1"),
    context: { "aws:ResourceTag/ManagedBy": "patchplane", "aws:ResourceTag/Environment": "nonprod" },
  },
  { actions: "kms:PutKeyPolicy kms:ScheduleKeyDeletion", resource: `arn:aws:kms:us-east-1:${account}:key/1` },
  { actions: "ec2:TerminateInstances", resource: `arn:aws:ec2:us-east-1:${account}:instance/i-1` },
  { actions: "events:PutRule", resource: `arn:aws:events:us-east-1:${account}:rule/billing` },
  { actions: "sts:AssumeRole", resource: `arn:aws:iam::${account}:role/Administrator` },
];

/** Actions that IAM can hold to no resource, or to none that exists yet, and why. */
const unscoped: Readonly<Record<string, string>> = {
  "ec2:DescribeImages": "lists",
  "ec2:DescribeInstances": "lists",
  "ssm:GetInventory": "lists",
  "ssm:CancelCommand": "knows no resource",
  "ssm:DescribeMaintenanceWindowExecutionTaskInvocations": "knows no resource",
  "ssm:DescribeMaintenanceWindowExecutionTasks": "knows no resource",
  "ssm:GetCommandInvocation": "knows no resource",
  "ssm:GetMaintenanceWindowExecution": "knows no resource",
  "ssm:ListCommandInvocations": "lists",
  "ssm:ListCommands": "lists",
  "ssm:ListComplianceItems": "lists",
  "ssm:ListInventoryEntries": "lists",
  "kms:CreateKey": "the key does not exist yet; held to tags",
  "kms:ListAliases": "lists",
  "lambda:GetAccountSettings": "the account's own limits",
  "logs:DescribeLogGroups": "lists",
  "servicequotas:ListServiceQuotas": "lists",
  "ssm:CreateActivation": "knows no resource; iam:PassRole decides which role it hands out",
  "ssm:CreateMaintenanceWindow": "the window does not exist yet; held to tags",
  "ssm:CreatePatchBaseline": "the baseline does not exist yet; held to tags",
  "ssm:DeleteActivation": "knows no resource",
  "ssm:DescribeActivations": "lists",
  "ssm:DescribeInstanceInformation": "lists",
  "ssm:DescribeMaintenanceWindows": "lists",
  "ssm:DescribePatchBaselines": "lists",
  "ssm:DescribePatchGroups": "lists",
  "ssm:GetPatchBaselineForPatchGroup": "knows no resource",
  "ssm:ListAssociations": "lists",
  "ssm:ListResourceDataSync": "lists",
};

describe("the roles of the bootstrap", () => {
  it("are judged for every AWS type that the checked-in stacks register", () => {
    const types = ["prod", "nonprod"].flatMap((name) =>
      readFileSync(join(root, "tests", "inventory", `${name}.txt`), "utf8")
        .split("\n")
        .map((line) => line.split("  ")[0] ?? ""),
    );
    const aws = new Set(types.filter((type) => type.startsWith("aws:") || type === "pulumi:providers:aws"));
    aws.delete("pulumi:providers:aws");
    expect([...knownTypes].sort()).to.deep.equal([...aws].sort());
    expect(staleExceptions()).to.deep.equal([]);
  });

  it("let the deploying role do whatever the provider's own code calls for each of them, by the stack's names", () => {
    const needs = knownTypes.flatMap((type) => [...readNeeds(type), ...writeNeeds(type)]);
    expect(needs.length).to.be.greaterThan(200);
    // What people attached to roles of their own is changed by an administrator.
    expect(refused("DeployRole", needs)).to.deep.equal([`iam:CreatePolicyVersion on ${own.policy}: denied explicitly`]);
  });

  it("let the reading role read each of them, and write none", () => {
    expect(refused("PreviewRole", knownTypes.flatMap(readNeeds))).to.deep.equal([]);
    const writes = withTagging(knownTypes.flatMap(writeNeeds)).filter(({ action }) =>
      /Write|Permissions/.test(actionNamed(action).level),
    );
    expect(writes.length).to.be.greaterThan(50);
    const may = answers("PreviewRole", writes).filter(([, verdict]) => verdict === "allowed");
    expect(may.map(([what]) => what)).to.deep.equal([]);
  });

  it("let the reading role read what the page of rights says that plan --live asks, and no command", () => {
    const page = readFileSync(join(root, "docs", "permissions.md"), "utf8");
    const rows = page.split("\n").filter((line) => /^- `plan --live`: .*`ssm:/.test(line));
    expect(rows).to.have.lengthOf(1);
    const asked = new Set(rows.flatMap((row) => row.match(/(ssm|servicequotas|lambda):[A-Za-z]+/g) ?? []));
    expect(asked.size).to.be.greaterThan(8);
    const may = actionsOf("PreviewRole");
    expect(may.filter((action) => action.includes("Command"))).to.deep.equal([]);
    // How long installations took is told by commands, which a plan can do without.
    const needed = [...asked].filter((action) => action !== "ssm:ListCommandInvocations");
    expect(needed.filter((action) => !may.includes(action))).to.deep.equal([]);
    const nodes = [ssm("managed-instance/mi-1"), `arn:aws:ec2:us-east-1:${account}:instance/i-1`];
    const onNodes = nodes.map((resource) => ({ actions: "ssm:DescribeInstancePatchStates", resource }));
    expect(allowed("PreviewRole", onNodes)).to.have.lengthOf(nodes.length);
  });

  it("allow the deploying role every action that the page for real accounts lists", () => {
    const page = readFileSync(join(root, "docs", "getting-started.md"), "utf8");
    const block = /The SSM actions, as the provider calls them:\n\n```\n([^`]+)```/.exec(page)?.[1] ?? "";
    const listed = block.split(/\s+/).filter((word) => word !== "");
    expect(listed.length).to.be.greaterThan(40);
    const may = actionsOf("DeployRole");
    expect(listed.filter((name) => !may.includes(`ssm:${name}`))).to.deep.equal([]);
  });

  it("refuse both what would read secrets, run commands, or reach what is not the stack's", () => {
    expect(allowed("DeployRole", forbidden)).to.deep.equal([]);
    expect(allowed("PreviewRole", forbidden)).to.deep.equal([]);
  });

  it("refuse everything in another Region, but IAM", () => {
    const elsewhere = { "aws:RequestedRegion": "ap-southeast-2" };
    const calls: readonly Question[] = [
      { actions: "ssm:CreateActivation ssm:DescribeActivations", resource: "*", context: elsewhere },
      { actions: "s3:CreateBucket", resource: `arn:aws:s3:::patchplane-prod-x-${account}`, context: elsewhere },
    ];
    expect(allowed("DeployRole", calls)).to.deep.equal([]);
    const iam = {
      actions: "iam:GetRole",
      resource: own.role,
      context: elsewhere,
    };
    expect(allowed("DeployRole", [iam])).to.have.lengthOf(1);
  });

  it("allow the reading role verbs that read, and nothing else", () => {
    for (const action of actionsOf("PreviewRole")) expect(action).to.match(/^[a-z0-9]+:(Describe|Get|List)[A-Za-z]+$/);
  });

  it("allow no action by a wildcard, and any resource only where IAM knows none", () => {
    const broad = new Set<string>();
    for (const role of [
      "DeployRole",
      "PreviewRole",
      "EntryDeployRole",
      "EntryOperateRole",
      "EntryPreviewRole",
      "EntryReviewRole",
      "OperatorReadRole",
      "OperatorRole",
      "InstallRole",
      "BreakGlassRole",
      "ScanRole",
    ]) {
      for (const { Sid, Effect, Action = [], Resource } of statementsOf(role)) {
        if (Effect === "Deny") continue;
        for (const action of [Action].flat()) {
          expect(action, `${role} ${Sid}`).to.match(/^[a-z0-9]+:[A-Za-z0-9]+$/);
          if ([Resource].flat().includes("*")) broad.add(action);
        }
      }
    }
    expect([...broad].sort()).to.deep.equal(Object.keys(unscoped).sort());
  });

  it("allow the deploying role nothing that no resource of the stack needs", () => {
    const needs = knownTypes.flatMap((type) => [...readNeeds(type), ...writeNeeds(type)]);
    const needed = new Set(withTagging(needs).map(({ action }) => action));
    const more = actionsOf("DeployRole").filter((action) => !needed.has(action));
    expect(more.sort()).to.deep.equal([
      // What status and plan --live ask.
      "lambda:GetAccountSettings",
      "servicequotas:ListServiceQuotas",
      "ssm:DescribeInstanceInformation",
      "ssm:DescribeInstancePatchStates",
      "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
      "ssm:DescribeMaintenanceWindowExecutionTasks",
      "ssm:DescribeMaintenanceWindowExecutions",
      "ssm:DescribeMaintenanceWindowTasks",
      "ssm:DescribeMaintenanceWindows",
      "ssm:GetCommandInvocation",
      "ssm:GetPatchBaselineForPatchGroup",
      "ssm:ListAssociations",
      "ssm:ListCommandInvocations",
      "ssm:ListCommands",
    ]);
  });

  it("stay within what CloudFormation takes without a bucket", () => {
    expect(templateFiles).to.have.lengthOf(2);
    for (const file of templateFiles) expect(readFileSync(file).length, file).to.be.at.most(51_200);
  });

  it("stay within IAM's size of a managed policy", () => {
    const sizes = Object.entries(resources()).filter(([, { Type }]) => Type === "AWS::IAM::ManagedPolicy");
    expect(sizes).to.have.lengthOf(13);
    for (const [name, { Properties }] of sizes) {
      expect(JSON.stringify(Properties["PolicyDocument"]).length, name).to.be.at.most(6144);
    }
  });
});
