import type { CommandInvocationStatus, CommandStatus, SendCommandRequest } from "@aws-sdk/client-ssm";
import type { Checked } from "./checked.ts";

/** How one step went on a node. */
export interface PluginResult {
  readonly name: string;
  /** Folder of its plugin in the S3 output, e.g. `awsrunShellScript`. */
  readonly folder: string;
  readonly status: "Success" | "Failed" | "Cancelled" | "TimedOut";
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly startTime: Date;
  readonly endTime: Date;
}

/** A command on one node. */
export interface InvocationRecord {
  readonly nodeId: string;
  readonly status: CommandInvocationStatus;
  readonly statusDetails: string;
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
  readonly plugins: readonly PluginResult[];
}

/** What a command was asked to do. */
export type CommandRequest = Pick<
  Checked<SendCommandRequest>,
  | "DocumentName"
  | "DocumentVersion"
  | "Parameters"
  | "Targets"
  | "InstanceIds"
  | "Comment"
  | "TimeoutSeconds"
  | "MaxConcurrency"
  | "MaxErrors"
  | "OutputS3BucketName"
  | "OutputS3KeyPrefix"
  | "ServiceRoleArn"
  | "NotificationConfig"
>;

/** A command and its invocations, already run. */
export interface CommandRecord {
  readonly id: string;
  readonly request: CommandRequest;
  readonly requestedAt: Date;
  readonly finishedAt: Date;
  readonly status: CommandStatus;
  readonly statusDetails: string;
  readonly invocations: readonly InvocationRecord[];
}
