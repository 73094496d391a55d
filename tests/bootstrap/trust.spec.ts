import { expect } from "chai";
import { judge, type Context, type Verdict } from "../../simulator/index.ts";
import {
  account,
  actionsOf,
  atEntry,
  entryAccount,
  parameters,
  policiesOf,
  resources,
  trustOf,
  type Parameters,
} from "./template.ts";

const provider = `arn:aws:iam::${entryAccount}:oidc-provider/token.actions.githubusercontent.com`;

function entryRole(kind: "deploy" | "operate" | "preview" | "reports", environment = "prod"): string {
  return `arn:aws:iam::${entryAccount}:role/patchplane-entry-${kind}-${environment}`;
}

function withToken(
  role: string,
  sub: string,
  aud = "sts.amazonaws.com",
  by = provider,
  ref = "refs/heads/main",
): Verdict {
  const github = "token.actions.githubusercontent.com";
  return judge(
    {
      principal: { provider: by },
      action: "sts:AssumeRoleWithWebIdentity",
      resource: "*",
      context: { [`${github}:sub`]: sub, [`${github}:aud`]: aud, [`${github}:ref`]: ref },
    },
    { resource: trustOf(role, atEntry) },
  );
}

/** As an account's administrators hand it on: its trust lets the entry account, whose role must be allowed besides. */
function byRole(role: "DeployRole" | "PreviewRole", principal: string): Verdict {
  const resource = `arn:aws:iam::${account}:role/${role === "DeployRole" ? "patchplane-deploy" : "patchplane-preview"}`;
  return judge(
    { principal: { role: principal }, action: "sts:AssumeRole", resource },
    { identity: policiesOf("EntryDeployRole", atEntry), key: trustOf(role) },
  );
}

/** Whose a bucket is: names of buckets are everybody's, and one that is gone may be made anew by anybody. */
const ours: Context = { "aws:ResourceAccount": entryAccount };
const strangers: Context = { "aws:ResourceAccount": "666666666666" };

