import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { partitionFile } from "../domain/collection/layout.ts";
import type { CollectionRecords, RecordType } from "../domain/collection/records.ts";

/** Stamps of the two collections of a store for measuring. */
export const stamps = { before: "2026-11-08T030000Z", after: "2026-11-15T030000Z" } as const;

/** Packages on each of its servers. */
export const packagesPerServer = 800;

const captured = { before: "2026-11-08T02:00:00Z", after: "2026-11-15T02:00:00Z" };
/** Share of packages with another version in the second collection, in 1,000; and of those that are gone. */
const changedShare = 97;
const removedShare = 2;

/** A number of 0–999 that is always the same for the same server and package. */
function draw(server: number, pack: number): number {
  return ((Math.imul(server + 1, 0x9e3779b1) ^ Math.imul(pack + 1, 0x85ebca6b)) >>> 8) % 1000;
}

function* applications(servers: readonly number[], when: keyof typeof stamps): Generator<string> {
  for (const server of servers) {
    let lines = "";
    for (let pack = 0; pack < packagesPerServer; pack += 1) {
      const drawn = draw(server, pack);
      if (when === "after" && drawn < removedShare) continue;
      const raised = when === "after" && drawn < removedShare + changedShare ? 1 : 0;
      const name = `lib-package-${String(pack)}`;
      const version = `${String(1 + (pack % 9))}.${String(pack % 31)}.${String((pack % 7) + raised)}-0ubuntu1.${String(pack % 13)}`;
      const record: CollectionRecords["AWS:Application"] = {
        resourceId: nodeId(server),
        Name: name,
        Publisher: "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>",
        Version: version,
        Architecture: "x86_64",
        ApplicationType: "libs",
        PackageId: `${name}_${version}_amd64.deb`,
        captureTime: captured[when],
      };
      lines += `${JSON.stringify(record)}\n`;
    }
    yield lines;
  }
}

function nodeId(server: number): string {
  return `i-${server.toString(16).padStart(17, "0")}`;
}

function serverRecord(server: number, location: string, when: keyof typeof stamps): string {
  const record: CollectionRecords["Patchplane:Server"] = {
    resourceId: nodeId(server),
    serverId: nodeId(server),
    name: `server-${String(server)}`,
    owner: `owner-${String(server % 40)}`,
    businessUnit: `unit-${String(server % 6)}`,
    cloud: "aws",
    site: location,
    location,
    patchGroup: `group-${String(server % 12)}`,
    approval: "automatic",
    criticality: "medium",
    os: "ubuntu",
    release: "22.04",
    arch: "x86_64",
    state: "collected",
    reason: "",
    pingStatus: "Online",
    lastPing: captured[when],
    agentVersion: "3.3.1611.0",
    inventoryCaptured: captured[when],
    versions: "whole",
    lastScan: captured[when],
  };
  return `${JSON.stringify(record)}\n`;
}

/** Writes two collections of servers with {@link packagesPerServer} packages each, over eight accounts and Regions. */
export async function writeReportStore(folder: string, servers: number): Promise<void> {
  const locations = ["111122223333", "222233334444", "333344445555", "444455556666"].flatMap((accountId) =>
    ["eu-west-1", "us-east-1"].map((region) => ({ accountId, region, location: `${accountId}-${region}` })),
  );
  for (const when of ["before", "after"] as const) {
    for (const [index, { accountId, region, location }] of locations.entries()) {
      const own = Array.from({ length: servers }, (_, server) => server).filter(
        (server) => server % locations.length === index,
      );
      const write = async (type: RecordType, lines: Iterable<string>): Promise<void> => {
        const path = join(folder, partitionFile({ type, collected: stamps[when], accountId, region }));
        await mkdir(dirname(path), { recursive: true });
        await pipeline(Readable.from(lines), createGzip(), createWriteStream(path));
      };
      const row: CollectionRecords["Patchplane:Location"] = {
        location,
        accountId,
        region,
        state: "collected",
        reason: "",
        started: captured[when],
        ended: captured[when],
        nodes: String(own.length),
        apiCalls: "0",
      };
      await write("AWS:Application", applications(own, when));
      await write(
        "Patchplane:Server",
        own.map((server) => serverRecord(server, location, when)),
      );
      await write("Patchplane:Location", [`${JSON.stringify(row)}\n`]);
    }
  }
}
