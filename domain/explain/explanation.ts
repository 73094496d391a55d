import type { Finding } from "../fault.ts";
import type { Plane } from "../plane.ts";
import { explainGroup, type GroupFacts } from "./group.ts";
import type { Origins } from "./origins.ts";
import { explainServer, type ServerFacts } from "./server.ts";
import type { Subject } from "./subjects.ts";
import { explainWindow, type WindowFacts } from "./window.ts";

/** What `patchplane explain` found out. */
export type Explanation = ServerFacts | WindowFacts | GroupFacts;

/** Everything about a server, a window or a patch group, from the stack's files alone. */
export function explained(
  plane: Plane,
  subject: Subject,
  asOf: Date,
  findings: readonly Finding[],
  origins: Origins,
): Explanation {
  switch (subject.kind) {
    case "server":
      return explainServer(plane, subject.server, asOf, findings, origins);
    case "window":
      return explainWindow(plane, subject.window, asOf, findings, origins);
    case "group":
      return explainGroup(plane, subject.group, asOf, findings, origins);
  }
}
