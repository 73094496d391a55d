import type { CommandRequest, InvocationRecord } from "../state/commands.ts";

const usualTimeoutSeconds = 3600;

/** How long a command waits for its node. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export function deliverySeconds({
  TimeoutSeconds = usualTimeoutSeconds,
}: Pick<CommandRequest, "TimeoutSeconds">): number {
  return TimeoutSeconds;
}

/** Whether an invocation has come to its end. */
export function hasEnded({ status }: InvocationRecord): boolean {
  return status !== "Pending" && status !== "InProgress";
}

/** Gives an invocation another status. */
export function mark(
  invocation: InvocationRecord,
  status: InvocationRecord["status"],
  statusDetails: string = status,
): void {
  invocation.status = status;
  invocation.statusDetails = statusDetails;
}
