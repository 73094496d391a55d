import { expect } from "chai";
import { targetOf } from "../../../domain/runs/serversRun.ts";
import { runOf } from "../../../domain/runs/runRecord.ts";
import { topicArn } from "../../../domain/stack/arns.ts";
import { locationNames } from "../../../domain/stack/locationNames.ts";
import { closeLocations } from "../../../operations/aws/locations.ts";
import { installOn } from "../../../operations/install.ts";
import { findServers } from "../../../operations/runs/servers.ts";
import { breakGlassNotice } from "../../../render/runs/breakGlassNotice.ts";
import { pointedAt, quietly } from "../reading.ts";
import { sendFixture, smallPlane } from "./sendFixture.ts";

const servers = ["i-00000000000000003", "i-00000000000000004"];

describe("an installation that passes over approvals", function () {
  this.timeout(300_000);

  it("goes on where the topic was told, and sends nothing where it was not", async () => {
    const plane = await smallPlane();
    const fixture = await sendFixture(plane);
    const { cloud, location, record, lines } = fixture;
    const arn = topicArn(location, locationNames(plane.environment, location).topic);
    const url = `${cloud.url}/_patchplane/records/${location.accountId}/${location.region}/sns-topic/`;
    await fetch(url + encodeURIComponent(arn), { method: "PUT", body: JSON.stringify({ arn }) });
    const glass = { reason: "it burns", callers: [{ location: "use1", arn: "arn:of:use1" }], servers };
    await pointedAt(cloud.url, async () => {
      const found = await findServers(plane, { runSteps: quietly }, ({ server }) => servers.includes(server.id));
      expect(found.placed.map(targetOf).map(({ location: at }) => at)).to.have.members(["use1", "euw1"]);
      const limits = { canary: 1, concurrency: 50, maxErrors: 0, reboot: "RebootIfNeeded" } as const;
      const installing = installOn(plane, found, {
        ...limits,
        record,
        runSteps: quietly,
        waitMinutes: 240,
        signal: new AbortController().signal,
        noticeOf: (run, at) => breakGlassNotice(run, at, glass),
      });
      const { results, failures } = await fixture.while(installing);
      closeLocations(found.reads);
      expect(results.map((each) => [each.location, each.outcome])).to.have.deep.members([
        ["use1", "done"],
        ["euw1", "notReached"],
      ]);
      expect(failures.map((each) => each.location.name)).to.deep.equal(["euw1"]);
      const [euw1] = results.filter((each) => each.location === "euw1");
      expect(euw1?.reason).to.match(/^not begun, because its topic could not be told: .*Topic does not exist/);
    });
    expect(cloud.published.map(({ topicArn: told }) => told)).to.deep.equal([arn]);
    const actions = runOf(lines())?.actions.map((each) => [each.location, each.action, each.outcome]);
    expect(actions).to.have.deep.members([
      ["use1", "tellTopic", "done"],
      ["euw1", "tellTopic", "refused"],
      ["use1", "sendCommand", "done"],
    ]);
    await fixture.close();
  });
});
