import type { ServiceEntry } from "../state/journal.ts";
import type { StepContext } from "./step.ts";

const stops = /\b(?:systemctl\s+stop|service\s+\S+\s+stop|stop-service|net\s+stop)\b/i;
const starts = /\b(?:systemctl\s+(?:re)?start|service\s+\S+\s+(?:re)?start|(?:re)?start-service|net\s+start)\b/i;

/** What a line of a script does to a service, by the commands that every administrator uses for it. */
function changeOf(line: string): ServiceEntry["change"] | undefined {
  if (stops.test(line)) return "stopped";
  return starts.test(line) ? "started" : undefined;
}

/** Puts down that a line of a script stops or starts a service of the node. */
export function recordService(context: StepContext, step: string, line: string, at: Date): void {
  const change = changeOf(line);
  if (change === undefined) return;
  const { cloud, state, node, machine, commandId, windowRun } = context;
  cloud.journal.add({
    kind: "service",
    at,
    accountId: state.accountId,
    region: state.region,
    nodeId: node.id,
    machine: machine.spec.id,
    commandId,
    ...(windowRun === undefined ? {} : { windowExecutionId: windowRun.executionId, windowTaskId: windowRun.taskId }),
    step,
    change,
  });
}