describe("the trust of the bootstrap's roles", () => {
  for (const [role, what] of [
    ["EntryDeployRole", "deploy"],
    ["EntryOperateRole", "operate"],
  ] as const) {
    it(`lets a workflow of the protected environment ${what}, and no other token`, () => {
      const subject = "repo:acme@1/patching@2";
      const own = `${subject}:environment:prod`;
      expect(withToken(role, own)).to.equal("allowed");
      for (const sub of [
        `${subject}:environment:nonprod`,
        `${subject}:environment:prod-2`,
        `${subject}:pull_request`,
        `${subject}:ref:refs/heads/main`,
        "repo:acme@1/other@3:environment:prod",
        "repo:evil@9/patching@2:environment:prod",
        "repo:acme/patching:environment:prod",
      ]) {
        expect(withToken(role, sub), sub).to.equal("denied by default");
      }
      const branch = "refs/heads/feature";
      expect(withToken(role, own, undefined, undefined, branch)).to.equal("denied by default");
      expect(withToken(role, own, "https://github.com/acme")).to.equal("denied by default");
      const other = provider.replace("githubusercontent", "example");
      expect(withToken(role, own, "sts.amazonaws.com", other)).to.equal("denied by default");
    });
  }

  it("lets pull requests and main read, and no other branch or environment", () => {
    const subject = "repo:acme@1/patching@2";
    expect(withToken("EntryPreviewRole", `${subject}:pull_request`)).to.equal("allowed");
    expect(withToken("EntryPreviewRole", `${subject}:ref:refs/heads/main`)).to.equal("allowed");
    for (const sub of [
      `${subject}:ref:refs/heads/feature`,
      `${subject}:ref:refs/tags/main`,
      `${subject}:environment:prod`,
    ]) {
      expect(withToken("EntryPreviewRole", sub), sub).to.equal("denied by default");
    }
  });

  it("lets main alone read collections for pages of reports, and read nothing else", () => {
    const subject = "repo:acme@1/patching@2";
    expect(withToken("EntryReportsRole", `${subject}:ref:refs/heads/main`)).to.equal("allowed");
    for (const sub of [`${subject}:pull_request`, `${subject}:ref:refs/heads/feature`, `${subject}:environment:prod`])
      expect(withToken("EntryReportsRole", sub), sub).to.equal("denied by default");
    const role = `arn:aws:iam::${account}:role/patchplane-reports-prod`;
    const taken = (principal: string): Verdict =>
      judge(
        { principal: { role: principal }, action: "sts:AssumeRole", resource: role },
        { identity: policiesOf("EntryReportsRole", atEntry), key: trustOf("ReportsRole") },
      );
    expect(taken(entryRole("reports"))).to.equal("allowed");
    expect(taken(entryRole("preview"))).to.equal("denied by default");
    expect(taken(entryRole("reports", "nonprod"))).to.equal("denied by default");
    const asks = (action: string, resource: string, context: Context = {}): Verdict =>
      judge({ principal: { role }, action, resource, context }, { identity: policiesOf("ReportsRole") });
    const bucket = `arn:aws:s3:::patchplane-prod-use1-${account}`;
    const listing = (prefix: string): Verdict => asks("s3:ListBucket", bucket, { "s3:prefix": prefix });
    expect(asks("s3:GetObject", `${bucket}/collections/AWS:Tag/nodes.json.gz`)).to.equal("allowed");
    expect(listing("collections/Patchplane:Location/")).to.equal("allowed");
    expect(listing("logs/")).to.equal("denied by default");
    for (const key of ["logs/x", "approvals/x", "sync/AWS:Application/x", "runs/x"])
      expect(asks("s3:GetObject", `${bucket}/${key}`), key).to.equal("denied by default");
    expect(asks("s3:GetObject", `arn:aws:s3:::patchplane-nonprod-use1-${account}/collections/x`)).to.equal(
      "denied by default",
    );
    expect([...new Set(actionsOf("ReportsRole"))].sort()).to.deep.equal(["s3:GetObject", "s3:ListBucket"]);
  });

  it("lets main keep pages below the environment's name in the bucket that is named, and touch nothing else there", () => {
    const asks = (action: string, resource: string, context: Context = {}): Verdict =>
      judge(
        { principal: { role: entryRole("reports") }, action, resource, context: { ...ours, ...context } },
        { identity: policiesOf("EntryReportsRole", atEntry) },
      );
    const bucket = "arn:aws:s3:::acme-patching-pages";
    for (const action of ["s3:GetBucketPublicAccessBlock", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"]) {
      const resource = action.endsWith("Object") ? `${bucket}/prod/index.html` : bucket;
      expect(asks(action, resource, { "s3:prefix": "prod/", ...strangers }), action).to.equal("denied by default");
    }
    for (const action of ["s3:PutObject", "s3:DeleteObject"]) {
      expect(asks(action, `${bucket}/prod/index.html`), action).to.equal("allowed");
      for (const key of ["nonprod/index.html", "index.html", "prod-apac/index.html"])
        expect(asks(action, `${bucket}/${key}`), key).to.equal("denied by default");
      expect(asks(action, `arn:aws:s3:::patchplane-prod-use1-${account}/prod/x`)).to.equal("denied by default");
    }
    expect(asks("s3:ListBucket", bucket, { "s3:prefix": "prod/" })).to.equal("allowed");
    expect(asks("s3:ListBucket", bucket, { "s3:prefix": "" })).to.equal("denied by default");
    expect(asks("s3:GetBucketPublicAccessBlock", bucket)).to.equal("allowed");
    const without = policiesOf("EntryReportsRole", { ...atEntry, ReportBucket: "" });
    expect(without.filter((policy) => policy.includes("s3:"))).to.deep.equal([]);
  });

  it("lets main alone review every week: no pull request, other branch, environment or repository", () => {
    const subject = "repo:acme@1/patching@2";
    expect(withToken("EntryReviewRole", `${subject}:ref:refs/heads/main`)).to.equal("allowed");
    for (const sub of [
      `${subject}:pull_request`,
      `${subject}:ref:refs/heads/feature`,
      `${subject}:ref:refs/tags/main`,
      `${subject}:environment:prod`,
      "repo:acme@1/other@3:ref:refs/heads/main",
    ])
      expect(withToken("EntryReviewRole", sub), sub).to.equal("denied by default");
  });

  it("lets the entry's roles of the same environment in, the reading one only to read", () => {
    expect(byRole("DeployRole", entryRole("deploy"))).to.equal("allowed");
    expect(byRole("PreviewRole", entryRole("deploy"))).to.equal("allowed");
    expect(byRole("PreviewRole", entryRole("preview"))).to.equal("allowed");
    for (const principal of [
      entryRole("preview"),
      entryRole("deploy", "nonprod"),
      `arn:aws:iam::${entryAccount}:role/Administrator`,
      `arn:aws:iam::${account}:role/patchplane-entry-deploy-prod`,
    ]) {
      expect(byRole("DeployRole", principal), principal).to.equal("denied by default");
    }
    expect(byRole("PreviewRole", entryRole("preview", "nonprod"))).to.equal("denied by default");
  });

  it("gives the reading entry no way to the deploying role, and no way to write the state", () => {
    const asks = (action: string, resource: string): Verdict =>
      judge(
        { principal: { role: entryRole("preview") }, action, resource, context: ours },
        { identity: policiesOf("EntryPreviewRole", atEntry) },
      );
    expect(asks("sts:AssumeRole", `arn:aws:iam::${account}:role/patchplane-preview`)).to.equal("allowed");
    expect(asks("sts:AssumeRole", `arn:aws:iam::${account}:role/patchplane-deploy`)).to.equal("denied by default");
    const state = "arn:aws:s3:::acme-pulumi-state/prod/.pulumi/stacks/patchplane/prod.json";
    expect(asks("s3:GetObject", state)).to.equal("allowed");
    expect(asks("s3:PutObject", state)).to.equal("denied by default");
    expect(asks("s3:DeleteObject", state)).to.equal("denied by default");
    const key = String(parameters["StateKeyArn"]);
    expect(asks("kms:Decrypt", key)).to.equal("allowed");
    expect(asks("kms:Encrypt", key)).to.equal("denied by default");
    const deploys = (action: string, resource: string): Verdict =>
      judge(
        { principal: { role: entryRole("deploy") }, action, resource, context: ours },
        { identity: policiesOf("EntryDeployRole", atEntry) },
      );
    expect(deploys("s3:PutObject", state)).to.equal("allowed");
    expect(deploys("kms:Encrypt", key)).to.equal("allowed");
  });

  it("keep every environment's roles from the state and the key of another", () => {
    const environments = ["prod", "prod-apac", "nonprod"];
    const valuesOf = (environment: string): Parameters => ({
      ...atEntry,
      Environment: environment,
      StateKeyArn: `arn:aws:kms:us-east-1:${entryAccount}:key/${environment}`,
    });
    const bucket = "arn:aws:s3:::acme-pulumi-state";
    for (const own of environments) {
      for (const [role, kind] of [
        ["EntryDeployRole", "deploy"],
        ["EntryPreviewRole", "preview"],
      ] as const) {
        const identity = policiesOf(role, valuesOf(own));
        const asks = (action: string, resource: string, context: Context = {}): Verdict =>
          judge(
            { principal: { role: entryRole(kind, own) }, action, resource, context: { ...ours, ...context } },
            { identity },
          );
        for (const action of [
          "s3:GetObject",
          "s3:PutObject",
          "s3:DeleteObject",
          "s3:ListBucket",
          "s3:GetBucketLocation",
        ]) {
          const resource = action.endsWith("Object") ? `${bucket}/${own}/.pulumi/meta.yaml` : bucket;
          const theirs = { "s3:prefix": `${own}/`, ...strangers };
          expect(asks(action, resource, theirs), `${own} ${action}`).to.equal("denied by default");
        }
        for (const other of environments) {
          const verdict = other === own ? "allowed" : "denied by default";
          const state = `${bucket}/${other}/.pulumi/stacks/patchplane/${other}.json`;
          expect(asks("s3:GetObject", state), `${own} ${other}`).to.equal(verdict);
          expect(asks("s3:ListBucket", bucket, { "s3:prefix": `${other}/.pulumi/` }), `${own} ${other}`).to.equal(
            verdict,
          );
          expect(asks("kms:Decrypt", String(valuesOf(other)["StateKeyArn"])), `${own} ${other}`).to.equal(verdict);
          const writes = role === "EntryDeployRole" ? verdict : "denied by default";
          for (const action of ["s3:PutObject", "s3:DeleteObject"]) {
            expect(asks(action, state), `${own} ${action} ${other}`).to.equal(writes);
          }
        }
        expect(asks("s3:GetObject", `${bucket}/.pulumi/meta.yaml`)).to.equal("denied by default");
        expect(asks("s3:ListBucket", bucket)).to.equal("denied by default");
      }
    }
  });

  it("makes the entry's resources in the entry account only, and names the same roles in every account", () => {
    const conditional = Object.entries(resources()).filter(([, { Condition }]) => Condition !== undefined);
    expect(conditional.map(([name]) => name).sort()).to.deep.equal([
      "BreakGlassPolicy",
      "BreakGlassRole",
      "EntryDeployRole",
      "EntryOperateRole",
      "EntryPreviewRole",
      "EntryReportsRole",
      "EntryReviewRole",
      "GithubProvider",
      "InstallPolicy",
      "InstallRole",
      "ReportsRole",
      "ScanPolicy",
      "ScanRole",
      "StateKeyReading",
      "StateKeyWriting",
      "StateReading",
      "StateWriting",
      "SystemsManagerRole",
    ]);
    expect(resources()["DeployRole"]?.Properties["RoleName"]).to.equal("patchplane-deploy");
    expect(resources(atEntry)["DeployRole"]?.Properties["RoleName"]).to.equal("patchplane-deploy");
  });
});
