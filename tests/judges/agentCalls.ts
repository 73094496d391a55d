import { readFileSync } from "node:fs";

/** One call of the agent. */
export interface AgentCall {
  /** Method and path. */
  readonly request: string;
  /** `X-Amz-Target`, when there is one. */
  readonly target?: string;
  /** Service of the signature; absent when the request is not signed. */
  readonly signedFor?: string;
  /** Names of the body's members, sorted. */
  readonly members: readonly string[];
  readonly status: number;
  /** Names of the answer's members, sorted, or the error's type. */
  readonly answer: readonly string[];
  /** How often the agent made this very call and got this answer. */
  readonly times: number;
}

/** A command as an operator types it, while the agent runs. */
export interface TypedCommand {
  /** What follows `npx patchplane`. */
  readonly args: readonly string[];
  readonly exitCode: number;
  /** Lines of its output. */
  readonly said: readonly string[];
}

/** What a real agent asked of the embedded cloud, as `recordAgent.ts` writes it. */
export interface AgentRecording {
  /** Day of the run. */
  readonly recordedOn: string;
  /** The agent by its own words. */
  readonly userAgent: string;
  /** How long the agent ran. */
  readonly minutes: number;
  /** In the order in which each was first made; the last is a second registration with the same code. */
  readonly calls: readonly AgentCall[];
  /** One after the other. */
  readonly commands: readonly TypedCommand[];
}

/** The checked-in recording. */
export function readAgentRecording(): AgentRecording {
  return JSON.parse(readFileSync(new URL("agentCalls.json", import.meta.url), "utf8")) as AgentRecording;
}
