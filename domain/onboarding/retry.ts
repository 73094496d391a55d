import type { Server } from "../server.ts";
import { beforeNewAttempt, type OnboardingStatus } from "./state.ts";

/** A VM and how its onboarding stands. */
export interface OnboardingOf {
  readonly server: Server;
  readonly location: string;
  readonly onboarding?: OnboardingStatus;
}

/** A row whose attempt is raised, and why. */
export interface RaisedRow {
  readonly server: Server;
  readonly status: OnboardingStatus;
  readonly attempt: number;
  /** What has to be done before; empty where nothing has. */
  readonly first: string;
}

/** A row that is left as it is although something is open, or although it was named. */
export interface LeftRow {
  readonly server: Server;
  /** Left out of one that is no Azure VM, or that wants nothing. */
  readonly status?: OnboardingStatus;
}

/** Which rows are onboarded once more. */
export interface Retry {
  readonly raised: readonly RaisedRow[];
  readonly left: readonly LeftRow[];
}

/** Rows of one subscription and deployment that credentials of an hour are enough for. */
export const longestWave = 200;

/** Whether a row that is left wants something else than a new attempt; one that nobody could judge may. */
export function isOpen({ server, status }: LeftRow): boolean {
  return status === undefined ? server.azure !== undefined : status.state !== "registered";
}

const settled: readonly string[] = ["registered", "tagsDiffer", "connectionLost"];

/**
 * Chooses the rows whose onboarding failed or whose code ran out, and says of the others what they want instead.
 * @param isNamed - tells the rows that were asked for by name; left out, every row is looked at
 */
export function retryOf(servers: readonly OnboardingOf[], isNamed?: (of: OnboardingOf) => boolean): Retry {
  const raised: RaisedRow[] = [];
  const left: LeftRow[] = [];
  for (const each of servers) {
    const { server, onboarding: status } = each;
    if (isNamed?.(each) === false) continue;
    const first = status === undefined ? undefined : beforeNewAttempt(status);
    if (status !== undefined && first !== undefined)
      raised.push({ server, status, attempt: (server.azure?.onboardingAttempt ?? 1) + 1, first });
    else if (isNamed !== undefined || (status !== undefined && !settled.includes(status.state)))
      left.push({ server, ...(status === undefined ? {} : { status }) });
  }
  return { raised, left };
}
