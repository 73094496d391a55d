import type { Command } from "commander";
import { command, type Answer, type Call, type CommandSpec } from "./command.ts";
import type { SharedOptions } from "./options.ts";

/** A command about the servers of stacks: what was typed, and the instant it is about. */
export interface FleetCall<Options> extends Call<Options> {
  /** That of `--as-of`; now where it was left out. */
  readonly asOf: Date;
}

/** A command that reads stack files before it does anything else. */
export interface FleetCommandSpec<Options, Resolved> extends Omit<CommandSpec<Options>, "run"> {
  /**
   * Reads the files and checks every option against them, so that all that is wrong is said at once; `openInvocation`
   * where a command is about one stack.
   * @throws UsageError with every fault
   */
  readonly resolve: (call: FleetCall<Options>) => Resolved;
  readonly run: (resolved: Resolved, call: FleetCall<Options>) => Answer | Promise<Answer>;
}

/**
 * Adds a command about the servers of one stack or several: parse, resolve, run, render.
 * @param projectRoot - where this project is
 */
export function fleetCommand<Options extends Pick<SharedOptions, "asOf">, Resolved>(
  program: Command,
  projectRoot: string,
  { resolve, run, ...words }: FleetCommandSpec<Options, Resolved>,
): void {
  command<Options>(program, projectRoot, {
    ...words,
    run: (call) => {
      const fleetCall = { ...call, asOf: call.options.asOf ?? new Date() };
      return run(resolve(fleetCall), fleetCall);
    },
  });
}
