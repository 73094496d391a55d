import type { OffboardReason, Offboarding } from "../../domain/discover/offboard.ts";
import { instantText } from "../../domain/time.ts";
import type { Offboarded } from "./offboardDocument.ts";
import type { Unread } from "../unread.ts";

/** `patchplane offboard` for programs; schemas/offboard.schema.json is made of this. */
export interface OffboardJson {
  readonly schema: "patchplane/offboard/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly applied: boolean;
  readonly record: string | null;
  readonly unreadable: readonly Unread[];
  readonly leaving: readonly {
    readonly node: string;
    readonly name: string;
    readonly location: string;
    readonly reason: OffboardReason;
    readonly vmId: string;
    readonly vm: string | null;
    readonly lastPing: string | null;
    readonly outcome: "done" | "refused" | "unknown" | null;
    readonly failure: string | null;
  }[];
  readonly staying: readonly {
    readonly node: string;
    readonly name: string;
    readonly location: string;
    readonly why: string;
  }[];
  readonly unkept: readonly { readonly location: string; readonly failure: string }[];
}

/**
 * An offboarding for programs.
 * @param done - left out of one that is only shown
 */
export function offboardJson(
  stack: string,
  { leaving, staying }: Offboarding,
  done: Offboarded | undefined,
  unreadable: OffboardJson["unreadable"],
  exitCode: number,
): OffboardJson {
  return {
    schema: "patchplane/offboard/1",
    stack,
    exitCode,
    applied: done !== undefined,
    record: done?.record ?? null,
    unreadable,
    leaving: leaving.map(({ node, location, reason, vmId, vm }) => {
      const result = done?.results.find((each) => each.id === node.id && each.location === location);
      return {
        node: node.id,
        name: node.name,
        location,
        reason,
        vmId,
        vm: vm?.id ?? null,
        lastPing: node.lastPingAt === undefined ? null : instantText(node.lastPingAt),
        outcome: result?.outcome ?? null,
        failure: result?.failure ?? null,
      };
    }),
    staying: staying.map(({ node, location, why }) => ({ node: node.id, name: node.name, location, why })),
    unkept: done?.unkept ?? [],
  };
}
