import { expect } from "chai";
import { assessPlaneFrom } from "../../config/file.ts";
import { checkPlane } from "../../domain/checks/checkPlane.ts";
import { explainGroup } from "../../domain/explain/group.ts";
import { explainServer } from "../../domain/explain/server.ts";
import { explainWindow } from "../../domain/explain/window.ts";
import { formatFault, formatFaultInPlace, withoutSubjects } from "../../domain/fault.ts";
import { annualCalendar } from "../../domain/plan/calendar.ts";
import { withLive } from "../../domain/plan/livePart.ts";
import { planChange, type PlanSide } from "../../domain/plan/planChange.ts";
import type { PlanReport } from "../../domain/plan/report.ts";
import type { Plane } from "../../domain/plane.ts";
import { readPreview } from "../../domain/pullRequest/pulumiPreview.ts";
import { worsened, type RehearsalReport } from "../../domain/rehearsal/report.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import type { Document } from "../../render/document.ts";
import { accountsDocument } from "../../render/accounts/accountsDocument.ts";
import { explainDocument, explainJson } from "../../render/explain/explainDocument.ts";
import { initJson, initText } from "../../render/init.ts";
import { calendarDocument } from "../../render/plan/calendarDocument.ts";
import { calendarIcs } from "../../render/plan/calendarIcs.ts";
import { approvalsSection, planDocument } from "../../render/plan/planDocument.ts";
import { changedDocument } from "../../render/pullRequest/changedDocument.ts";
import { pullRequestComment } from "../../render/pullRequest/pullRequestComment.ts";
import { rehearsalDocument } from "../../render/rehearsal/rehearsalDocument.ts";
import { statusDocument } from "../../render/status/statusDocument.ts";
import { statusJson } from "../../render/status/statusJson.ts";
import { tagsDocument } from "../../render/status/tagsDocument.ts";
import { tagsJson } from "../../render/status/tagsJson.ts";
import { writers } from "../../render/writers/writers.ts";
import { jsonOutgoing, outgoing } from "../../scripts/cli/output.ts";
import { Edited, asOf } from "../plan/project.ts";
import { hostileText, poisoned } from "./hostile.ts";
import { sampleReport } from "./rehearsal/sampleReport.ts";

