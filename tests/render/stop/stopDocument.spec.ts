import { expect } from "chai";
import type { Stopped } from "../../../domain/runs/stopped.ts";
import { stoppedDocument } from "../../../render/stop/stopDocument.ts";
import { writers } from "../../../render/writers/writers.ts";
import { location } from "../../domain/samplePlane.ts";

const nothing = { results: [], left: [], disabledBefore: 0 };

function told(locations: Stopped["locations"]): string {
  const stopped = { task: "stop" as const, declined: false, why: "x", locations, open: [], held: [], unkept: [] };
  return writers.text([stoppedDocument({ stack: "prod" }, stopped, undefined)]);
}

describe("a stop that stopped nothing", () => {
  it("says that there was nothing to stop where every location was read, and not where one was not", () => {
    const read = { location: location("main"), ...nothing };
    expect(told([read])).to.contain("nothing was enabled or running: there was nothing to stop");
    const unread = { location: location("other"), ...nothing, failure: "the AWS credentials have expired" };
    expect(told([read, unread]))
      .to.contain("nothing was stopped: 1 location could not be read")
      .and.not.contain("there was nothing to stop");
  });
});
