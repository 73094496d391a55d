import { join } from "node:path";
import { expect } from "chai";
import { loadOnboardingScripts } from "../../../config/onboardingScripts.ts";
import { doctorChecks } from "../../../domain/doctor/catalogue.ts";
import { byImportance, doctorOutcome, type Diagnosis } from "../../../domain/doctor/diagnosis.ts";
import type { Denial, LiveFunction, LiveKey, LiveTopic, LocationExam } from "../../../domain/doctor/evidence.ts";
import { hearingDiagnoses, reportedRuns } from "../../../domain/doctor/hearing.ts";
import { nodeDiagnoses } from "../../../domain/doctor/nodes.ts";
import { rightsDiagnoses } from "../../../domain/doctor/rights.ts";
import { trustedKeys } from "../../../domain/onboarding/trustedKeys.ts";
import { ownRoleArn, topicArn } from "../../../domain/stack/arns.ts";
import { locationNames } from "../../../domain/stack/locationNames.ts";
import { topicKeyPolicy } from "../../../domain/stack/notificationPolicies.ts";
import { reporterSettings, reporterVariables } from "../../../domain/stack/runReporter.ts";
import { plannedLocation } from "../../../domain/stack/plannedLocation.ts";
import { topicPolicy } from "../../../domain/stack/topicPolicy.ts";
import type { FleetStatus, ServerStatus } from "../../../domain/status/fleetStatus.ts";
import type { LocationAnswer } from "../../../domain/status/placedServers.ts";
import { root } from "../../config/sources.ts";
import { planeOf } from "../../scripts/commandFixture.ts";

const asOf = new Date("2026-12-02T12:00:00Z");
const plane = {
  ...planeOf(join(root, "tests", "engine", "fixture")),
  notifications: { emails: ["a@example.com", "b@example.com"] },
};
const { use1 } = plane.locations;
if (use1 === undefined) throw new Error("no such location");
const planned = plannedLocation(plane, use1);
const sound: LiveTopic = {
  keyId: "k",
  policy: JSON.stringify(topicPolicy(plane.environment, use1)),
  subscriptions: plane.notifications.emails.map((endpoint) => ({ protocol: "email", endpoint, confirmed: true })),
};
const names = planned.reporter;
if (names === undefined) throw new Error("nothing reports runs");
const { bucket: bucketName, topic: topicName } = locationNames(plane.environment, use1);
const active: LiveFunction = {
  state: "Active",
  updateStatus: "Successful",
  reason: "",
  settings: {
    ...reporterSettings,
    role: ownRoleArn(use1, plane.environment, names.roleName),
    logGroup: names.logGroup,
  },
  variables: reporterVariables(plane.environment, names, { bucketName, topicArn: topicArn(use1, topicName) }),
};
const own: LiveKey = {
  arn: "k",
  state: "Enabled",
  manager: "CUSTOMER",
  policy: JSON.stringify(topicKeyPolicy(use1)),
};

interface Heard {
  readonly topic?: LiveTopic;
  readonly key?: Partial<LiveKey>;
  readonly reporter?: LiveFunction;
  readonly sync?: string;
}

/** What is said of a location's topic, key, reporter and data sync that are so. */
function said({ topic = sound, key, reporter = active, sync = "Successful" }: Heard): readonly string[] {
  if (use1 === undefined) return [];
  const unread = { unknown: "not asked" };
  const exam: LocationExam = {
    location: use1,
    identity: unread,
    live: unread,
    roles: unread,
    rights: unread,
    policies: unread,
    instances: unread,
    nodeRoles: unread,
    defaultHost: unread,
    bucket: unread,
    serviceLinkedRole: unread,
    documents: unread,
    objects: unread,
    topic: { value: topic },
    topicKey: { value: { ...own, ...key } },
    dataSync: { value: { status: sync, message: "no access" } },
    reporter: { value: reporter },
    reporterCalls: { value: undefined },
    rules: unread,
    alarms: unread,
    queues: unread,
    reports: { value: new Set() },
  };
  return hearingDiagnoses(plane, planned, exam, [], asOf)
    .filter(({ result }) => result !== "ok")
    .filter(({ message }) => message !== unread.unknown)
    .map(({ check, result, message }) => `${result} ${check}: ${message}`);
}

