import { execFileSync } from "node:child_process";
import { expect } from "chai";
import * as fc from "fast-check";
import { formatFault } from "../../../domain/fault.ts";
import { parseOnboardingResult } from "../../../domain/onboarding/onboardingResult.ts";
import {
  activationDescription,
  activationTags,
  bashQuoted,
  checkOnboarding,
  linuxProtectedSettings,
  linuxScriptLimit,
  powershellQuoted,
  runCommandParameters,
  runCommandProtectedParameters,
  windowsCommandLimit,
  windowsProtectedSettings,
} from "../../../domain/onboarding/payload.ts";
import type { OnboardingScripts } from "../../../domain/onboarding/payload.ts";
import type { AzureVm, Server } from "../../../domain/server.ts";
import { loadOnboardingScripts } from "../../../config/onboardingScripts.ts";
import { newestScript } from "../../../domain/fleet/onboardingScripts.ts";
import { azureRow, scripts } from "../../components/azure/fleet.ts";
import { sdkPartitions } from "../stack/sdkPartitions.ts";

const details = {
  activationId: "a1b2c3d4-0000-4000-8000-1234567890ab",
  activationCode: "abc'def0123456789012",
  region: "eu-central-1",
};

function faultsOf(server: Server, released: OnboardingScripts = scripts): string[] {
  return checkOnboarding(server, "eu-central-1", released).map(formatFault);
}

describe("the payload of the Linux CustomScript extension", () => {
  it("is the base64 of a first line, four assignments and the released script", () => {
    const { script } = linuxProtectedSettings("#!/bin/bash\necho hello\n", details);
    expect(Buffer.from(script, "base64").toString("utf8")).to.equal(
      [
        "#!/bin/bash",
        "PATCHPLANE_ACTIVATION_ID='a1b2c3d4-0000-4000-8000-1234567890ab'",
        "PATCHPLANE_ACTIVATION_CODE='abc'\\''def0123456789012'",
        "PATCHPLANE_REGION='eu-central-1'",
        "PATCHPLANE_FORCE='false'",
        "#!/bin/bash",
        "echo hello",
        "",
      ].join("\n"),
    );
  });

  it("is the same text for the same input, byte by byte", () => {
    expect(linuxProtectedSettings("echo ä", details)).to.deep.equal(linuxProtectedSettings("echo ä", details));
  });

  it("is refused when its base64 is one character too long", () => {
    const overhead = Buffer.from(linuxProtectedSettings("", details).script, "base64").length;
    const longest = (linuxScriptLimit / 4) * 3 - overhead;
    expect(linuxProtectedSettings("x".repeat(longest), details).script).to.have.length(linuxScriptLimit);
    expect(() => linuxProtectedSettings("x".repeat(longest + 1), details)).to.throw(
      RangeError,
      "has 262148 characters; allowed: 262144",
    );
  });
});

describe("the payload of the Windows CustomScriptExtension", () => {
  it("is a bootstrap that runs the released script from memory", () => {
    const { commandToExecute } = windowsProtectedSettings({ windows: "Write-Output 'hello'\n" }, details);
    expect(commandToExecute).to.equal(
      'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "' +
        "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('V3JpdGUtT3V0cHV0ICdoZWxsbycK'))))" +
        " -ActivationId 'a1b2c3d4-0000-4000-8000-1234567890ab' -ActivationCode 'abc''def0123456789012' -Region 'eu-central-1'\"",
    );
  });

  it("is refused when the command is longer than a line of cmd.exe", () => {
    const overhead = windowsProtectedSettings({ windows: "" }, details).commandToExecute.length;
    const longest = Math.floor((windowsCommandLimit - overhead) / 4) * 3;
    expect(windowsProtectedSettings({ windows: "x".repeat(longest) }, details).commandToExecute.length).to.be.at.most(
      8191,
    );
    expect(() => windowsProtectedSettings({ windows: "x".repeat(longest + 1) }, details)).to.throw(
      RangeError,
      "allowed: 8191",
    );
  });

  for (const character of ['"', "%", "\n", "\r"]) {
    it(`is refused when a value holds ${JSON.stringify(character)}`, () => {
      const activationCode = `code${character}of20characters`;
      expect(() => windowsProtectedSettings({ windows: "" }, { ...details, activationCode })).to.throw(
        RangeError,
        "cmd.exe",
      );
    });
  }
});

