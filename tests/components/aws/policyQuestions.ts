import { PatchingLocation } from "../../../components/aws/patchingLocation.ts";
import type { Location } from "../../../domain/plane.ts";
import { judge } from "../../../simulator/index.ts";
import type { AccessRequest, AppliedPolicies, Asking, Verdict } from "../../../simulator/index.ts";
import { settled, startMocks, type Recorder } from "../../harness/mocks.ts";
import { byName } from "../../domain/samplePlane.ts";
import { awsOutputs, functions, sampleLocation, samplePlane, sampleWindow, sql, withProvider } from "./samples.ts";

export const bucket = "arn:aws:s3:::patchplane-prod-main-111122223333";
export const hybridRole = "arn:aws:iam::111122223333:role/patchplane/prod/patchplane-prod-main-hybrid-node";
export const windowRole = "arn:aws:iam::111122223333:role/patchplane/prod/patchplane-prod-main-window";
export const breakGlass = "arn:aws:iam::111122223333:role/patchplane-prod-main-break-glass";
export const notificationRole = "arn:aws:iam::111122223333:role/patchplane/prod/patchplane-prod-main-notification";
export const operatorRole = "arn:aws:iam::111122223333:role/operator";
export const defaultHostRole = "arn:aws:iam::111122223333:role/patchplane/prod/patchplane-prod-main-default-host";
export const instanceRole = "arn:aws:iam::111122223333:role/web-servers";
export const instance = "arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0";
export const hybridNode = "arn:aws:ssm:eu-central-1:111122223333:managed-instance/mi-0123456789abcdef0";
export const runPatchBaseline = "arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaseline";
export const runShellScript = "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript";

export const tls = { "aws:SecureTransport": "true" };
/** What AWS adds to a request signed with an instance profile's credentials. */
export const fromInstance = { ...tls, "ec2:SourceInstanceARN": instance };
export const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
export const allOfSsm = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ssm:*", Resource: "*" }],
});

export async function built(location: Location = sampleLocation()): Promise<Recorder> {
  const recorder = await startMocks(awsOutputs);
  const plane = samplePlane({
    locations: byName(location),
    windows: byName(
      sampleWindow(),
      sampleWindow({ name: "mw-install-sensitive", groups: ["prod-sensitive"], onDemand: true }),
    ),
    nodes: { ...samplePlane().nodes, defaultHostManagement: true },
  });
  new PatchingLocation("main", { plane, location, functions, sql }, withProvider());
  await settled();
  return recorder;
}

export function text(recorder: Recorder, type: string, name: string, input = "policy"): string {
  return String(recorder.only(type, name).inputs[input]);
}

export const nodePolicyOf = (recorder: Recorder): string => text(recorder, "Policy", "main-access-node");
export const guardOf = (recorder: Recorder): string => text(recorder, "Policy", "main-access-guard");
export const bucketPolicyOf = (recorder: Recorder): string => text(recorder, "BucketPolicy", "main-storage-policy");
export const windowPolicyOf = (recorder: Recorder): string => text(recorder, "RolePolicy", "main-access-window-policy");

/** One question about the bucket, asked by a role that holds the identity policies given. */
export function onBucket(
  recorder: Recorder,
  principal: Asking,
  identity: readonly string[],
  context: Readonly<Record<string, string>> = tls,
): (action: string, key: string) => Verdict {
  const policies: AppliedPolicies = { identity, resource: bucketPolicyOf(recorder) };
  return (action, key) =>
    judge({ principal, action, resource: key === "" ? bucket : `${bucket}/${key}`, context }, policies);
}

/** SendCommand as AWS checks it: the document, and each node with that node's tags. */
export function sendCommand(
  role: string,
  document: string,
  node: string,
  patchGroup: string,
): readonly AccessRequest[] {
  const asked = { principal: { role }, action: "ssm:SendCommand" };
  return [
    { ...asked, resource: document },
    { ...asked, resource: node, context: { "ssm:resourceTag/PatchGroup": patchGroup } },
  ];
}

export const writes = [
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:PutObjectTagging",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
];
export const publishedKeys = ["approvals/0123.yaml", "overrides/0123.json"];