const [first, second] = sound.subscriptions;
const waiting = { ...sound, subscriptions: [first, { ...second, confirmed: false }] } as LiveTopic;

describe("doctor, what it judges by itself", () => {
  const cases: Readonly<Record<string, readonly [Heard, readonly string[]]>> = {
    "all is well": [{}, []],
    "one of two has not confirmed": [
      { topic: waiting },
      ["warning subscribers: b@example.com has not confirmed its subscription"],
    ],
    "one of two is not subscribed": [
      { topic: { ...sound, subscriptions: sound.subscriptions.slice(0, 1) } },
      ["warning subscribers: b@example.com is not subscribed"],
    ],
    "nobody is": [
      { topic: { ...sound, subscriptions: [] } },
      ["failed subscribers: a@example.com is not subscribed", "failed subscribers: b@example.com is not subscribed"],
    ],
    "the key will be deleted": [
      { key: { state: "PendingDeletion", deletedAt: asOf } },
      ["failed topic-key: the topic's key is PendingDeletion, to be deleted at 2026-12-02T12:00:00Z"],
    ],
    "the key is AWS's own": [
      { key: { manager: "AWS" } },
      ["failed topic-key: the topic is encrypted by AWS's own key, which EventBridge may not use"],
    ],
    "the function has failed": [
      { reporter: { ...active, state: "Failed", reason: "out of space" } },
      ["failed reporter: the function has failed: out of space"],
    ],
    "its update has failed": [
      { reporter: { ...active, updateStatus: "Failed" } },
      ["failed reporter: its last update has failed"],
    ],
    "it ends too early, and writes elsewhere": [
      {
        reporter: {
          ...active,
          settings: { ...active.settings, timeout: 3 },
          variables: { ...active.variables, REPORT_BUCKET: "theirs", TOKEN: "hunter2" },
        },
      },
      [
        "failed reporter: its timeout is 3, and the stack's is 900",
        `failed reporter: its REPORT_BUCKET is theirs, and the stack's is ${bucketName}`,
        "failed reporter: it has TOKEN, which the stack does not set",
      ],
    ],
    "it is being made": [
      { reporter: { ...active, state: "Pending" } },
      ["warning reporter: it is being made or changed"],
    ],
    "the function was idle for weeks": [{ reporter: { ...active, state: "Inactive" } }, []],
    "the data sync has failed": [{ sync: "Failed" }, ["warning data-sync: the last one has failed: no access"]],
  };
  for (const [what, [heard, wanted]] of Object.entries(cases)) {
    it(`says what is heard where ${what}`, () => {
      expect(said(heard)).to.deep.equal(wanted);
    });
  }

  it("says why an instance is no node, as far as EC2 tells; and takes its word for nothing else", () => {
    const [row] = plane.fleet.filter(({ id }) => id.startsWith("i-"));
    const names = ["gone", "stopped", "bare", "profiled", "mute"];
    const servers = names.map((name) => ({
      server: { ...row, id: `i-${name}`, name },
      location: "use1",
      judgement: { verdict: "unknown", reason: "noNode" },
    }));
    const instances = new Map([
      ["i-stopped", { state: "stopped", profile: "p", metadata: false }],
      ["i-bare", { state: "running", metadata: true }],
      ["i-profiled", { state: "running", profile: "p", metadata: true }],
      ["i-mute", { state: "running", profile: "p", metadata: false }],
    ]);
    const of = (found: Pick<LocationExam, "instances" | "defaultHost">): readonly string[] =>
      nodeDiagnoses(
        plane,
        { servers } as unknown as FleetStatus,
        { location: use1, facts: {} } as unknown as LocationAnswer,
        found,
      )
        .filter(({ check }) => check === "servers")
        .map(({ result, message }) => `${result}: ${message}`);
    const bare = (words: string): readonly string[] => [
      "failed: 1 of 5 servers are no instances of this account and Region: gone",
      "failed: 1 of 5 servers are stopped: stopped",
      `failed: 1 of 5 servers have no instance profile${words}: bare`,
      "failed: 1 of 5 servers run with an instance profile, and their agent is not heard: profiled",
      "failed: 1 of 5 servers run with their instance metadata service off, from which the agent has its id and its credentials: mute",
    ];
    const off = ", and Default Host Management is off";
    const on = ", and Default Host Management (service-role/dhm) has not made nodes of them";
    expect(of({ instances: { value: instances }, defaultHost: { value: "" } })).to.deep.equal(bare(off));
    expect(of({ instances: { value: instances }, defaultHost: { value: "service-role/dhm" } })).to.deep.equal(bare(on));
    expect(of({ instances: { value: instances }, defaultHost: { unknown: "no" } })).to.deep.equal(bare(""));
    expect(of({ instances: { unknown: "ec2:DescribeInstances: no" }, defaultHost: { value: "" } })).to.deep.equal([
      "unknown: ec2:DescribeInstances: no",
      "failed: 5 of 5 servers are no managed nodes: gone, stopped, bare, profiled, mute",
    ]);
  });

  it("says whose agent is too old for what: of hybrid nodes alone what outages do to them", () => {
    const [row] = plane.fleet.filter(({ id }) => id.startsWith("i-"));
    const nodes = [
      ["instance", "i-0", "3.3.807.0"],
      ["old", "mi-0", "3.3.807.9"],
      ["older", "mi-1", "3.2.9999.0"],
      ["new", "mi-2", "3.3.808.0"],
      ["unheard", "mi-3", ""],
    ] as const;
    const servers = nodes.map(([name, id, agentVersion]) => ({
      server: { ...row, cloud: "azure", id: name, name },
      node: { id, details: { agentVersion } },
      location: "use1",
      judgement: { verdict: "compliant" },
    }));
    const unread = { unknown: "not asked" };
    const told = nodeDiagnoses(
      plane,
      { servers } as unknown as FleetStatus,
      { location: use1, facts: { nodes: [] } } as unknown as LocationAnswer,
      { instances: unread, defaultHost: unread },
    ).filter(({ check }) => check === "agents");
    expect(told.map(({ result, message }) => `${result}: ${message}`)).to.deep.equal([
      "warning: 2 of 4 servers have a hybrid agent older than 3.3.808.0, which may stay away for a day after an outage of its network: old, older",
      "warning: 1 of 4 servers have an agent of a line before 3.3.808.0, the newest here: older",
    ]);
  });

  it("says what keeps a role of instances from what they need, and what comes of it", () => {
    const [row] = plane.fleet.filter(({ id }) => id.startsWith("i-"));
    const rows = ["a", "b", "c"].map(
      (name) => ({ server: { ...row, id: `i-${name}`, name } }) as unknown as ServerStatus,
    );
    const denial = (purpose: Denial["purpose"], action: string, by: Denial["by"]): Denial => {
      return { purpose, action, resource: "*", by };
    };
    const told = rightsDiagnoses(rows, {
      location: use1,
      nodeRoles: {
        value: [
          {
            profile: "p",
            role: "r",
            instances: ["i-a", "i-b"],
            denied: [
              denial("agent", "ssm:PutInventory", "organization"),
              denial("agent", "ssm:GetDocument", "organization"),
              denial("lists", "s3:GetObject", "boundary"),
              denial("logs", "s3:PutObject", "nothing"),
            ],
          },
          { profile: "q", instances: ["i-c"] },
        ],
      },
    });
    expect(told.map(({ result, message }) => `${result}: ${message}`)).to.deep.equal([
      "warning: r may not ssm:PutInventory, ssm:GetDocument (no policy of the organization lets it, by AWS's policy simulator), so that their runs fail, or report nothing; it is the role of 2 of 3 instances: a, b",
      "failed: r may not s3:GetObject (its permissions boundary does not allow that), so that their windows cannot read what they install by; it is the role of 2 of 3 instances: a, b",
      "warning: r may not s3:PutObject (no policy of it allows that), so that no log of theirs is kept; it is the role of 2 of 3 instances: a, b",
      "failed: q is gone, or has no role: c",
    ]);
  });

  it("asks for a report six hours after a run's end, and for none of a run before the function", () => {
    const window = [...planned.windows.keys()].find((name) => name.endsWith("mw-scan-all")) ?? "";
    const startedAt = new Date("2026-12-02T04:00:00Z");
    const run = { window, windowId: "mw-1", startedAt, status: "SUCCESS" };
    const due = (endedAt: string, reporter = active): number =>
      reportedRuns(planned, [{ ...run, endedAt: new Date(endedAt) }], reporter, asOf).length;
    expect(due("2026-12-02T06:00:00Z")).to.equal(1);
    expect(due("2026-12-02T06:00:01Z")).to.equal(0);
    expect(due("2026-12-02T05:00:00Z", { ...active, changedAt: asOf })).to.equal(0);
    expect(reportedRuns(planned, [{ ...run, status: "SKIPPED_OVERLAPPING" }], active, asOf)).to.deep.equal([]);
  });

  it("puts the worst first, then what matters most; and what could not be read wins", () => {
    const of = (check: Diagnosis["check"], result: Diagnosis["result"]): Diagnosis => {
      return { check, result, about: {}, message: "" };
    };
    const all = [of("azure", "failed"), of("windows", "ok"), of("windows", "failed"), of("tags", "warning")];
    expect(byImportance(all).map(({ check, result }) => `${result} ${check}`)).to.deep.equal([
      "failed windows",
      "failed azure",
      "warning tags",
      "ok windows",
    ]);
    expect(doctorOutcome(all)).to.equal("findings");
    expect(doctorOutcome([...all, of("roles", "unknown")])).to.equal("unreadable");
    expect(doctorOutcome([of("windows", "ok")])).to.equal("fine");
  });

  it("has a reason for every check, and ids that are none of the plan's", () => {
    for (const { id, what, why } of doctorChecks) {
      expect(id).to.match(/^[a-z]+(-[a-z]+)*$/);
      expect(
        [what, why].every((text) => text.length > 10 && !text.endsWith(".")),
        id,
      ).to.equal(true);
    }
  });

  it("reads the end of the keys that the released scripts trust, one more where a row names it", () => {
    const scripts = loadOnboardingScripts(root);
    const ends = (script: string, linux = scripts[script]?.linux ?? ""): readonly string[] => {
      const fleet = plane.fleet.flatMap((server) =>
        server.azure === undefined ? [] : [{ ...server, azure: { ...server.azure, onboardingScript: script } }],
      );
      const all = { ...scripts, [script]: { linux, windows: "" } };
      return trustedKeys({ fleet }, all).map(({ expires }) => expires.toISOString().slice(0, 10));
    };
    expect(ends("v1")).to.deep.equal(["2027-11-25"]);
    expect(ends("v2")).to.deep.equal(["2027-11-25"]);
    const word = `${"A".repeat(40)}:1900000000:AAAA`;
    const more = `#!/bin/bash\nPATCHPLANE_SIGNING_KEYS='${word}'\n${scripts["v2"]?.linux ?? ""}`;
    expect(ends("v2+next", more)).to.deep.equal(["2027-11-25", "2030-03-17"]);
    expect(trustedKeys({ fleet: [] }, scripts)).to.deep.equal([]);
  });
});
