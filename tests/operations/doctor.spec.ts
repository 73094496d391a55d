import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { buildFunctionCode } from "../../config/functionCode.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { doctorChecks } from "../../domain/doctor/catalogue.ts";
import type { Diagnosis } from "../../domain/doctor/diagnosis.ts";
import { examine } from "../../domain/doctor/judge.ts";
import { trustedKeys } from "../../domain/onboarding/trustedKeys.ts";
import type { Plane } from "../../domain/plane.ts";
import { gatherEvidence } from "../../operations/doctor.ts";
import { openStack } from "../../rehearsal/stack.ts";
import type { Cloud } from "../../simulator/index.ts";
import { root } from "../config/sources.ts";
import { assumed } from "../engine/clients.ts";
import { ssmOf } from "../scripts/commandFixture.ts";
import { accountId, breaks, region, type Broken } from "./doctorBreaks.ts";
import { cloudOf, smallPlane } from "./driftFixture.ts";
import { pointedAt, quietly } from "./reading.ts";

type Turned = Readonly<Record<string, string>>;

/** The checks that are not fine, each at its worst. */
function turned(diagnoses: readonly Diagnosis[]): Turned {
  // The worst comes first.
  const bad = diagnoses.filter(({ result }) => result !== "ok").map(({ check, result }) => [check, result] as const);
  return Object.fromEntries(bad.toReversed());
}

/** The small stack with mail, hooks, and no releases that are past their support. */
function examinedPlane(): Plane {
  const plane = smallPlane();
  const auto = plane.windows["mw-install-auto"];
  if (auto === undefined) throw new Error("no such window");
  const drain = { name: "drain", linux: ["true"], windows: [], timeoutSeconds: 60 };
  const hooked = { ...auto, hooks: { before: [drain], after: [], mustSucceed: true } };
  return {
    ...plane,
    notifications: { emails: ["ops@example.com"] },
    checks: { "vendor-support": { severity: "off", reason: "the fixture's releases are old" } },
    windows: { ...plane.windows, "mw-install-auto": hooked },
  };
}

describe("doctor, on the embedded cloud", function () {
  this.timeout(300_000);
  const scripts = loadOnboardingScripts(root);
  let plane: Plane;
  let cloud: Cloud;
  let red: Turned = {};

  async function examined(broken: Broken = {}): Promise<readonly Diagnosis[]> {
    const asked = broken.plane ?? plane;
    const url = broken.url ?? cloud.url;
    const asOf = broken.asOf ?? cloud.now();
    const scope = { azure: { url, token: false }, runSteps: quietly, locations: ["use1"] };
    const keys = broken.keys ?? trustedKeys(asked, scripts);
    return examine(asked, await pointedAt(url, () => gatherEvidence(asked, scope, asOf, keys)), asOf);
  }

  before(async () => {
    plane = examinedPlane();
    cloud = await cloudOf(plane);
    await openStack(cloud.url, scripts, buildFunctionCode(root)).deploy(plane);
    const iam = new IAMClient(assumed(cloud.url, region, accountId));
    await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ssm.amazonaws.com" }));
    iam.destroy();
    cloud.confirmSubscriptions();
    // Past the first night, and the hours in which its report may come.
    await cloud.advanceTo(new Date("2026-12-03T08:00:00Z"));
  });

  after(() => cloud.close());

  it("is green where a stack is as it was deployed, scanned and heard; and says so of every check that applies", async () => {
    const diagnoses = await examined();
    expect(turned(diagnoses)).to.deep.equal({});
    const looked = new Set<string>(diagnoses.map(({ check }) => check));
    expect(doctorChecks.map(({ id }) => id).filter((id) => !looked.has(id))).to.deep.equal([
      "default-host",
      "approvals",
    ]);
  });

  for (const [what, [how, wanted]] of Object.entries(breaks)) {
    it(`turns where ${what}`, async () => {
      const broken = (await how({ cloud, plane, client: ssmOf(cloud, plane, "use1") })) ?? {};
      try {
        const diagnoses = await examined(broken);
        const seen = diagnoses
          .filter(({ result }) => result !== "ok")
          .map(({ check, message }) => `${check}: ${message}`);
        expect(turned(diagnoses), seen.join("\n")).to.deep.equal({ ...red, ...wanted });
      } finally {
        await broken.after?.();
      }
      if (broken.after === undefined) red = turned(await examined());
    });
  }

  it("breaks every check that there is at least once", () => {
    const broken = new Set(Object.values(breaks).flatMap(([, wanted]) => Object.keys(wanted)));
    expect(doctorChecks.map(({ id }) => id).filter((id) => !broken.has(id))).to.deep.equal([]);
  });
});
