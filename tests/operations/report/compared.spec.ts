import { expect } from "chai";
import type { ServerRecord } from "../../../domain/collection/records.ts";
import { compareCollected, compareWhatever, type CollectedNode } from "../../../domain/packages/comparison.ts";
import { incomparable, type ComparedServer } from "../../../domain/report/comparedServers.ts";
import type { OsName } from "../../../domain/server.ts";
import type { Engine, Row } from "../../../operations/report/engine.ts";
import { comparedServers } from "../../../operations/report/compared.ts";
import { allRecords, hostile, otherRunId, placeNames, recordsOf, runId, stamps, type When } from "./fixture.ts";
import { openedFixture } from "./store.ts";

/** `package arch before -> after kind` of a server, or why it cannot be compared. */
function shown(compared: ComparedServer): readonly string[] | string {
  const { comparison } = compared;
  if (comparison === undefined || comparison.basis === "none") return incomparable(compared) ?? "";
  return comparison.changes.map(
    ({ name, architecture, before = "-", after = "-", kind }) =>
      `${name} ${architecture} ${before} -> ${after} ${kind}`,
  );
}

function byServer(compared: readonly ComparedServer[]): Readonly<Record<string, readonly string[] | string>> {
  return Object.fromEntries(
    compared.map((each) => [`${each.server.name} ${each.server.resourceId.slice(-1)}`, shown(each)]),
  );
}

/** What a collection has of a node, by all of its records. */
function nodeOf(resourceId: string, when: When): CollectedNode | undefined {
  const place = placeNames.find((name) =>
    recordsOf(name, when)["Patchplane:Server"].some((row) => row.resourceId === resourceId),
  );
  if (place === undefined || (place === "cut" && when === "after")) return undefined;
  const records = recordsOf(place, when);
  const own = <Row extends { readonly resourceId: string }>(rows: readonly Row[]) =>
    rows.filter((row) => row.resourceId === resourceId);
  return {
    collectedAt: new Date(records["Patchplane:Location"][0]?.ended ?? ""),
    state: own(records["Patchplane:Server"])[0]?.state ?? "unknown",
    applications: own(records["AWS:Application"]),
    patches: own(records["AWS:ComplianceItem"]),
  };
}

