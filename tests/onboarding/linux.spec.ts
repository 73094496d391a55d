import { expect } from "chai";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { parseOnboardingResult, type OnboardingResult } from "../../domain/onboarding/onboardingResult.ts";
import type { OnboardingMethod } from "../../domain/server.ts";
import { regionPattern } from "../../domain/stack/partitions.ts";
import { sdkPartitions } from "../domain/stack/sdkPartitions.ts";
import { dpkgLock, failing, failures } from "./linuxFailures.ts";
import { activation, newId, oldId, onboard, otherRegion, pinnedFingerprint } from "./linuxMachine.ts";
import type { Run } from "./linuxMachine.ts";

const script = loadOnboardingScripts(process.cwd())["v2"]?.linux ?? "";
const methods: readonly OnboardingMethod[] = ["customScript", "runCommand"];

function resultOf(run: Run): OnboardingResult {
  expect(run.stdout.split("\n"), run.stderr).to.have.length(2);
  const result = parseOnboardingResult(run.stdout);
  if (result === undefined) throw new Error(`no result line in ${run.stdout}`);
  expect(result.exitCode).to.equal(run.status);
  expect(result.version).to.equal("v2");
  return result;
}

/** Whatever happens, the code reaches the installer's arguments and nothing else. */
function expectNoLeak(run: Run): void {
  const { activationCode } = activation;
  expect(run.stdout).not.to.include(activationCode);
  expect(run.stderr).not.to.include(activationCode);
  expect(run.calls.filter((call) => call.includes(activationCode))).to.deep.equal([]);
  expect(run.filesWithCode).to.deep.equal([]);
  expect(run.leftovers).to.deep.equal([]);
}

