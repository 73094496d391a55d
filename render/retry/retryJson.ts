import type { Retry } from "../../domain/onboarding/retry.ts";
import type { OnboardingState } from "../../domain/onboarding/state.ts";
import type { Unread } from "../unread.ts";

/** `patchplane retry` for programs; schemas/retry.schema.json is made of this. */
export interface RetryJson {
  readonly schema: "patchplane/retry/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly file: string;
  readonly written: boolean;
  readonly unreadable: readonly Unread[];
  readonly raised: readonly {
    readonly id: string;
    readonly name: string;
    readonly site: string;
    readonly state: OnboardingState;
    readonly detail: string;
    readonly before: string;
    readonly attempt: number;
  }[];
  readonly left: readonly {
    readonly id: string;
    readonly name: string;
    readonly site: string;
    readonly state: OnboardingState | null;
    readonly detail: string | null;
    readonly todo: string | null;
  }[];
}

/** A retry for programs. */
export function retryJson(
  stack: string,
  { raised, left }: Retry,
  said: Pick<RetryJson, "file" | "written" | "unreadable">,
  exitCode: number,
): RetryJson {
  return {
    schema: "patchplane/retry/1",
    stack,
    exitCode,
    ...said,
    raised: raised.map(({ server: { id, name, site }, status: { state, detail }, first, attempt }) => {
      return { id, name, site, state, detail, before: first, attempt };
    }),
    left: left.map(({ server: { id, name, site }, status }) => {
      return {
        id,
        name,
        site,
        state: status?.state ?? null,
        detail: status?.detail ?? null,
        todo: status?.todo ?? null,
      };
    }),
  };
}
