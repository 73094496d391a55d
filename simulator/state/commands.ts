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
  status: CommandInvocationStatus;
  statusDetails: string;
  startTime: Date | undefined;
  endTime: Date | undefined;
  /** Why a real agent did not run the document, in its words. */
  traceOutput?: string;
  /** Steps that have ended. */
  readonly plugins: PluginResult[];
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

/** A command and its invocations, as they are now. */
export interface CommandRecord {
  readonly id: string;
  readonly request: CommandRequest;
  readonly requestedAt: Date;
  /** Undefined while it runs. */
  finishedAt: Date | undefined;
  status: CommandStatus;
  statusDetails: string;
  readonly invocations: readonly InvocationRecord[];
}