describe("the released Linux onboarding script v2", () => {
  for (const method of methods) {
    it(`registers a fresh machine through ${method}`, () => {
      const run = onboard(script, method);
      expect(resultOf(run)).to.deep.include({ result: "registered", instanceId: newId, region: activation.region });
      expect(run.installerCalls).to.deep.equal([
        `-register -activation-code ${activation.activationCode} -activation-id ${activation.activationId} -region ${activation.region}`,
      ]);
      expect(run.keyFingerprint).to.equal(pinnedFingerprint);
      expect(run.calls).to.include("systemctl start amazon-ssm-agent");
      expectNoLeak(run);
    });

    it(`does nothing but start the agent of a registered machine through ${method}`, () => {
      const run = onboard(script, method, { registered: { id: oldId, region: activation.region } });
      expect(resultOf(run)).to.deep.include({ result: "alreadyRegistered", instanceId: oldId });
      expect(run.installerCalls).to.deep.equal([]);
      expect(run.calls.filter((call) => call.startsWith("curl"))).to.deep.equal([]);
      expect(run.calls).to.include("systemctl start amazon-ssm-agent");
      expectNoLeak(run);
    });

    it(`keeps the code to itself through ${method} when the installer repeats it`, () => {
      const run = onboard(script, method, failing("failed"));
      expect(run.stderr).to.include("registering with (code)");
      expectNoLeak(run);
    });
  }

  for (const { name, machine, env, exitCode, message, installs } of failures) {
    it(`fails with ${String(exitCode)} when ${name}`, () => {
      const method = env === undefined ? "customScript" : "runCommand";
      const run = onboard(script, method, machine, env);
      const result = resultOf(run);
      expect(result).to.include({ result: "failed", exitCode });
      expect(result).not.to.have.property("instanceId");
      expect(result.message).to.match(message);
      expect(run.installerCalls).to.have.length(installs ?? 0);
      expectNoLeak(run);
    });
  }

  for (const [variable, value] of [
    ["PATCHPLANE_ACTIVATION_ID", "not-an-id"],
    ["PATCHPLANE_ACTIVATION_CODE", ""],
    ["PATCHPLANE_ACTIVATION_CODE", "too short"],
    ["PATCHPLANE_REGION", 'eu"; reboot'],
    ["PATCHPLANE_REGION", "us-east-100"],
    ["PATCHPLANE_SIGNING_KEYS", "$(reboot)"],
    ["PATCHPLANE_FORCE", "yes"],
    ["PATCHPLANE_LOCK_WAIT_SECONDS", "forever"],
  ] as const) {
    it(`fails with 10 when ${variable} is ${JSON.stringify(value)}`, () => {
      const run = onboard(script, "runCommand", {}, { [variable]: value });
      expect(resultOf(run)).to.include({ result: "failed", exitCode: 10 });
      expect(run.calls.filter((call) => !call.startsWith("id"))).to.deep.equal([]);
    });
  }

  it("fails with 70 and still tells its result when something unforeseen ends it", () => {
    const run = onboard(script.replace(/^ {4}verify_installer$/m, "    false"), "customScript");
    expect(resultOf(run)).to.include({ result: "failed", exitCode: 70 });
    expectNoLeak(run);
  });

  it("waits for a lock that is released in time", () => {
    const run = onboard(script, "customScript", { lock: { file: dpkgLock, releasedAfterSleeps: 2 } });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.calls.filter((call) => call === "sleep 10")).to.have.length(2);
  });

  it("ignores a yum.pid whose process is gone", () => {
    const run = onboard(script, "customScript", { packageManager: "yum", yum: { pid: 812, alive: false } });
    expect(resultOf(run).result).to.equal("registered");
  });

  it("starts the snap's service where the agent is a snap", () => {
    const run = onboard(script, "customScript", { snapd: true, agents: ["snap"] });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.calls).to.include("systemctl start snap.amazon-ssm-agent.amazon-ssm-agent");
  });

  it("starts the package's service where snapd has no agent", () => {
    const run = onboard(script, "customScript", { snapd: true, agents: ["package"] });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.calls).to.include("systemctl start amazon-ssm-agent");
  });

  it("hides snap from the installer, which would take the snap and verify nothing", () => {
    const run = onboard(script, "customScript", { snapd: true });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.installerFoundSnap).to.deep.equal([false]);
    expect(run.calls).to.include("snap wait system seed.loaded");
    expect(run.calls.filter((call) => call.startsWith("snap install"))).to.deep.equal([]);
  });

  it("lets the installer see snap where the agent is a snap already", () => {
    const run = onboard(script, "customScript", { snapd: true, agents: ["snap"], verifiers: ["gpgv"] });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.installerFoundSnap).to.deep.equal([true]);
  });

  it("takes the snap where there is no package manager, after what it stands on", () => {
    const run = onboard(script, "customScript", { snapd: true, packageManager: "none", verifiers: ["gpgv"] });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.installerFoundSnap).to.deep.equal([true]);
    expect(run.calls.filter((call) => /^snap (wait|list [sc])/.test(call))).to.deep.equal([
      "snap wait system seed.loaded",
      "snap list snapd",
      "snap list core22",
    ]);
    expect(run.calls).to.include("systemctl start snap.amazon-ssm-agent.amazon-ssm-agent");
  });

  it("wants no gpg where the agent's package is there already, since the installer fetches none", () => {
    const run = onboard(script, "customScript", { agents: ["package"], verifiers: ["gpgv"] });
    expect(resultOf(run).result).to.equal("registered");
  });

  it("takes away what a failed installation leaves, for which the installer would refuse the next", () => {
    const fails = {
      status: 1,
      says: "ERROR dpkg install: Failed to install deb package",
      leaves: "install ok not-installed",
    };
    const registers = { id: newId, region: activation.region };
    const run = onboard(script, "customScript", { installer: [fails, { status: 0, says: "done", registers }] });
    expect(resultOf(run).result).to.equal("registered");
    // After the first one dpkg still remembers the package, which the installer refuses too.
    const purges = run.calls.filter((call) => call === "dpkg --purge --force-remove-reinstreq amazon-ssm-agent");
    expect(purges).to.have.length(2);
    const there = onboard(script, "customScript", {
      agents: ["package"],
      installer: [{ ...fails, leaves: "install ok unpacked" }],
    });
    expect(resultOf(there).exitCode).to.equal(53);
    expect(there.calls.filter((call) => call.startsWith("dpkg --purge"))).to.deep.equal([]);
  });

  it("repeats what the installer says last, where it means nothing else", () => {
    const says = "x ERROR Failed to perform: output:\nINFO of the agent\ny ERROR Registration failed due to a whim";
    expect(resultOf(onboard(script, "customScript", failing(says))).message).to.match(
      /\.log: Registration failed due to a whim$/,
    );
  });

  for (const dpkgStatus of ["deinstall ok config-files", "unknown ok not-installed", "install ok not-installed"]) {
    it(`takes the package for gone that dpkg has as ${dpkgStatus}`, () => {
      expect(resultOf(onboard(script, "customScript", { dpkgStatus })).result).to.equal("registered");
      const beside = onboard(script, "customScript", { snapd: true, agents: ["snap"], dpkgStatus });
      expect(resultOf(beside).result).to.equal("registered");
    });
  }

  it("tries again while nothing is registered, with what is newest in the bucket", () => {
    const run = onboard(script, "customScript", {
      installer: [
        { status: 1, says: 'ERROR error while downloading manifest: Get "https://s3/": EOF' },
        { status: 124, says: "" },
        { status: 0, says: "done", registers: { id: newId, region: activation.region } },
      ],
    });
    expect(resultOf(run)).to.include({ result: "registered", instanceId: newId });
    expect(run.installerCalls).to.have.length(3);
    expect(run.calls.filter((call) => /^curl .*\/ssm-setup-cli$/.test(call))).to.have.length(3);
    expect(run.stderr).to.include("try 1 failed: s3 cannot be reached on 443");
    expectNoLeak(run);
  });

  it("goes by the agent, not by the installer, once there is a node", () => {
    const registers = { id: newId, region: activation.region };
    const says = "multiple/no processes found: invalid agent process count";
    const run = onboard(script, "customScript", { installer: [{ status: 1, says, registers }] });
    expect(resultOf(run)).to.include({ result: "registered", instanceId: newId });
    expect(run.installerCalls).to.have.length(1);
    expect(run.stderr).to.include(`ended with status 1 after it had registered ${newId}`);
  });

  it("does not take what the installer put right itself for the cause", () => {
    const says = [
      '2026-11-23 00:00:00 DEBUG failed to download from http/https: Get "https://s3/": dial tcp: lookup s3: no such host',
      "2026-11-23 00:00:01 ERROR dpkg install: Failed to install deb package",
    ].join("\n");
    expect(resultOf(onboard(script, "customScript", failing(says))).exitCode).to.equal(53);
  });

  it("shows no credentials of a proxy that the installer lists", () => {
    const says = "https_proxy: http://someone:hush@proxy.example:3128\nsomething is wrong";
    const run = onboard(script, "customScript", failing(says));
    expect(run.stderr).to.include("http://(credentials)@proxy.example:3128");
    expect(run.stderr + run.stdout).not.to.include("hush");
  });

  for (const [name, installer, exitCode] of [
    ["AWS refuses the activation", [{ status: 1, says: "ActivationExpired: " }], 50],
    ["the installer registers nothing", [{ status: 0, says: "skipping registration" }], 54],
  ] as const) {
    it(`puts the old registration back when it is forced and ${name}`, () => {
      const registered = { id: oldId, region: activation.region };
      const run = onboard(script, "runCommand", { registered, installer }, { PATCHPLANE_FORCE: "true" });
      expect(resultOf(run)).to.include({ result: "failed", exitCode });
      expect(run.vault).to.equal(`key of ${oldId}`);
      expect(run.calls.indexOf("systemctl stop amazon-ssm-agent")).to.be.at.least(0);
      expect(run.calls.filter((call) => call.startsWith("systemctl")).at(-1)).to.equal(
        "systemctl start amazon-ssm-agent",
      );
      expectNoLeak(run);
    });
  }

  it("leaves a stopped agent stopped when a forced registration fails", () => {
    const registered = { id: oldId, region: activation.region };
    const machine = { ...failing("ActivationExpired: "), registered, agentRuns: false };
    const run = onboard(script, "runCommand", machine, { PATCHPLANE_FORCE: "true" });
    expect(resultOf(run).exitCode).to.equal(50);
    expect(run.vault).to.equal(`key of ${oldId}`);
    expect(run.calls.filter((call) => /^systemctl (start|stop)/.test(call))).to.deep.equal([]);
  });

  it("trusts a key that it is given beside its own", () => {
    const more = Buffer.concat([Buffer.of(0x99, 0, 2), Buffer.from("ok")]);
    const word = `${"0".repeat(40)}:1900000000:${more.toString("base64")}`;
    const machine = { signature: "another key" } as const;
    const run = onboard(script, "runCommand", machine, { PATCHPLANE_SIGNING_KEYS: word });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.keyFingerprint).to.equal(pinnedFingerprint);
    expect(run.keyring.subarray(-more.length).equals(more)).to.equal(true);
  });

  it("does with the key that it is given when its own has expired, and not with one that has expired too", () => {
    const machine = { signature: "another key", now: Date.UTC(2028, 0, 1) / 1000 } as const;
    const given = (expiry: number): number | null => {
      const word = `${"0".repeat(40)}:${String(expiry)}:${Buffer.of(0x99, 0, 1, 0).toString("base64")}`;
      return onboard(script, "runCommand", machine, { PATCHPLANE_SIGNING_KEYS: word }).status;
    };
    expect([given(1_900_000_000), given(1_800_000_000)]).to.deep.equal([0, 41]);
  });

  for (const [packageManager, architecture, platform] of [
    ["apt", "x86_64", "debian_amd64"],
    ["apt", "aarch64", "debian_arm64"],
    ["yum", "x86_64", "linux_amd64"],
    ["yum", "aarch64", "linux_arm64"],
  ] as const) {
    it(`takes the ${platform} installer with ${packageManager} on ${architecture}`, () => {
      const run = onboard(script, "customScript", { packageManager, architecture });
      expect(resultOf(run).result).to.equal("registered");
      const url = `https://amazon-ssm-eu-central-1.s3.eu-central-1.amazonaws.com/latest/${platform}/ssm-setup-cli`;
      const downloads = run.calls.filter(
        (call) => call.startsWith("curl") && call.includes("--output /") && !call.includes("/dev/null"),
      );
      expect(downloads.map((call) => call.split(" ").at(-1))).to.deep.equal([url, `${url}.sig`]);
    });
  }

  /** Hosts that a run asks by HTTPS when it registers a fresh machine in a Region. */
  function hostsAsked(region: string): readonly string[] {
    const installer = [{ status: 0, says: "done", registers: { id: newId, region } }] as const;
    const run = onboard(script, "runCommand", { installer }, { PATCHPLANE_REGION: region });
    expect(resultOf(run)).to.include({ result: "registered", region });
    const asked = run.calls.filter((call) => call.startsWith("curl"));
    return asked.map((call) => new URL(call.split(" ").at(-1) ?? "").host);
  }

  for (const { id, dnsSuffix, regions } of sdkPartitions()) {
    const region = regions[0] ?? "";
    it(`asks hosts of the partition ${id} alone in ${region}`, () => {
      expect(hostsAsked(region)).to.deep.equal([
        `ssm.${region}.${dnsSuffix}`,
        `ssmmessages.${region}.${dnsSuffix}`,
        `ec2messages.${region}.${dnsSuffix}`,
        `amazon-ssm-${region}.s3.${region}.${dnsSuffix}`,
        `amazon-ssm-${region}.s3.${region}.${dnsSuffix}`,
      ]);
    });
  }

  it("asks no host of another partition in the European Sovereign Cloud", () => {
    expect([...new Set(hostsAsked("eusc-de-east-1"))]).to.deep.equal([
      "ssm.eusc-de-east-1.amazonaws.eu",
      "ssmmessages.eusc-de-east-1.amazonaws.eu",
      "ec2messages.eusc-de-east-1.amazonaws.eu",
      "amazon-ssm-eusc-de-east-1.s3.eusc-de-east-1.amazonaws.eu",
    ]);
  });

  it("takes the Regions that stack files may name, two digits among them", () => {
    expect(/\$region =~ (\S+) /.exec(script)?.[1]).to.equal(regionPattern.source.replace("\\d", "[0-9]"));
    expect(hostsAsked("us-east-10")[0]).to.equal("ssm.us-east-10.amazonaws.com");
  });

  it("does without ec2messages, which newer Regions lack", () => {
    const run = onboard(script, "customScript", { curlStatus: { "//ec2messages.": 6 } });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.stderr).to.include("ec2messages.eu-central-1.amazonaws.com does not answer");
  });

  it("verifies by gpg where gpgv is missing, with the pinned key alone", () => {
    const run = onboard(script, "customScript", { verifiers: ["gpg"] });
    expect(resultOf(run).result).to.equal("registered");
    expect(run.keyFingerprint).to.equal(pinnedFingerprint);
    expect(run.calls.find((call) => call.startsWith("gpg "))).to.match(/--no-default-keyring .*--verify/);
  });

  it("registers a registered machine anew only when forced, also from another Region", () => {
    const run = onboard(
      script,
      "runCommand",
      { registered: { id: oldId, region: otherRegion } },
      {
        PATCHPLANE_FORCE: "true",
      },
    );
    expect(resultOf(run)).to.include({ result: "registered", instanceId: newId });
    expect(run.installerCalls).to.have.length(1);
    expect(run.installerCalls[0]).to.match(/ -override$/);
  });

  it("keeps its result line within the 4,096 bytes that Azure keeps", () => {
    const region = `eu-${"central".repeat(1000)}-1`;
    const run = onboard(script, "runCommand", { curlStatus: { "//ssm.": 6 } }, { PATCHPLANE_REGION: region });
    expect(run.status).to.equal(30);
    expect(Buffer.byteLength(run.stdout)).to.be.below(4096);
  });
});