/** Control characters, halves of pairs, separators, turns of direction: what no text may hold that anybody reads. */
const acting = /(?![\t\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** Characters without width; the writer of Markdown puts one into mentions, so that they are none. */
const invisible = /(?!\u200B)[\p{Cf}]/u;
/** A command to the runner of a workflow. */
const command = /^\s*::|##\[/m;

function expectHarmless(text: string, of: string): void {
  expect(text.match(acting)?.[0], `${of}: acts`).to.equal(undefined);
  expect(text.match(invisible)?.[0], `${of}: hides`).to.equal(undefined);
}

/** What leaves the process by the terminal. */
function expectNoCommand(text: string, of: string): void {
  expectHarmless(text, of);
  expect(command.exec(text)?.[0], `${of}: commands`).to.equal(undefined);
}

function expectAllHarmless(document: Document, of: string): void {
  for (const [format, write] of Object.entries(writers)) {
    const written = write([document], { all: true });
    expectHarmless(written.replaceAll("\r\n", "\n"), `${of} as ${format}`);
    expectNoCommand(outgoing(written), `${of} as ${format}, printed`);
    // Nothing was taken away either: who looks can see that somebody tried.
    if (format !== "csv") expect(written, `${of} as ${format}`).to.match(/u\\?\{1b/);
  }
}

function expectJson(value: unknown, of: string): void {
  const json = JSON.stringify(value, withoutSubjects, 2);
  const printed = jsonOutgoing(json);
  expectNoCommand(printed, `${of} as JSON`);
  expect(JSON.parse(printed)).to.deep.equal(JSON.parse(json));
}

/** The sample project's production as it was read, and with every text of it hostile. */
function planes(edited = new Edited()): Plane {
  const read = assessPlaneFrom(edited.files, "prod");
  if (read === "absent" || "faults" in read) throw new Error("the sample cannot be read");
  // Every kind of server is among them, and a plan of few is as good as one of many.
  const fleet = read.plane.fleet.filter((_, index) => index % 4 === 0);
  return poisoned(structuredClone({ ...read.plane, fleet }));
}

function side(plane: Plane): PlanSide {
  return {
    label: `version ${hostileText}`,
    others: [{ name: `other ${hostileText}`, plane }],
    state: "read",
    plane,
    findings: poisoned(checkPlane(plane)),
    place: (each) => ({ ...each, file: `Pulumi.${hostileText}.yaml` }),
  };
}

const hostile = planes();
const other = planes(
  new Edited()
    .replace("Pulumi.prod.yaml", "cron(0 23 ? * FRI *)", "cron(0 22 ? * SAT *)")
    .rows("fleet/prod.csv", (row, cells) => (cells[8] === "app" ? row.replace(",app,", ",web,") : row)),
);

function reportOf(base: PlanSide, head: PlanSide): PlanReport {
  return planChange({ stack: `prod${hostileText}`, asOf, base, head, notes: [hostileText] });
}

const fault = {
  file: `Pulumi.${hostileText}.yaml`,
  line: 3,
  column: 2,
  path: `groups.${hostileText}`,
  message: hostileText,
  value: { [hostileText]: hostileText },
  allowed: hostileText,
  fix: hostileText,
};
/** Words of closed lists are told by the reader of the file; every name, and what happened, is somebody's text. */
function hostileRehearsal(): RehearsalReport {
  const report = sampleReport(2);
  const { reason, kind } = { reason: "cutOff", kind: "leftStopped" } as const;
  const head = {
    label: hostileText,
    servers: 40,
    groups: report.head.groups.map((each) => {
      const group = poisoned(each);
      return {
        ...group,
        overdue: group.overdue.map((server) => ({ ...server, reason })),
        nonCompliant: group.nonCompliant.map((server) => ({ ...server, reason })),
      };
    }),
    windows: report.head.windows.map((each) => poisoned(each)),
    breaches: report.head.breaches.map((each) => ({ ...poisoned(each), kind })),
  };
  const base = { ...report.head, label: hostileText };
  return { ...report, stack: hostileText, head, base, worse: worsened(base, head) };
}

const unreadable: PlanSide = { label: hostileText, others: [], state: "unreadable", faults: [fault] };

describe("every renderer, over a plane all of whose texts are hostile", () => {
  const location = Object.values(hostile.locations)[0];
  if (location === undefined) throw new Error("the sample has no location");

  it("of a plan lets nothing act on who reads it", () => {
    const live = {
      asOf: asOf.toISOString(),
      locations: [
        {
          name: location.name,
          accountId: location.accountId,
          region: location.region,
          failure: hostileText,
          deployed: true,
          findings: [{ ...fault, id: "live-drift", severity: "error" as const }],
          limits: [],
          activations: { pending: [], expired: [], none: [] },
        },
      ],
    };
    const rehearsal = { report: hostileRehearsal() };
    const reports = {
      "of the same": reportOf(side(hostile), side(hostile)),
      "of a change": withLive(reportOf(side(hostile), side(other)), other, live as never),
      "of a new stack": reportOf({ label: hostileText, others: [], state: "absent" }, side(hostile)),
      "of one that cannot be read": reportOf(side(hostile), unreadable),
      "of one that could not be read": reportOf(unreadable, side(hostile)),
    };
    expectAllHarmless(rehearsalDocument(rehearsal.report), "rehearsal");
    for (const [of, report] of Object.entries(reports)) {
      expectAllHarmless(planDocument(report), `plan ${of}`);
      expectJson(report, `plan ${of}`);
      const preview = readPreview(
        JSON.stringify({ steps: [], diagnostics: [{ severity: "error", message: hostileText, urn: hostileText }] }),
      );
      const counts = { gained: 1, lost: 0, removed: 0, changed: 0, approved: 1, errors: 1, warnings: 0, known: 0 };
      const comment = pullRequestComment([
        {
          environment: hostileText,
          plan: { counts, blocking: true, approvals: approvalsSection(report), document: planDocument(report) },
          preview,
        },
        {
          environment: `${hostileText}2`,
          plan: { missing: hostileText },
          preview: { missing: hostileText },
          rehearsal,
        },
      ]);
      expectNoCommand(outgoing(comment), `comment ${of}`);
      expectHarmless(comment, `comment ${of}`);
    }
  }).timeout(300_000);

  it("of a calendar lets nothing act on who reads it", () => {
    const calendar = annualCalendar(hostile, asOf);
    expect(calendar.entries).not.to.deep.equal([]);
    expectAllHarmless(calendarDocument(calendar), "calendar");
    const ics = calendarIcs(calendar, asOf);
    expectHarmless(ics.replaceAll("\r\n", "\n"), "iCalendar");
    // A text that ended its line would be a property of its own.
    const names = new Set(ics.replaceAll("\r\n ", "").match(/^[^:;\r\n]+/gm));
    expect([...names].filter((name) => !/^[A-Z-]*$/.test(name))).to.deep.equal([]);
  });

  it("of an explanation lets nothing act on who reads it", () => {
    const findings = poisoned(checkPlane(hostile));
    const origins = {
      stackFile: `Pulumi.${hostileText}.yaml`,
      fleetFile: `fleet${hostileText}`,
      lineOf: () => 7,
      isPreset: () => true,
    };
    const facts = [
      ...hostile.fleet.map((server) => explainServer(hostile, server, asOf, findings, origins)),
      ...Object.values(hostile.windows).map((each) => explainWindow(hostile, each, asOf, findings, origins)),
      ...Object.values(hostile.groups).map((each) => explainGroup(hostile, each, asOf, findings, origins)),
    ];
    for (const each of facts.slice(0, 20).concat(facts.slice(-20))) {
      expectAllHarmless(explainDocument({ stack: hostileText }, asOf, each), "explanation");
      expectJson(explainJson(hostileText, asOf, each), "explanation");
    }
  });

  it("of a status lets nothing of AWS's or Azure's texts act on who reads it", () => {
    const subscription = Object.values(hostile.subscriptions)[0];
    const evidence = {
      scope: {},
      locations: Object.values(hostile.locations).map((each) => ({ location: each, failure: hostileText })),
      subscriptions: subscription === undefined ? [] : [{ subscription, views: new Map(), failure: hostileText }],
    };
    const status = judgeFleet(hostile, evidence, asOf);
    expectAllHarmless(statusDocument({ stack: hostileText }, status), "status");
    expectJson(statusJson(hostileText, status, 3), "status");
    const [server] = hostile.fleet;
    if (server === undefined) throw new Error("the sample has no server");
    const node = { server, location: location.name, nodeId: `i-${hostileText}` };
    const differences = [{ key: hostileText, is: hostileText, wanted: hostileText }];
    const drift = {
      nodes: [
        { ...node, repairable: true, differences },
        { ...node, nodeId: "i-2", repairable: false, differences },
      ],
      checked: 2,
      withoutNode: 0,
      locations: [{ location, failure: hostileText }],
      unreadableSubscriptions: [{ name: hostileText, failure: hostileText }],
      repairs: [{ ...node, failure: hostileText }],
    };
    expectAllHarmless(tagsDocument({ stack: hostileText }, drift, true), "tags");
    expectJson(tagsJson(hostileText, drift, true, 3), "tags");
  });

  it("of the smaller answers lets nothing act on who reads it", () => {
    expectAllHarmless(accountsDocument([{ ...fault, id: hostileText, severity: "error" }], 3), "accounts");
    expectAllHarmless(changedDocument([{ environment: hostileText, files: [hostileText] }]), "changed");
    const made = {
      environment: hostileText,
      dryRun: true,
      files: [
        { path: hostileText, text: hostileText },
        { path: hostileText, text: hostileText },
      ],
      notes: [hostileText],
      accounts: [hostileText],
      group: hostileText,
    };
    expectNoCommand(outgoing(initText(made)).replaceAll(/[^\P{Cf}]/gu, ""), "init");
    expectJson(initJson(made), "init");
  });

  it("of faults lets nothing act on who reads them, one line each", () => {
    for (const text of [formatFault(fault), formatFaultInPlace(fault)]) {
      expectHarmless(text, "a fault");
      expect(text).not.to.include("\n");
    }
  });
});
