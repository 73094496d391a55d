import { PatchWindow, type PatchWindowArgs } from "../../../components/aws/patchWindow.ts";
import type { Hook } from "../../../domain/window.ts";
import type { Recorder } from "../../harness/mocks.ts";
import { byName } from "../../domain/samplePlane.ts";
import { builderOf } from "./builder.ts";
import { sampleGroup, sampleLocation, sampleWindow, sensitive, weekly } from "./samples.ts";

const jumpLog = sampleGroup({ name: "jump-log", reboot: "NoReboot" });
const elsewhere = { kind: "elsewhere", name: "wellframe", patchedElsewhere: "container images" } as const;
const groups = { ...byName(sampleGroup(), sensitive, jumpLog), wellframe: elsewhere };
export const approved = { expires: "2026-12-20T00:00:00Z", overrideListUrl: "s3://bucket/approvals/0123.yaml" };

export const usual: PatchWindowArgs = {
  environment: "prod",
  location: sampleLocation(),
  window: sampleWindow(),
  schedule: weekly,
  groups,
  bucketName: "bucket",
  windowRoleArn: "arn:aws:iam::111122223333:role/window",
  topicArn: "arn:aws:sns:eu-central-1:111122223333:topic",
  notificationRoleArn: "arn:aws:iam::111122223333:role/notification",
};
export const { built, made } = builderOf(PatchWindow, "window", usual);

interface RunCommand {
  readonly parameters?: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly outputS3KeyPrefix: string;
}

export function runCommandOf(recorder: Recorder, name: string): RunCommand {
  const { inputs } = recorder.only("MaintenanceWindowTask", name);
  return (inputs["taskInvocationParameters"] as { runCommandParameters: RunCommand }).runCommandParameters;
}

export function parametersOf(recorder: Recorder, name: string): Record<string, readonly string[]> {
  return Object.fromEntries((runCommandOf(recorder, name).parameters ?? []).map((p) => [p.name, p.values]));
}

export const stop: Hook = { name: "stop", linux: ["systemctl stop app"], windows: [], timeoutSeconds: 60 };
export const start: Hook = { name: "start", linux: ["systemctl start app"], windows: [], timeoutSeconds: 60 };
export const check: Hook = { name: "check", linux: ["true"], windows: [], timeoutSeconds: 60 };
