import { Command, InvalidArgumentError } from "commander";

/** How the demo is run. */
export interface DemoOptions {
  /** Draws ids, packages and faults. */
  readonly seed: number;
  /** Size of the fleet; the checked-in one when left out. */
  readonly servers?: number;
  /** Share of machines with something wrong, 0–1. */
  readonly faults: number;
  /** Whether embedded cloud and stack stay up at the end, until Ctrl-C. */
  readonly keep: boolean;
  /** Virtual seconds in a second while something is waited for, once it is kept; 0 stands still. */
  readonly pace: number;
}

/** Virtual seconds in a second, where a person tries the embedded cloud. */
export const usualPace = 60;

/** Reads `--pace`. */
export function pace(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 3600))
    throw new InvalidArgumentError("allowed: virtual seconds in a second, from 0 (stands still) to 3600");
  return value;
}

/** Columns that every terminal has. */
export const paper = 80;

const fewestServers = 20;
const mostServers = 10_000;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`allowed: a whole number from ${String(least)} to ${String(most)}`);
    return value;
  };
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("allowed: a share from 0 to 1");
  return value;
}

/** Reads the demo's command line; a wrong one ends the process with exit code 2, `--help` with 0. */
export function readDemoOptions(argv: readonly string[]): DemoOptions {
  const command = new Command("npm run demo --")
    .description(
      "runs the main job on the embedded cloud: pulumi up, onboarding, two weeks of windows, status, report, and a " +
        "reviewed group from scan to verified installation",
    )
    .option("--seed <number>", "draws ids, packages and faults", wholeNumber(0, 0xffffffff), 1)
    .option(
      "--servers <number>",
      "size of the fleet instead of the checked-in one",
      wholeNumber(fewestServers, mostServers),
    )
    .option("--faults <share>", "share of machines with something wrong", share, 0.05)
    .option("--keep", "leave embedded cloud and stack up until Ctrl-C, and print what to export", false)
    .option("--pace <number>", "with --keep: virtual seconds in a second while something is under way", pace, usualPace)
    .addHelpText("after", "\nExample:\n  npm run demo -- --servers 300 --seed 7 --keep")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  return command.parse(argv, { from: "user" }).opts<DemoOptions>();
}