describe("quoting", () => {
  it("gives bash exactly the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
        fc.pre(!text.includes("\0"));
        const printed = execFileSync("/bin/bash", ["--norc", "-c", `printf %s ${bashQuoted(text)}`], {
          encoding: "utf8",
        });
        expect(printed).to.equal(text);
      }),
      { numRuns: 25 },
    );
  });

  it("doubles PowerShell's single quotes", () => {
    expect(powershellQuoted("it's 'so'")).to.equal("'it''s ''so'''");
  });
});

describe("the parameters of the managed Run Command", () => {
  it("are environment variables on Linux, with the code alone protected", () => {
    expect(runCommandParameters(false, details)).to.deep.equal([
      { name: "PATCHPLANE_ACTIVATION_ID", value: details.activationId },
      { name: "PATCHPLANE_REGION", value: "eu-central-1" },
      { name: "PATCHPLANE_FORCE", value: "false" },
    ]);
    expect(runCommandProtectedParameters(false, details.activationCode)).to.deep.equal([
      { name: "PATCHPLANE_ACTIVATION_CODE", value: details.activationCode },
    ]);
  });

  it("are script parameters on Windows, with the code alone protected", () => {
    expect(runCommandParameters(true, details)).to.deep.equal([
      { name: "ActivationId", value: details.activationId },
      { name: "Region", value: "eu-central-1" },
    ]);
    expect(runCommandProtectedParameters(true, details.activationCode)).to.deep.equal([
      { name: "ActivationCode", value: details.activationCode },
    ]);
  });
});

describe("an activation's tags and description", () => {
  it("are what AWS copies to the node", () => {
    expect(activationTags(azureRow())).to.deep.equal({
      PatchGroup: "prod-auto",
      Name: "app-01",
      Environment: "prod",
      Owner: "app-team@example.com",
      AzureVmId: "0d5ad04e-7f1c-4a2e-9d3c-3a8f2b1c9e10",
    });
  });

  it("leave out what the row does not say", () => {
    expect(activationTags(azureRow({ owner: "" }))).not.to.have.property("Owner");
  });

  it("carry the attempt and nothing else in the description", () => {
    expect(activationDescription(3)).to.equal("patchplane onboarding attempt 3");
  });
});

