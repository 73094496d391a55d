import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { judge, type Context, type Verdict } from "../../simulator/index.ts";
import { activationTags } from "../../domain/onboarding/payload.ts";
import { azureRow } from "../components/azure/fleet.ts";
import { own } from "./needs.ts";
import { account, actionsOf, atEntry, entryAccount, parameters, policiesOf, resources, trustOf } from "./template.ts";

const roles = ["OperatorReadRole", "OperatorRole", "InstallRole", "BreakGlassRole", "ScanRole"] as const;
type Role = (typeof roles)[number];

const [operator = ""] = [parameters["OperatorPrincipals"] ?? []].flat();
const node = `arn:aws:ssm:us-east-1:${account}:managed-instance/mi-1`;
const owned = { "aws:ResourceTag/ManagedBy": "patchplane", "aws:ResourceTag/Environment": "prod" };

function asks(role: Role, action: string, resource: string, context: Context = {}): Verdict {
  const name = String(resources()[role]?.Properties["RoleName"]);
  return judge(
    {
      principal: { role: `arn:aws:iam::${account}:role/${name}` },
      action,
      resource,
      context: { "aws:RequestedRegion": "us-east-1", ...context },
    },
    { identity: policiesOf(role) },
  );
}

describe("the operators' roles of the bootstrap", () => {
  it("trust the principals that are named, and those alone", () => {
    for (const role of ["OperatorReadRole", "OperatorRole"] as const) {
      const taken = (principal: string): Verdict =>
        judge({ principal: { role: principal }, action: "sts:AssumeRole", resource: "*" }, { resource: trustOf(role) });
      expect(taken(operator), role).to.equal("allowed");
      expect(taken(`${operator}0`), role).to.equal("denied by default");
      expect(taken(`arn:aws:iam::${account}:role/patchplane-deploy`), role).to.equal("denied by default");
    }
  });

  const entries = { operate: "EntryOperateRole", review: "EntryReviewRole" } as const;
  const entryOf = (kind: string, environment = "prod"): string =>
    `arn:aws:iam::${entryAccount}:role/patchplane-entry-${kind}-${environment}`;

  it("let the workflows' entries of the same environment into theirs, where it is asked for", () => {
    const may = (kind: keyof typeof entries, principal = entryOf(kind), values = parameters): readonly Role[] =>
      roles.filter((role) => {
        const resource = `arn:aws:iam::${account}:role/${String(resources()[role]?.Properties["RoleName"])}`;
        const request = { principal: { role: principal }, action: "sts:AssumeRole", resource };
        const identity = policiesOf(entries[kind], atEntry);
        return judge(request, { identity, key: trustOf(role, values) }) === "allowed";
      });
    expect(may("operate")).to.deep.equal(["OperatorRole", "InstallRole"]);
    expect(may("review")).to.deep.equal(["ScanRole"]);
    const unasked = { ...parameters, EntryAccountId: "", RepositorySubject: "" };
    expect(may("operate", undefined, unasked)).to.deep.equal([]);
    for (const kind of ["operate", "review"] as const)
      for (const principal of [
        entryOf(kind, "prod-apac"),
        entryOf("deploy"),
        entryOf(kind).replace(entryAccount, account),
        `arn:aws:iam::${entryAccount}:role/Administrator`,
      ])
        expect(may(kind, principal), principal).to.deep.equal([]);
  });

  it("give those entries nothing but the way there", () => {
    const names = [
      "patchplane-operator-prod",
      "patchplane-operator-install-prod",
      "patchplane-operator-scan-prod",
      "patchplane-deploy",
      "patchplane-operator-prod-apac",
      "patchplane-operator-install-nonprod",
      "patchplane-operator-scan-nonprod",
      "patchplane-prod-use1-break-glass",
    ];
    const may = (kind: keyof typeof entries): readonly string[] => {
      const identity = policiesOf(entries[kind], atEntry);
      expect(actionsOf(entries[kind], atEntry)).to.deep.equal(["sts:AssumeRole"]);
      return names.filter((name) => {
        const resource = `arn:aws:iam::${account}:role/${name}`;
        const request = { principal: { role: entryOf(kind) }, action: "sts:AssumeRole", resource };
        return judge(request, { identity }) === "allowed";
      });
    };
    expect(may("operate")).to.deep.equal(names.slice(0, 2));
    expect(may("review")).to.deep.equal(names.slice(2, 3));
  });

  it("let the weekly review read what people read but by Athena and of instances' roles, scan, and keep the record of it", () => {
    const asked = ["iam:GetInstanceProfile", "iam:SimulatePrincipalPolicy"];
    const reads = actionsOf("OperatorReadRole").filter(
      (action) => !/^(athena|glue|s3):/.test(action) && !asked.includes(action),
    );
    expect(actionsOf("ScanRole")).to.include.members(reads);
    const beyond = actionsOf("ScanRole").filter((action) => !/:(Describe|Get|List)/.test(action));
    expect(beyond).to.deep.equal(["s3:PutObject", "ssm:SendCommand"]);
    const elsewhere = { "aws:RequestedRegion": "ap-southeast-2" };
    const document = `arn:aws:ssm:us-east-1:${account}:document/patchplane-prod-scan`;
    expect(asks("ScanRole", "ssm:SendCommand", document)).to.equal("allowed");
    expect(asks("ScanRole", "ssm:SendCommand", document, elsewhere)).to.equal("denied by default");
    const copy = `${own.bucket}/runs/2026-12-01T030000Z-prod-scan-1a2b/000018.jsonl`;
    expect(asks("ScanRole", "s3:PutObject", copy, { "s3:if-none-match": "*" })).to.equal("allowed");
    expect(asks("ScanRole", "s3:PutObject", copy)).to.equal("denied by default");
  });

  it("let people run every command that the page of rights lists, each with its role", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "permissions.md"), "utf8");
    const rows = page.split("\n").filter((line) => /^- `[a-z]/.test(line) && /`ssm:/.test(line));
    expect(rows.length).to.be.greaterThan(2);
    for (const row of rows) {
      const changes = / --(apply|refresh|store|resume|drill)|`(scan|rerun|reboot|open-window|verify)/.test(
        row.slice(0, 40),
      );
      const role = /`install/.test(row.slice(0, 40)) ? "InstallRole" : changes ? "OperatorRole" : "OperatorReadRole";
      const may = actionsOf(role);
      const asked = row.match(/(ssm|servicequotas):[A-Za-z]+/g) ?? [];
      expect(
        asked.filter((action) => !may.includes(action)),
        row.slice(0, 30),
      ).to.deep.equal([]);
    }
  });

  it("let the reading one only read, and have Athena read and keep its results", () => {
    const beyond = actionsOf("OperatorReadRole").filter((action) => !/:(Describe|Get|List|BatchGet)/.test(action));
    expect([...new Set(beyond)].sort()).to.deep.equal([
      "athena:StartQueryExecution",
      "athena:StopQueryExecution",
      // Reads as well: what it is asked is not done.
      "iam:SimulatePrincipalPolicy",
      "s3:AbortMultipartUpload",
      "s3:PutObject",
    ]);
    const bucket = `arn:aws:s3:::patchplane-prod-use1-${account}`;
    expect(asks("OperatorReadRole", "s3:PutObject", `${bucket}/athena/1.csv`)).to.equal("allowed");
    for (const folder of ["approvals", "collections", "logs", "overrides", "runs", "sync"])
      expect(asks("OperatorReadRole", "s3:PutObject", `${bucket}/${folder}/x`), folder).to.equal("denied by default");
    const workgroup = (name: string): string => `arn:aws:athena:us-east-1:${account}:workgroup/${name}`;
    expect(asks("OperatorReadRole", "athena:StartQueryExecution", own.workgroup)).to.equal("allowed");
    for (const name of ["primary", "patchplane-prod-apac-reports"])
      expect(asks("OperatorReadRole", "athena:StartQueryExecution", workgroup(name)), name).to.equal(
        "denied by default",
      );
  });

  it("let the other one write the tags of a fleet row on hybrid nodes, and no other tag", () => {
    const keys = Object.keys(activationTags(azureRow({ owner: "ops@example.com" })));
    expect(keys).to.include("AzureVmId");
    expect(asks("OperatorRole", "ssm:AddTagsToResource", node, { "aws:TagKeys": keys })).to.equal("allowed");
    const more = { "aws:TagKeys": [...keys, "CostCenter"] };
    expect(asks("OperatorRole", "ssm:AddTagsToResource", node, more)).to.equal("denied by default");
    for (const resource of [own.window, own.baseline, `arn:aws:ec2:us-east-1:${account}:instance/i-1`]) {
      expect(asks("OperatorRole", "ssm:AddTagsToResource", resource, { "aws:TagKeys": keys })).to.equal(
        "denied by default",
      );
    }
  });

  it("let it deregister the nodes that the environment onboarded, and no other", () => {
    const action = "ssm:DeregisterManagedInstance";
    const tags = { "ssm:resourceTag/AzureVmId": "1", "ssm:resourceTag/Environment": "prod" };
    expect(asks("OperatorRole", action, node, tags)).to.equal("allowed");
    expect(asks("OperatorReadRole", action, node, tags)).to.equal("denied by default");
    for (const other of [{ ...tags, "ssm:resourceTag/Environment": "lab" }, { "ssm:resourceTag/Environment": "prod" }])
      expect(asks("OperatorRole", action, node, other)).to.equal("denied by default");
  });

  it("let it open and stop the environment's windows, and no one else's", () => {
    for (const action of ["ssm:UpdateMaintenanceWindow", "ssm:CancelMaintenanceWindowExecution"]) {
      expect(asks("OperatorRole", action, own.window, owned), action).to.equal("allowed");
      const theirs = { ...owned, "aws:ResourceTag/Environment": "prod-apac" };
      expect(asks("OperatorRole", action, own.window, theirs), action).to.equal("denied by default");
      expect(asks("OperatorRole", action, own.window), action).to.equal("denied by default");
    }
  });

  it("let it gather the environment's inventory and keep collections, and nothing else in a bucket", () => {
    const start = "ssm:StartAssociationsOnce";
    expect(asks("OperatorRole", start, own.association, owned)).to.equal("allowed");
    expect(asks("OperatorRole", start, own.association)).to.equal("denied by default");
    expect(asks("OperatorReadRole", start, own.association, owned)).to.equal("denied by default");
    const kept = `${own.bucket}/collections/AWS:Tag/nodes.json.gz`;
    for (const action of ["s3:PutObject", "s3:DeleteObject"]) {
      expect(asks("OperatorRole", action, kept), action).to.equal("allowed");
      expect(asks("OperatorRole", action, own.object), action).to.equal("denied by default");
      expect(asks("OperatorReadRole", action, kept), action).to.equal("denied by default");
    }
    expect(asks("OperatorReadRole", "s3:GetObject", kept)).to.equal("allowed");
    expect(asks("OperatorReadRole", "s3:GetObject", `${own.bucket}/logs/i-1/output`)).to.equal("denied by default");
  });

  it("let it keep the record of a run, each copy once, and everybody read it", () => {
    const copy = `${own.bucket}/runs/2026-12-01T030000Z-prod-stop-1a2b/000018.jsonl`;
    expect(asks("OperatorRole", "s3:PutObject", copy, { "s3:if-none-match": "*" })).to.equal("allowed");
    expect(asks("OperatorRole", "s3:PutObject", copy)).to.equal("denied by default");
    expect(asks("OperatorRole", "s3:DeleteObject", copy)).to.equal("denied by default");
    expect(asks("OperatorReadRole", "s3:PutObject", copy, { "s3:if-none-match": "*" })).to.equal("denied by default");
    for (const role of roles) {
      expect(asks(role, "s3:GetObject", copy), role).to.equal("allowed");
      expect(asks(role, "s3:ListBucket", own.bucket, { "s3:prefix": "runs/" }), role).to.equal("allowed");
    }
  });

  it("let each send what it is for to the groups it is for, and nothing to a node without a group", () => {
    const document = (name: string): string => `arn:aws:ssm:us-east-1:${account}:document/${name}`;
    const instance = `arn:aws:ec2:us-east-1:${account}:instance/i-1`;
    // AWS asks for the document and for every node.
    const sends = (role: Role, what: string, group: string | undefined): boolean =>
      asks(role, "ssm:SendCommand", what) === "allowed" &&
      [node, instance].every(
        (each) =>
          asks(role, "ssm:SendCommand", each, group === undefined ? {} : { "ssm:resourceTag/PatchGroup": group }) ===
          "allowed",
      );
    const groups = ["prod-auto", "prod-sensitive", undefined];
    const may = (what: string): unknown =>
      Object.fromEntries(roles.map((role) => [role, groups.map((group) => sends(role, what, group))]));
    const none = [false, false, false];
    const checks = {
      OperatorReadRole: none,
      OperatorRole: [true, true, false],
      InstallRole: [true, false, false],
      BreakGlassRole: [true, true, false],
      ScanRole: none,
    };
    expect(may(document("patchplane-prod-scan"))).to.deep.equal({ ...checks, ScanRole: [true, true, false] });
    for (const name of ["reboot", "readiness", "drill"])
      expect(may(document(`patchplane-prod-${name}`)), name).to.deep.equal(checks);
    expect(may(own.awsDocument)).to.deep.equal({ ...checks, OperatorRole: none });
    for (const name of ["patchplane-prod-mw-install-hooks", "patchplane-prod-apac-scan", "patchplane-nonprod-scan"])
      expect(may(document(name)), name).to.deep.equal(Object.fromEntries(roles.map((role) => [role, none])));
    expect(may("arn:aws:ssm:us-east-1::document/AWS-RunShellScript")).to.deep.equal(
      Object.fromEntries(roles.map((role) => [role, none])),
    );
  });

  it("let those that install put the list of an installation, once, and no approval", () => {
    const list = `${own.bucket}/installs/0123456789abcdef.yaml`;
    const once = { "s3:if-none-match": "*" };
    for (const role of roles) {
      const installs = role === "InstallRole" || role === "BreakGlassRole";
      expect(asks(role, "s3:PutObject", list, once), role).to.equal(installs ? "allowed" : "denied by default");
      for (const [action, resource, context] of [
        ["s3:PutObject", list, {}],
        ["s3:DeleteObject", list, once],
        ["s3:PutObject", own.object, once],
      ] as const)
        expect(asks(role, action, resource, context), `${role} ${action}`).to.equal("denied by default");
    }
  });

  it("let the emergency's role tell the topic, by the name that the guard policy spares", () => {
    expect(resources()["BreakGlassRole"]?.Properties["RoleName"]).to.equal("patchplane-prod-use1-break-glass");
    expect(asks("BreakGlassRole", "sns:Publish", own.topic)).to.equal("allowed");
    const through = { ...owned, "kms:ViaService": "sns.us-east-1.amazonaws.com" };
    expect(asks("BreakGlassRole", "kms:GenerateDataKey", own.key, through)).to.equal("allowed");
    expect(asks("BreakGlassRole", "kms:GenerateDataKey", own.key, owned)).to.equal("denied by default");
    for (const role of ["OperatorRole", "InstallRole"] as const)
      expect(asks(role, "sns:Publish", own.topic), role).to.equal("denied by default");
  });

  it("keep the packages of servers from the previews of pull requests", () => {
    const may = actionsOf("PreviewRole");
    for (const action of ["ssm:ListInventoryEntries", "ssm:DescribeInstancePatches", "ssm:ListCommands"])
      expect(may).to.not.include(action);
  });

  it("give neither a way past an approval, a window's content, or the reviewed path", () => {
    for (const role of ["OperatorReadRole", "OperatorRole", "ScanRole"] as const) {
      for (const [action, resource] of [
        ["ssm:SendCommand", own.awsDocument],
        ["ssm:SendCommand", node],
        ["ssm:StartSession", node],
        ["ssm:RegisterTaskWithMaintenanceWindow", own.window],
        ["ssm:UpdateMaintenanceWindowTask", own.window],
        ["ssm:UpdatePatchBaseline", own.baseline],
        ["s3:PutObject", own.object],
        ["iam:PutRolePolicy", own.role],
        ["iam:PassRole", own.role],
        ["sts:AssumeRole", `arn:aws:iam::${account}:role/patchplane-deploy`],
        ["ssm:GetParameter", `arn:aws:ssm:us-east-1:${account}:parameter/a`],
      ] as const) {
        expect(asks(role, action, resource, owned), `${role} ${action}`).to.equal("denied by default");
      }
    }
    const elsewhere = { ...owned, "aws:RequestedRegion": "ap-southeast-2" };
    expect(asks("OperatorRole", "ssm:UpdateMaintenanceWindow", own.window, elsewhere)).to.equal("denied explicitly");
  });
});
