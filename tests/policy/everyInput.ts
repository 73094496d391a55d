import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const project = join(import.meta.dirname, "../..");

/** A stack that says something for every key by which an input comes or goes. */
const everything = `
config:
  pulumi:disable-default-providers: ["*"]
  patchplane:environment: prod
  patchplane:timezone: America/New_York
  patchplane:fleet: fleet.csv
  patchplane:ignoredTags: { keys: [CostCenter], keyPrefixes: ["backup:"] }
  patchplane:locations:
    use1:
      accountId: "111122223333"
      region: us-east-1
      roleArn: arn:aws:iam::111122223333:role/patchplane-deploy
      registersDefaults: true
      ownsServiceSettings: true
      instanceTier: advanced
      pinsServiceTrust: true
      predefinedBaselines:
        AWS-UbuntuDefaultPatchBaseline: arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0123456789abcdef0
    gov:
      accountId: "444455556666"
      region: us-gov-west-1
      predefinedBaselines:
        AWS-UbuntuDefaultPatchBaseline: arn:aws-us-gov:ssm:us-gov-west-1:017463567821:patchbaseline/pb-0123456789abcdef1
  patchplane:subscriptions:
    apps:
      subscriptionId: 00000000-0000-4000-8000-00000000000a
      tenantId: 00000000-0000-4000-8000-00000000000b
      location: use1
  patchplane:baselines:
    win-dated:
      operatingSystem: WINDOWS
      description: approved until a date
      rules:
        - filters: { PRODUCT: ["WindowsServer2022"], CLASSIFICATION: [SecurityUpdates] }
          approveUntilDate: "2026-11-01"
      approvedPatches: [KB5048661]
      rejectedPatches: [KB5034439]
      rejectedPatchesAction: BLOCK
      availableSecurityUpdatesComplianceStatus: COMPLIANT
  patchplane:groups:
    extra:
      baselines: { WINDOWS: win-dated, UBUNTU: AWS-UbuntuDefaultPatchBaseline }
      approval: automatic
      reboot: NoReboot
      criticality: low
  patchplane:windows:
    mw-extra:
      operation: install
      groups: [extra]
      schedule: cron(0 20 ? * TUE#2 *)
      offsetDays: 3
      atCutoff: continue
      maxConcurrency: 5
      maxErrors: 0
      reboot: RebootIfNeeded
      hooks:
        mustSucceed: true
        before: [{ name: stop, linux: ["true"], windows: ["exit 0"], timeoutSeconds: 60 }]
        after: [{ name: start, linux: ["true"] }]
        once:
          group: nonprod
          before: [{ name: drain, linux: ["true"] }]
          after: [{ name: fill, linux: ["true"] }]
  patchplane:freezes:
    - { from: "2026-12-20", to: "2026-12-28", skip: true, reason: peak sales days }
  patchplane:notifications: { emails: [patching@example.com] }
  patchplane:reports:
    reservedConcurrency: true
    athena: { location: use1 }
  patchplane:nodes: { defaultHostManagement: true, installOnFirstContact: [jump-log] }
`;

const vms =
  "/subscriptions/00000000-0000-4000-8000-00000000000a/resourcegroups/rg/providers/microsoft.compute/virtualmachines";
const fleet = `id,name,cloud,site,region,os,release,arch,patch_group,environment,business_unit,owner,vm_id,onboarding_method,onboarding_script,onboarding_attempt,size
${vms}/vm-1,vm-1,azure,apps,eastus,ubuntu,22.04,x86_64,prod-auto,prod,,ops@example.com,10000000-0000-4000-8000-000000000001,,v2,1,
${vms}/vm-2,vm-2,azure,apps,eastus,windows-server,2022,x86_64,extra,prod,,ops@example.com,10000000-0000-4000-8000-000000000002,,v1,2,
${vms}/vm-3,vm-3,azure,apps,eastus,ubuntu,22.04,x86_64,prod-sensitive,prod,,ops@example.com,10000000-0000-4000-8000-000000000003,runCommand,v2,1,
${vms}/vm-4,vm-4,azure,apps,eastus,windows-server,2022,x86_64,prod-windows,prod,,ops@example.com,10000000-0000-4000-8000-000000000004,runCommand,v2,1,
i-00000000000000001,db-1,aws,gov,us-gov-west-1,ubuntu,22.04,x86_64,prod-sensitive,prod,,ops@example.com,,,,,
i-00000000000000002,db-2,aws,use1,us-east-1,ubuntu,22.04,x86_64,prod-sensitive,prod,,ops@example.com,,,,,
`;

const approval = `
scan: 3f6c1b1e-5d0a-4a3e-9f0f-6f1f6a2c9d11
note: tested on nonprod
expires: "2027-01-20T06:00:00Z"
patches:
  UBUNTU: [{ id: openssl.amd64, title: "3.0.2-0ubuntu1.20" }]
`;

/** Writes a project of that stack, with the entry point of this one, into an empty folder. */
export function writeEveryInput(folder: string): void {
  const entry = readFileSync(join(project, "index.ts"), "utf8")
    .replaceAll('from "./', `from "${project}/`)
    .replace("loadPlane(root)", "loadPlane(import.meta.dirname)")
    .replace("const root = import.meta.dirname", `const root = ${JSON.stringify(project)}`);
  mkdirSync(join(folder, "approvals", "prod-sensitive"), { recursive: true });
  const files = {
    "package.json": JSON.stringify({ type: "module" }),
    "index.ts": entry,
    "Pulumi.yaml": readFileSync(join(project, "Pulumi.yaml"), "utf8"),
    "Pulumi.prod.yaml": everything,
    "fleet.csv": fleet,
    "approvals/prod-sensitive/2026-12-01.yaml": approval,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}