describe("checkOnboarding", () => {
  it("finds nothing wrong with a sound row of either OS", () => {
    expect(faultsOf(azureRow())).to.deep.equal([]);
    expect(faultsOf(azureRow({ os: "windows-server", release: "2022" }))).to.deep.equal([]);
  });

  it("finds nothing wrong with the newest script in any Region of any partition", () => {
    const released = loadOnboardingScripts(process.cwd());
    for (const region of sdkPartitions().flatMap(({ regions }) => regions)) {
      for (const row of [azureRow(), azureRow({ os: "windows-server", release: "2022" })]) {
        const server = { ...row, azure: { ...(row.azure as AzureVm), onboardingScript: newestScript } };
        expect(checkOnboarding(server, region, released), region).to.deep.equal([]);
      }
    }
  });

  it("names every fault of a row at once", () => {
    const row = azureRow(
      { name: "app#01", patchGroup: "", owner: "ä".repeat(257) },
      { vmId: "vm(1)", onboardingScript: "v9", onboardingAttempt: 0 },
    );
    const columns = checkOnboarding(row, "eu-central-1", scripts).map((fault) => fault.path.split(".").at(-1));
    expect(columns).to.deep.equal(["name", "patch_group", "owner", "vm_id", "onboarding_script", "onboarding_attempt"]);
  });

  it("lists the released versions when a row names another", () => {
    expect(faultsOf(azureRow({}, { onboardingScript: "v9" }))[0]).to.match(
      /onboarding_script: this script is not released, got "v9"; allowed: v1, v2; name a released version$/,
    );
  });

  for (const attempt of [0, -1, 1.5, 2 ** 31]) {
    it(`refuses ${String(attempt)} as the extension's 32-bit timestamp`, () => {
      expect(faultsOf(azureRow({}, { onboardingAttempt: attempt }))[0]).to.include(
        "a whole number from 1 to 2147483647",
      );
    });
  }

  it("refuses a row that is not an Azure VM", () => {
    const ec2 = Object.fromEntries(Object.entries(azureRow()).filter(([key]) => key !== "azure")) as unknown as Server;
    expect(faultsOf(ec2)[0]).to.include("it is not an Azure VM");
  });

  const long: OnboardingScripts = { v1: { linux: "x".repeat(200_000), windows: "x".repeat(6_000) } };
  const oversized: readonly { row: Server; expected: RegExp | undefined }[] = [
    {
      row: azureRow(),
      expected: /Linux script may reach 267\d{3} characters with its values filled in.*allowed: 262144 characters/,
    },
    {
      row: azureRow({ os: "windows-server" }),
      expected: /Windows script may reach 85\d{2} characters with its values filled in.*allowed: 8191/,
    },
    { row: azureRow({}, { onboardingMethod: "runCommand" }), expected: undefined },
  ];
  for (const { row, expected } of oversized) {
    const vm = row.azure as AzureVm;
    it(`${expected === undefined ? "allows" : "refuses"} a long script by ${vm.onboardingMethod} on ${row.os}`, () => {
      const faults = faultsOf(row, long);
      if (expected === undefined) expect(faults).to.deep.equal([]);
      else expect(faults[0]).to.match(expected);
    });
  }
});

describe("parseOnboardingResult", () => {
  const registered =
    '{"patchplane":"onboarding","version":"v1","result":"registered","instanceId":"mi-0123456789abcdef0","region":"eu-central-1","exitCode":0,"message":"registered"}';
  const failed =
    '{"patchplane":"onboarding","version":"v1","result":"failed","region":"eu-central-1","exitCode":30,"message":"no DNS"}';

  it("finds the line among the handler's words", () => {
    const shown = `Enable succeeded: \n[stdout]\n${registered}\n\n[stderr]\npatchplane: ssm answers\n`;
    expect(parseOnboardingResult(shown)).to.deep.equal({
      version: "v1",
      result: "registered",
      instanceId: "mi-0123456789abcdef0",
      region: "eu-central-1",
      exitCode: 0,
      message: "registered",
    });
  });

  it("reads a failure, which has no node", () => {
    expect(parseOnboardingResult(failed))
      .to.deep.include({ result: "failed", exitCode: 30 })
      .and.not.have.property("instanceId");
  });

  it("takes the last line of several, and Windows line ends", () => {
    expect(parseOnboardingResult(`${failed}\r\n${registered}\r\n`)?.result).to.equal("registered");
  });

  const nothing: Readonly<Record<string, string>> = {
    "an empty output": "",
    "a line cut off by the tail": registered.slice(20),
    "JSON of another kind": '{"result":"registered","instanceId":"mi-0123456789abcdef0"}',
    "broken JSON": "{not json}",
    "success without a node": registered.replace('"instanceId":"mi-0123456789abcdef0",', ""),
    "a node that is none": registered.replace("mi-0123456789abcdef0", "i-0123456789abcdef0"),
    "a failure with a node": registered.replace('"result":"registered"', '"result":"failed"'),
    "an unknown result": registered.replace('"result":"registered"', '"result":"maybe"'),
    "an exit code that is no number": failed.replace("30", '"30"'),
  };
  for (const [name, stdout] of Object.entries(nothing)) {
    it(`finds nothing in ${name}`, () => {
      expect(parseOnboardingResult(stdout)).to.equal(undefined);
    });
  }
});
