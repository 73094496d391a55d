import { join } from "node:path";
import { expect } from "chai";
import { readPlane, readPlaneFrom } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import type { Server } from "../../domain/server.ts";
import { writeFleet } from "../../fleet/write.ts";
import { drawFleet } from "../../simulator/world/drawFleet.ts";

const root = join(import.meta.dirname, "..", "..");

function checkedIn() {
  const read = readPlane(root, "prod");
  if ("faults" in read) throw new Error("the checked-in stack file has faults");
  return read.plane;
}

function shareOf(fleet: readonly Server[], is: (server: Server) => boolean): number {
  return fleet.filter(is).length / fleet.length;
}

describe("drawing a fleet", () => {
  const plane = checkedIn();

  for (const servers of [40, 1200, 2500]) {
    it(`gives ${String(servers)} rows that the reader takes, with the shares of the fleet they are drawn from`, () => {
      const fleet = drawFleet(plane.fleet, { servers, seed: 3 });
      const files = projectFiles(root);
      const text = writeFleet(fleet, plane.subscriptions);
      const read = readPlaneFrom(
        { ...files, read: (path) => (path === "fleet/prod.csv" ? text : files.read(path)) },
        "prod",
      );
      if ("faults" in read) throw new Error(JSON.stringify(read.faults.slice(0, 3)));
      expect(read.plane.fleet).to.have.length(servers);
      for (const is of [
        (server: Server) => server.cloud === "azure",
        (server: Server) => server.patchGroup === "prod-auto",
        (server: Server) => server.os === "windows-server",
      ])
        expect(shareOf(fleet, is)).to.be.closeTo(shareOf(plane.fleet, is), 0.03);
    });
  }

  it("gives the same fleet for the same seed, and other ids for another", () => {
    const ids = (seed: number) =>
      drawFleet(plane.fleet, { servers: 50, seed }).map(({ id, azure }) => azure?.vmId ?? id);
    expect(ids(1)).to.deep.equal(ids(1));
    expect(
      ids(2)
        .filter((id) => !id.startsWith("asg:"))
        .some((id) => ids(1).includes(id)),
    ).to.equal(false);
  });

  it("refuses an empty fleet", () => {
    expect(() => drawFleet([], { servers: 1, seed: 1 })).to.throw(RangeError, "without servers");
  });
});
