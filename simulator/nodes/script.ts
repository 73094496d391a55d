import { reboot } from "./packages.ts";
import { recordService } from "./services.ts";
import { readinessAnswer } from "./readiness.ts";
import type { StepContext, StepOutcome } from "./step.ts";

const minute = 60_000;
const rebootCommand = /^\s*(sudo\s+)?(reboot|shutdown\s+-r|systemctl\s+reboot|Restart-Computer)\b/;
const sleepCommand = /^\s*(?:sleep|Start-Sleep(?:\s+-Seconds)?)\s+(\d+)\s*$/;
const exitCommand = /^\s*exit\s+(\d+)\s*$/;
const rebootMinutes = 4;

/** A step that ended well. */
export function fine(minutes: number, stdout = ""): StepOutcome {
  return { exitCode: 0, minutes, stdout, stderr: "", lost: false };
}

/** The lines of a script, however the document writes them. */
export function lines(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((line): line is string => typeof line === "string");
  return typeof value === "string" ? value.split("\n") : [];
}

function restart({ cloud, machine, at }: StepContext, afterMinutes: number): StepOutcome {
  const downAt = new Date(at.getTime() + afterMinutes * minute);
  const upAt = new Date(downAt.getTime() + rebootMinutes * minute);
  const minutes = afterMinutes + rebootMinutes;
  if (!reboot(cloud, machine, downAt, upAt)) return { ...fine(minutes), exitCode: 1, lost: true };
  cloud.journal.add({ kind: "boot", at: upAt, machine: machine.spec.id });
  return { ...fine(minutes), rebooted: true };
}

/** The exit code that asks the agent for a reboot; on Linux 3010 is 194 too, because an exit status has eight bits. */
const rebootCodes = { Linux: 194, MacOS: 194, Windows: 3010 } as const;

function exitStatus({ node }: StepContext, text: string): number {
  return node.platform.type === "Windows" ? Number(text) : Number(text) % 256;
}

/** Where a script stands, and how long it may take. */
export interface Script {
  readonly name: string;
  readonly commands: readonly string[];
  readonly limitSeconds: number;
}

/** The agent's own limit for a script step that names none. */
export const usualStepSeconds = 3600;

/**
 * Shell and PowerShell lines are not interpreted: a line `exit N` alone ends the step with N, `sleep N` takes N seconds,
 * a line that begins with a reboot command reboots the machine, a line that stops or starts a service is put down, and a
 * call of one of the readiness document's checks answers as the machine's faults have it. Anything else succeeds. A step that takes longer than its limit is ended by the agent. `exit 194` on Linux and
 * `exit 3010` on Windows ask for a reboot, after which the script runs again from its beginning; its conditions are not
 * interpreted either, so the line is taken to hold once.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
 */
export function runScript(context: StepContext, script: Script): StepOutcome {
  return runOnce(context, script, true);
}

/** Runs the script again after the reboot that it has asked for. */
function runAgain(context: StepContext, script: Script, afterMinutes: number): StepOutcome {
  const restarted = restart(context, afterMinutes);
  if (restarted.lost) return restarted;
  const upAt = new Date(context.at.getTime() + restarted.minutes * minute);
  const second = runOnce({ ...context, at: upAt }, script, false);
  return { ...second, minutes: restarted.minutes + second.minutes, rebooted: true };
}

function runOnce(context: StepContext, script: Script, isFirst: boolean): StepOutcome {
  const { name, commands, limitSeconds } = script;
  let seconds = 0;
  let stdout = "";
  const end = (): StepOutcome => fine(1 + seconds / 60, stdout);
  for (const command of commands) {
    seconds += Number(sleepCommand.exec(command)?.[1] ?? 0);
    if (seconds > limitSeconds) return { ...fine(limitSeconds / 60), exitCode: 137, timedOut: true };
    recordService(context, name, command, new Date(context.at.getTime() + seconds * 1000));
    stdout += readinessAnswer(context, command);
    const text = exitCommand.exec(command)?.[1];
    const code = text === undefined ? undefined : exitStatus(context, text);
    if (code === rebootCodes[context.node.platform.type]) {
      if (isFirst) return runAgain(context, script, end().minutes);
      continue;
    }
    if (code !== undefined) return { ...end(), exitCode: code };
    if (rebootCommand.test(command)) return restart(context, seconds / 60);
  }
  return end();
}