describe("comparing two stored collections", () => {
  const opened = openedFixture();

  it("says what changed on each server, and of which servers nothing can be said", async () => {
    const compared = await comparedServers(opened().engine, { before: stamps.before, after: stamps.after });
    expect(byServer(compared)).to.deep.equal({
      "web-01 1": [
        "curl x86_64 7.81.0-1ubuntu1.18 -> 7.81.0-1ubuntu1.20 upgraded",
        "htop x86_64 - -> 3.0.5-7build2 installed",
        "libc6 x86_64 2.35-0ubuntu3.6 -> 2.35-0ubuntu3.8 upgraded",
        "nginx x86_64 1.18.0-6ubuntu14.4 -> - removed",
        "sudo x86_64 1.9.9-1ubuntu2.4 -> 1.9.9-1ubuntu2.3 downgraded",
        "tzdata x86_64 2026a-0ubuntu0.22.04 -> 2026a-0ubuntu00.22.04 rebuilt",
      ],
      "web-02 2": ["curl x86_64 7.81.0-1ubuntu1.10 -> 7.81.0-1ubuntu1.20 upgraded"],
      [`${hostile.server} 3`]: [`${hostile.pack} x86_64 1.0 -> 1.1 upgraded`],
      "db-01 a": "the later collection has no inventory of it",
      "db-01 b": "it is new: the earlier collection has no node of it",
      "vm-twice d": ["jq x86_64 1.6-1 -> 1.6-2 upgraded"],
      "vm-twice e": ["jq x86_64 1.6-1 -> 1.6-2 upgraded"],
      "app-01 4": ["rsync x86_64 3.2.7-1~bpo1 -> 3.2.7-1 upgraded"],
      "clock-ahead 5": "its clock is ahead: it says that its inventory was captured after it was collected",
      "al-01 6": [
        "bind-libs x86_64 32:9.11.4-26.P2.amzn2 -> 9.11.4-26.P2.amzn2 downgraded",
        "glibc x86_64 2.26-63.amzn2 -> 2.26-64.amzn2 upgraded",
        "kernel x86_64 5.10.10-1.amzn2 -> 5.10.11-1.amzn2 upgraded",
      ],
      "al-old-agent 7": "its agent is too old for before and after: it leaves out the release of its packages",
      "win-01 8": ["KB5032198  - -> KB5032198 installed"],
      "stale-inventory 9": "both collections have the same inventory of it: none was captured between them",
      // Its inventory is older than the run, whose report has what changed.
      "late-inventory f": ["curl x86_64 7.81.0-1ubuntu1.18 -> 7.81.0-1ubuntu1.20 upgraded"],
      "cut-off-01 c": "the later collection has no inventory of it",
    });
  });

  it("sees one change where a package was upgraded twice between two collections", async () => {
    const compared = await comparedServers(opened().engine, {
      before: stamps.first,
      after: stamps.after,
      servers: ["web-02"],
    });
    expect(byServer(compared)).to.deep.equal({
      "web-02 2": ["curl x86_64 7.81.0-1ubuntu1.9 -> 7.81.0-1ubuntu1.20 upgraded"],
    });
  });

  it("agrees with the judgement over all records of each server, for collections and for a run", async () => {
    for (const run of [undefined, runId]) {
      const compared = await comparedServers(opened().engine, {
        before: stamps.before,
        after: stamps.after,
        ...(run === undefined ? {} : { run }),
      });
      expect(compared).to.have.length.above(4);
      for (const { server, comparison } of compared) {
        const record = allRecords("Patchplane:Run", "after").find(({ resourceId }) => resourceId === server.resourceId);
        const time =
          record === undefined ? undefined : { started: new Date(record.started), ended: new Date(record.ended) };
        const [had, has] = [nodeOf(server.resourceId, "before"), nodeOf(server.resourceId, "after")];
        const compare = run === undefined ? compareWhatever : compareCollected;
        const expected = compare(server.os as OsName, had, has, time);
        expect(comparison, server.name).to.deep.equal(expected);
      }
    }
  });

  it("takes a run's own patch report where the inventory is older than the run", async () => {
    const ask = { before: stamps.before, after: stamps.after, run: runId, servers: ["late-inventory"] };
    const [late] = await comparedServers(opened().engine, ask);
    expect(late?.comparison).to.deep.equal({
      basis: "patches",
      changes: [
        {
          name: "curl",
          architecture: "x86_64",
          before: "7.81.0-1ubuntu1.18",
          after: "7.81.0-1ubuntu1.20",
          kind: "upgraded",
        },
      ],
    });
  });

  it("names every installation between the two as one that a change may be from, asked about or not", async () => {
    for (const run of [undefined, runId]) {
      const ask = { before: stamps.before, after: stamps.after, ...(run === undefined ? {} : { run }) };
      const runs = Object.fromEntries(
        (await comparedServers(opened().engine, ask)).map(({ server, runs: all }) => [
          server.name,
          all.map(({ runId: id }) => id),
        ]),
      );
      expect(runs["web-01"]).to.deep.equal([runId]);
      // One that never began there is none.
      expect(runs["web-02"]).to.deep.equal([runId, otherRunId]);
      expect(runs["win-01"]).to.deep.equal([runId]);
      expect(runs["late-inventory"]).to.deep.equal([runId]);
    }
  });

  it("narrows by group, owner and server, as the later collection has them", async () => {
    const ask = async (more: object) => {
      const compared = await comparedServers(opened().engine, { before: stamps.before, after: stamps.after, ...more });
      return compared.map(({ server }: { readonly server: ServerRecord }) => server.name);
    };
    expect(await ask({ groups: ["prod-reviewed"] })).to.deep.equal(["vm-twice", "vm-twice"]);
    expect(await ask({ owners: ["team-web"] })).to.deep.equal(["web-01", "web-02"]);
    expect(await ask({ servers: ["app-01", "i-00000000000000001"] })).to.deep.equal(["web-01", "app-01"]);
    expect(await ask({ servers: ["app-old-name"] })).to.deep.equal([]);
  });

  it("has a server once that was no managed node yet in the first collection", async () => {
    const place = { account_id: "011122223333", region: "eu-west-1" };
    const server = { ...place, server_id: "vm-01", name: "vm-01", os: "ubuntu" };
    const rows: Readonly<Record<string, readonly Row[]>> = {
      locations: [{ ...place, collected: stamps.after, ended: "2026-11-15T06:00:00Z" }],
      servers: [
        { ...server, resource_id: "", state_before: "unknown" },
        { ...server, resource_id: "mi-1", state_after: "collected" },
        { ...server, server_id: "vm-02", name: "vm-02", resource_id: "", state_before: "unknown" },
      ],
    };
    const engine: Engine = { rows: (query) => Promise.resolve(rows[query] ?? []), close: () => undefined };
    const compared = await comparedServers(engine, { before: stamps.before, after: stamps.after });
    expect(compared.map((each) => [each.server.name, each.server.resourceId, shown(each)])).to.deep.equal([
      ["vm-01", "mi-1", "it is new: the earlier collection has no node of it"],
      ["vm-02", "", "the earlier collection has no inventory of it"],
    ]);
  });

  it("leaves out a location whose upload broke off, and says so", () => {
    expect(opened().unreadable).to.deep.equal([
      {
        collected: stamps.after,
        accountId: "333344445555",
        region: "eu-west-1",
        reason: "its AWS:Application is damaged: unexpected end of file",
      },
    ]);
  });
});
