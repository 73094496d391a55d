import { setTimeout as passed } from "node:timers/promises";
import type { Command, SSMClient } from "@aws-sdk/client-ssm";
import { commandsSince, hasEnded } from "../aws/commands.ts";

/** Milliseconds between two looks: short at first, because a small scan takes a minute. */
const firstPause = 500;
const longestPause = 10_000;
const growth = 1.3;
/** Looks in a row that may fail before a location is given up; each has the retries of any call. */
const mostFailures = 5;

/** Looks after the commands of one location. */
export interface Follower {
  /** Waits for a command's end; undefined where the time was over before. */
  readonly ended: (sent: Command) => Promise<Command | undefined>;
}

interface Waiting {
  readonly sent: Command;
  readonly resolve: (command: Command | undefined) => void;
  readonly reject: (error: unknown) => void;
}

function oldest(all: Iterable<Waiting>): Date {
  const times = [...all].flatMap(({ sent: { RequestedDateTime } }) => RequestedDateTime?.getTime() ?? []);
  return new Date(Math.min(...times));
}

/**
 * Follows the commands of one location together: each look is 1 ListCommands for every 50 commands of the document since
 * the oldest that goes on, however many are waited for.
 * @param limit - milliseconds after which no command is waited for any longer
 * @param show - is told how many servers have come to their end
 */
export function follower(
  client: SSMClient,
  document: string,
  limit: number,
  show: (completed: number) => void = () => undefined,
): Follower {
  const waiting = new Map<string, Waiting>();
  const completed = new Map<string, number>();
  const end = performance.now() + limit;
  let isLooking = false;

  function look(commands: readonly Command[]): void {
    for (const command of commands) {
      const { CommandId = "", CompletedCount = 0 } = command;
      const each = waiting.get(CommandId);
      if (each === undefined) continue;
      completed.set(CommandId, CompletedCount);
      if (!hasEnded(command)) continue;
      waiting.delete(CommandId);
      each.resolve(command);
    }
    show([...completed.values()].reduce((sum, each) => sum + each, 0));
  }

  function giveUp(settle: (each: Waiting) => void): void {
    for (const each of waiting.values()) settle(each);
    waiting.clear();
  }

  async function followAll(): Promise<void> {
    let pause = firstPause;
    let failures = 0;
    while (waiting.size > 0) {
      await passed(Math.min(pause, Math.max(0, end - performance.now())));
      try {
        look(await commandsSince(client, oldest(waiting.values()), document));
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures >= mostFailures)
          giveUp(({ reject }) => {
            reject(error);
          });
      }
      if (performance.now() >= end)
        giveUp(({ resolve }) => {
          resolve(undefined);
        });
      pause = Math.min(longestPause, pause * growth);
    }
  }

  return {
    ended: (sent) =>
      new Promise((resolve, reject) => {
        waiting.set(sent.CommandId ?? "", { sent, resolve, reject });
        if (isLooking) return;
        isLooking = true;
        void followAll().finally(() => {
          isLooking = false;
        });
      }),
  };
}
