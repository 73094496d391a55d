import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlane } from "../config/file.ts";
import { formatFault, type Fault } from "../domain/fault.ts";
import { readFleet } from "../fleet/read.ts";
import { answer, childTask, peakMebibytes, timed, type Cost } from "./child.ts";
import { stackName } from "./project.ts";
import type { FleetTask } from "./fleet.ts";

const task = childTask() as FleetTask;

function read(): { readonly servers: readonly object[]; readonly faults: readonly Fault[] } {
  if (task.reading === "plane") {
    const resolved = readPlane(task.root, stackName);
    return "faults" in resolved
      ? { servers: [], faults: resolved.faults }
      : { servers: resolved.plane.fleet, faults: [] };
  }
  const file = `fleet/${stackName}.csv`;
  return readFleet(readFileSync(join(task.root, file), "utf8"), file, {
    locations: new Map(Object.entries(task.locations)),
    subscriptions: new Map(Object.entries(task.subscriptions)),
    scripts: ["v1", "v2"],
  });
}

const { value, seconds } = await timed(read);
const cost: Cost = { seconds, mebibytes: peakMebibytes() };
if (value.servers.length !== task.rows || value.faults.length > 0) {
  const faults = value.faults.slice(0, 5).map(formatFault);
  throw new Error(
    [`${String(value.servers.length)} rows were read; wanted ${String(task.rows)}`, ...faults].join("\n"),
  );
}
await answer(cost);
