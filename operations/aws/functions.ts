import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  ResourceNotFoundException,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import type { LiveCalls, LiveFunction } from "../../domain/doctor/evidence.ts";
import { unlessMissing } from "./missing.ts";

/** A function. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export async function functionState(client: LambdaClient, FunctionName: string): Promise<LiveFunction | undefined> {
  const found = await unlessMissing(
    () => client.send(new GetFunctionConfigurationCommand({ FunctionName })),
    ResourceNotFoundException,
  );
  if (found === undefined) return undefined;
  const changedAt = new Date(found.LastModified ?? "");
  const { Runtime: runtime, Handler: handler, MemorySize: memorySize, Timeout: timeout, Role: role } = found;
  return {
    state: found.State ?? "",
    updateStatus: found.LastUpdateStatus ?? "",
    reason: found.StateReason ?? found.LastUpdateStatusReason ?? "",
    settings: { runtime, handler, memorySize, timeout, role, logGroup: found.LoggingConfig?.LogGroup },
    variables: found.Environment?.Variables ?? {},
    ...(Number.isNaN(changedAt.getTime()) ? {} : { changedAt }),
  };
}

/**
 * Who may call a function, and what becomes of calls that it does not take.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html
 */
export async function functionCalls(client: LambdaClient, FunctionName: string): Promise<LiveCalls> {
  const [policy, invocation] = await Promise.all([
    unlessMissing(() => client.send(new GetPolicyCommand({ FunctionName })), ResourceNotFoundException),
    unlessMissing(
      () => client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })),
      ResourceNotFoundException,
    ),
  ]);
  return {
    ...(policy?.Policy === undefined ? {} : { policy: policy.Policy }),
    eventAgeSeconds: invocation?.MaximumEventAgeInSeconds,
    retries: invocation?.MaximumRetryAttempts,
    onFailure: invocation?.DestinationConfig?.OnFailure?.Destination,
  };
}
